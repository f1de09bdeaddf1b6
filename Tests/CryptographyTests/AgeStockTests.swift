// The stock programs read what we write, and we read what they write. Skipped where they are missing.

import Bytes
import Cryptography
import Foundation
import Testing

private let hasStockAge = ["age", "age-keygen", "script"].allSatisfy {
    FileManager.default.isExecutableFile(atPath: "/usr/bin/" + $0)
}

/// Runs a program of the system: status and standard output.
private func run(
    _ program: String, _ arguments: [String], input: [UInt8] = []
) throws -> (status: Int32, output: [UInt8]) {
    let process = Process()
    let (standardInput, output) = (Pipe(), Pipe())
    process.executableURL = URL(fileURLWithPath: "/usr/bin/" + program)
    process.arguments = arguments
    process.standardInput = standardInput
    process.standardOutput = output
    process.standardError = FileHandle.nullDevice
    try process.run()
    let text = Data(input)
    let writer = Thread {
        try? standardInput.fileHandleForWriting.write(contentsOf: text)
        try? standardInput.fileHandleForWriting.close()
    }
    writer.start()
    let read = try output.fileHandleForReading.readToEnd() ?? Data()
    process.waitUntilExit()
    return (process.terminationStatus, Array(read))
}

@Suite(.enabled(if: hasStockAge, "the package 'age' is not installed"))
final class AgeStockTests {
    private let folder: URL

    init() throws {
        folder = FileManager.default.temporaryDirectory
            .appendingPathComponent("wallet-age-\(UInt64.random(in: 0 ... .max))")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    }

    deinit {
        try? FileManager.default.removeItem(at: folder)
    }

    private func file(_ name: String, _ bytes: [UInt8]) throws -> String {
        let url = folder.appendingPathComponent(name)
        try Data(bytes).write(to: url)
        return url.path
    }

    private func key(_ identity: AgeIdentity) throws -> String {
        try file("key.txt", identity.keyFile.withUnsafeBytes { Array($0) })
    }

    @Test(arguments: [0, 1, 100, 65_535, 65_536, 65_537, 200_000])
    func `the stock program reads ours, and we read its`(count: Int) throws {
        var generator = Generator()
        let plaintext = generator.bytes(count)
        let identity = try AgeIdentity.random()
        let key = try key(identity)
        for armored in [false, true] {
            let ours = try ageFile(
                plaintext, to: [identity.recipient], armored: armored,
                seed: SystemRandom().bytes(32))
            let read = try run("age", ["-d", "-i", key, try file("ours", ours)])
            #expect(read.status == 0 && read.output == plaintext, generator.comment)
            let theirs = try run(
                "age", (armored ? ["-a"] : []) + ["-r", identity.recipient.text],
                input: plaintext)
            #expect(
                ageReading(theirs.output, [identity]) == AgeReading(plaintext: plaintext),
                generator.comment)
        }
    }

    @Test func `several recipients, among them one that we do not know`() throws {
        let identities = [try ageIdentity(1), try ageIdentity(2)]
        let ours = try ageFile([1, 2], to: identities.map(\.recipient))
        for identity in identities {
            let read = try run("age", ["-d", "-i", try key(identity), try file("ours", ours)])
            #expect(read.output == [1, 2])
        }
        // An SSH key is a recipient of another type: its stanza is passed over.
        let ssh = try Ed25519.PrivateKey(seed: SecretBytes([UInt8](repeating: 1, count: 32)))
        let name = Array("ssh-ed25519".utf8)
        let blob = [0, 0, 0, 11] + name + [0, 0, 0, 32] + ssh.publicKey
        let recipient = "ssh-ed25519 " + Base64.encode(blob)
        let theirs = try run(
            "age", ["-r", recipient, "-r", identities[1].recipient.text], input: [3])
        #expect(ageReading(theirs.output, [identities[1]]).plaintext == [3])
        #expect(
            ageReading(theirs.output, [identities[0]]).error
                == .noMatch(stanzas: ["ssh-ed25519", "X25519"]))
    }

    @Test func `age-keygen's keys are ours`() throws {
        let made = try run("age-keygen", [])
        let identity = try #require(
            try AgeIdentity.identities(keyFile: SecretBytes(made.output)).first)
        #expect(
            String(decoding: made.output, as: UTF8.self)
                .contains("# public key: \(identity.recipient.text)\n"))
        let shown = try run("age-keygen", ["-y", try key(identity)])
        #expect(String(decoding: shown.output, as: UTF8.self) == identity.recipient.text + "\n")
    }

    /// The stock program asks a terminal for the passphrase: `script` is one.
    @Test func `passphrases in both directions`() throws {
        let passphrase = try AgePassphrase(SecretBytes(Array("correct horse".utf8)), workFactor: 10)
        var encryptor = try AgeEncryptor(to: passphrase)
        let ours = try encryptor.update([1, 2, 3]) + encryptor.finish()
        let output = folder.appendingPathComponent("output").path
        let read = try run(
            "script", ["-qec", "age -d -o \(output) \(try file("ours", ours))", "/dev/null"],
            input: Array("correct horse\n".utf8))
        #expect(read.status == 0)
        #expect(try Array(Data(contentsOf: URL(fileURLWithPath: output))) == [1, 2, 3])

        let theirs = folder.appendingPathComponent("theirs").path
        let written = try run(
            "script",
            ["-qec", "age -p -a -o \(theirs) \(try file("plain", [4, 5]))", "/dev/null"],
            input: Array("correct horse\ncorrect horse\n".utf8))
        #expect(written.status == 0)
        let bytes = try Array(Data(contentsOf: URL(fileURLWithPath: theirs)))
        #expect(ageReading(bytes, passphrases: [passphrase]) == AgeReading(plaintext: [4, 5]))
    }

    @Test func `the stock program refuses what we refuse`() throws {
        let identity = try ageIdentity()
        let key = try key(identity)
        let good = try ageFile([1, 2, 3], to: [identity.recipient])
        var generator = Generator()
        for _ in 0..<20 {
            var changed = good
            changed[generator.below(good.count)] ^= 1 << UInt8(generator.below(8))
            let read = try run("age", ["-d", "-i", key, try file("changed", changed)])
            #expect(read.status != 0 && read.output.isEmpty, generator.comment)
            #expect(ageReading(changed, [identity]).error != nil, generator.comment)
        }
    }
}
