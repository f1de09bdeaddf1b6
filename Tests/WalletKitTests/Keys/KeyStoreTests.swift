import Bytes
import Cryptography
import Documents
import Files
import Glibc
import Synchronization
import Testing

@testable import WalletKit

@Suite struct KeyStoreTests {
    private func mode(_ path: String) throws -> UInt32? { try FileSystem.status(path)?.mode }

    @Test func keysAreWrittenListedAndOpened() throws {
        let directory = try KeysDirectory()
        let store = directory.store
        #expect(try store.list().isEmpty)
        try directory.write("seed", .seed(testSeed()), "p")
        try directory.write("device", testKey(3), nil)
        try directory.write("Bob's", testKey(4, .eddsaEd25519), "p")
        #expect(try store.names() == ["Bob's", "device", "seed"])
        let list = try store.list()
        #expect(list.map(\.file.isEncrypted) == [true, false, true])
        #expect(list[2].file.publicPart == .seed(fingerprint: 0xb4e3_f5ed))
        #expect(try store.open("seed", opener("p")).bytes == testSeed().seed)
        #expect(try store.open("device", KeyOpener()).bytes == testKey(3).bytes)
        #expect(
            keyError { _ = try store.open("seed", opener("q")) }
                == .wrongPassphrase(file: directory.file("seed")))
        #expect(keyError { _ = try store.read("none") } == .missing(name: "none"))
        try store.remove("seed")
        try store.remove("seed")
        #expect(try store.names() == ["Bob's", "device"])
        #expect(try KeyStore(directory: directory.path + "/none").list().isEmpty)
    }

    @Test func aKeyIsNeverOverwrittenUnasked() throws {
        let directory = try KeysDirectory()
        try directory.write("a", testKey(1), nil)
        #expect(keyError { try directory.write("a", testKey(2), nil) } == .exists(name: "a"))
        #expect(symlink("/nowhere", directory.file("b")) == 0)
        #expect(keyError { try directory.write("b", testKey(2), nil) } == .exists(name: "b"))
        #expect(try directory.store.open("a", KeyOpener()).bytes == testKey(1).bytes)
        try directory.store.write("a", testKey(2), .none, isReplacing: true)
        #expect(try directory.store.open("a", KeyOpener()).bytes == testKey(2).bytes)
    }

    @Test func namesThatAreNoFileNamesAreRefused() throws {
        let directory = try KeysDirectory()
        let long = String(repeating: "a", count: Limits.petnameBytes)
        for name in ["", ".", "..", ".a", "a/b", "a\0", "a\n", "\u{7f}", long + "a"] {
            #expect(keyError { try directory.write(name, testKey(1), nil) } == .invalidName(name))
        }
        try directory.write(long, testKey(1), nil)
        try directory.write("Zoë", testKey(1), nil)
        #expect(try directory.store.names().count == 2)
    }

    @Test func filesMadeTogetherShareOneSaltAndOnePassphrase() throws {
        let directory = try KeysDirectory()
        for byte in UInt8(1)...4 { try directory.write("k\(byte)", testKey(byte), "p") }
        let salts = try directory.store.list().map(\.file.stretching)
        #expect(Set(salts).count == 1 && salts[0] != nil)
        let error = keyError { try directory.write("k5", testKey(5), "q") }
        #expect(error == .wrongPassphrase(file: directory.file("k1")))
        // A salt that is cheaper than asked for is not taken over.
        let costly = StretchingCost(n: 32, r: 1, p: 1)
        try directory.store.write("k6", testKey(6), .passphrase(opener("p"), cost: costly))
        #expect(try directory.store.read("k6").stretching?.cost == costly)
        #expect(
            keyError {
                let cost = StretchingCost(n: 3, r: 1, p: 1)
                try directory.store.write("k7", testKey(7), .passphrase(opener("p"), cost: cost))
            } == .limitExceeded(file: directory.path + "/keys", name: "n", value: 3, limit: 32_768))
    }

    @Test func thePassphraseOfAllKeysIsChanged() throws {
        let directory = try KeysDirectory()
        let store = directory.store
        try directory.write("a", testKey(1), "old")
        try directory.write("b", testKey(2), "old")
        try directory.write("plain", testKey(3), nil)
        let wrong = keyError {
            try store.changePassphrase(from: opener("x"), to: protection("new"))
        }
        #expect(wrong == .wrongPassphrase(file: directory.file("a")))
        // As a crash leaves them: one done, one not.
        try store.changePassphrase(of: ["a"], from: opener("old"), to: protection("new"))
        #expect(try store.open("b", opener("old")).bytes == testKey(2).bytes)
        try store.changePassphrase(from: opener("old"), to: protection("new"))
        let new = opener("new")
        #expect(try store.open("a", new).bytes == testKey(1).bytes)
        #expect(try store.open("b", new).bytes == testKey(2).bytes)
        #expect(try store.read("a").stretching == store.read("b").stretching)
        #expect(try !store.read("plain").isEncrypted)
        try store.changePassphrase(
            of: ["plain"], from: KeyOpener(), to: .passphrase(new, cost: smallCost))
        #expect(try store.read("plain").isEncrypted)
        try store.changePassphrase(from: new, to: .none)
        #expect(try store.list().allSatisfy { !$0.file.isEncrypted })
    }

    @Test func filesOpenToOthersAreRefused() throws {
        let directory = try KeysDirectory()
        try directory.write("a", testKey(1), nil)
        let file = directory.file("a")
        for mode in [0o604, 0o640, 0o620, 0o602, 0o610, 0o601, 0o666] as [UInt32] {
            #expect(chmod(file, mode) == 0)
            let error = keyError { _ = try directory.store.read("a") }
            #expect(error == .permissions(file: file, mode: mode))
        }
        #expect(chmod(file, 0o400) == 0)
        _ = try directory.store.read("a")
        let keys = directory.path + "/keys"
        #expect(chmod(keys, 0o755) == 0)
        for read in [
            { _ = try directory.store.read("a") }, { _ = try directory.store.list() },
            { try directory.write("b", testKey(2), nil) }, { try directory.store.create() },
        ] {
            #expect(keyError(read) == .permissions(file: keys, mode: 0o755))
        }
    }

    @Test func whatIsNoRegularFileIsRefused() throws {
        let directory = try KeysDirectory()
        try directory.write("a", testKey(1), nil)
        let file = directory.file("b")
        for make in [
            { symlink(directory.file("a"), file) }, { mkfifo(file, 0o600) }, { mkdir(file, 0o700) },
        ] {
            #expect(make() == 0)
            #expect(keyError { _ = try directory.store.read("b") } == .notRegular(file: file))
            #expect(remove(file) == 0)
        }
        let other = directory.path + "/link"
        #expect(symlink(directory.path + "/keys", other) == 0)
        let linked = KeyStore(directory: other)
        #expect(keyError { _ = try linked.list() } == .notRegular(file: other))
    }

    @Test(.enabled(if: geteuid() == 0)) func filesOfAnotherUserAreRefused() throws {
        let directory = try KeysDirectory()
        try directory.write("a", testKey(1), nil)
        #expect(chown(directory.file("a"), 12_345, 0) == 0)
        let error = keyError { _ = try directory.store.read("a") }
        #expect(error == .foreignOwner(file: directory.file("a"), owner: 12_345))
    }

    @Test func aFileAboveTheLimitIsRefused() throws {
        let directory = try KeysDirectory()
        let bytes = [UInt8](repeating: 0x61, count: Limits.secretFileBytes + 1)
        try FileSystem.replace(directory.file("a"), with: bytes)
        let error = keyError { _ = try directory.store.read("a") }
        #expect(error == .file(FileError(call: "read", path: directory.file("a"), code: EFBIG)))
    }

    /// The mask belongs to the whole process, so the test has one of its own.
    @Test func rightsAreTheSameWhateverTheMask() async {
        await #expect(processExitsWith: .success) {
            for mask in [0, 0o022, 0o077, 0o777] as [mode_t] {
                umask(0o077)
                let directory = try KeysDirectory()
                umask(mask)
                let store = KeyStore(directory: directory.path + "/other")
                try store.create()
                try store.write("a", testKey(1), .none)
                try store.write("b", testKey(1), protection("p"))
                for (path, expected) in [("", 0o700), ("/a.key", 0o600), ("/b.key", 0o600)] {
                    let mode = try FileSystem.status(store.directory + path)?.mode
                    guard mode == UInt32(expected) else { exit(1) }
                }
            }
        }
    }

    @Test func noErrorTellsASecret() throws {
        let secret = String(repeating: "5a", count: 32)
        let directory = try KeysDirectory()
        try directory.write("a", testKey(0x5a), nil)
        let text = try FileSystem.read(directory.file("a"), limit: 10_000)
        var errors: [String] = []
        for index in text.indices {
            var changed = text
            changed[index] = 0x71
            try FileSystem.replace(directory.file("a"), with: changed)
            do {
                _ = try directory.store.open("a", KeyOpener())
            } catch { errors.append("\(error) \(String(reflecting: error))") }
        }
        #expect(errors.count >= text.count - 1)
        #expect(!errors.contains { $0.contains(secret.prefix(8)) })
        let passphrase = "sesame-sesame"
        let error = keyError { try directory.write("b", testKey(1), passphrase) }
        #expect(!"\(String(describing: error))".contains("sesame"))
        var dumped = ""
        for value in [try testKey(0x5a), .seed(try testSeed())] {
            dump(KeyFile(plain: value), to: &dumped)
            dumped += "\(value) \(String(reflecting: value))"
        }
        dump(opener(passphrase), to: &dumped)
        #expect(!dumped.contains(secret.prefix(8)) && !dumped.contains("c55257c3"))
        #expect(!dumped.contains("90, 90") && !dumped.contains("sesame"))
    }
}
