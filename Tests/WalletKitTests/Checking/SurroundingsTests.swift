// Keys and configuration: whether the wallet has what it says it has.
import Bytes
import Cryptography
import Documents
import Files
import Glibc
import Testing

@testable import WalletKit

@Suite struct SurroundingsTests {
    /// What a check finds after `change`, which is then undone.
    private func codes(
        _ wallet: CheckFixture, full: Bool = false, _ change: () throws -> Void
    ) throws -> [String] {
        let names = ["config", "keys/seed.key", "keys/device.key", "keys/domain.key"]
        let before = try names.map {
            try FileSystem.read(wallet.directory + "/" + $0, limit: 100_000)
        }
        try change()
        let report = try wallet.check(full: full)
        for (name, bytes) in zip(names, before) {
            try wallet.write(name, bytes)
            chmod(wallet.directory + "/" + name, 0o600)
        }
        return report.findings.filter { $0.severity == .damage }.map { "\($0.code) \($0.file)" }
    }

    @Test func `a key's file that is open, cut, missing or another's is found`() throws {
        var random = SplitMix()
        let wallet = try CheckFixture(transactions: [1, 1], &random)
        let other = try CheckFixture(transactions: [1, 1], &random)
        func path(_ name: String) -> String { wallet.directory + "/keys/" + name }
        for name in ["seed.key", "device.key", "domain.key"] {
            let file = "keys/" + name
            let bytes = try FileSystem.read(path(name), limit: 100_000)
            #expect(
                try codes(wallet) { chmod(path(name), 0o640) }.first == "key-open-to-others \(file)"
            )
            #expect(
                try codes(wallet) {
                    try wallet.write(file, Array(bytes.dropLast(3)))
                }.first == "key-damaged \(file)")
            var flipped = bytes
            flipped[random.below(bytes.count)] ^= 1
            #expect(
                try codes(wallet) { try wallet.write(file, flipped) }.first
                    == "key-damaged \(file)", random.comment)
            let foreign = try FileSystem.read(other.directory + "/" + file, limit: 100_000)
            let found = try codes(wallet, full: true) { try wallet.write(file, foreign) }
            #expect(found.contains("key-differs \(name == "seed.key" ? "config" : file)"))
        }
        let missing = try codes(wallet) { try wallet.remove("keys/seed.key") }
        #expect(Set(missing) == ["key-missing config"])
        // A domain key may be kept elsewhere.
        #expect(try codes(wallet) { try wallet.remove("keys/domain.key") }.isEmpty)
        #expect(try codes(wallet) { try wallet.write("keys/seed.key.new", [1]) }.isEmpty)
        let notes = try wallet.check(repairing: true)
        #expect(notes.codes(.note) == ["leftover"], "a leftover that may hold a key is shown")
        #expect(try wallet.keys().contains("seed.key.new"))
    }

    @Test func `with a passphrase, a full check opens every key`() throws {
        var random = SplitMix()
        let wallet = try CheckFixture(transactions: [1, 1], &random)
        let cost = StretchingCost(n: 2, r: 8, p: 1)
        let right = KeyOpener(SecretBytes(Array("right".utf8)))
        try wallet.wallet.keys.changePassphrase(
            of: ["seed", "device", "domain"], from: KeyOpener(), to: .passphrase(right, cost: cost))
        func check(_ opener: KeyOpener) throws -> CheckReport {
            var options = CheckOptions()
            options.isFull = true
            return try WalletCheck(
                directory: wallet.directory, sources: Configuration.Sources(),
                surroundings: wallet.wallet.surroundings, opener: opener, options: options
            ).run()
        }
        #expect(try check(right).findings.isEmpty)
        #expect(throws: KeyError.self) {
            try check(KeyOpener(SecretBytes(Array("wrong".utf8))))
        }
        #expect(throws: KeyError.passphraseMissing) { try check(KeyOpener()) }
        #expect(try wallet.check().findings.isEmpty)
        let another = KeyOpener(SecretBytes(Array("another".utf8)))
        try wallet.wallet.keys.changePassphrase(
            of: ["device"], from: right, to: .passphrase(another, cost: cost))
        #expect(try check(right).codes(.damage) == ["key-passphrase"])
    }

    @Test func `a configuration that cannot be read, or of another wallet, is found`() throws {
        var random = SplitMix()
        let wallet = try CheckFixture(transactions: [1, 1], &random)
        let text = String(
            decoding: try FileSystem.read(wallet.directory + "/config", limit: 100_000),
            as: UTF8.self)
        let cases: [(what: String, bytes: String)] = [
            ("syntax", text + "[broken\n"), ("domain", text + "[domain]\n\tname = other\n"),
            ("value", text + "[core]\n\twait = long\n"),
            ("address", text.replacing("address = w", with: "address = x")), ("nothing", ""),
        ]
        for (what, bytes) in cases {
            let found = try codes(wallet) { try wallet.write("config", Array(bytes.utf8)) }
            #expect(found.first == "configuration config", "\(what): \(found)")
            // The rest is looked at all the same.
            #expect(found.allSatisfy { $0.hasSuffix(" config") }, "\(what): \(found)")
        }
        #expect(try codes(wallet) { try wallet.remove("config") } == ["configuration config"])
        #expect(try wallet.check().findings.isEmpty)
    }
}

extension CheckFixture {
    fileprivate func keys() throws -> [String] { try FileSystem.list(directory + "/keys") }
}
