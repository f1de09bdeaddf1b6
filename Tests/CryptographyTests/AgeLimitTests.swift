// One past every bound is refused, the bound itself is not.

import Bytes
import Testing

@testable import Cryptography

@Suite struct AgeLimitTests {
    /// A file for our identity whose header has these lines before our stanza.
    private static func file(_ lines: String) throws -> [UInt8] {
        let identity = try ageIdentity()
        let fileKey = SecretBytes([UInt8](repeating: 5, count: 16))
        let stanza = try identity.recipient.stanza(for: fileKey, from: SeededRandom(seed: [1]))
        let own = String(decoding: AgeHeader.bytes([stanza], fileKey), as: UTF8.self)
        let parts = own.split(separator: "---", maxSplits: 1)[0].split(
            separator: "\n", maxSplits: 1)
        let signed = Array("\(parts[0])\n\(lines)\(parts[1])---".utf8)
        let mac = UnpaddedBase64.encode(AgeHeader.mac(of: signed, fileKey))
        let nonce = [UInt8](repeating: 6, count: 16)
        var chunks = AgeChunks(fileKey: fileKey, nonce: nonce)
        var payload: [UInt8] = []
        try chunks.seal(.init(start: nil, count: 0), isLast: true, into: &payload)
        return signed + [0x20] + mac + [0x0a] + nonce + payload
    }

    private static func error(_ lines: String) throws -> AgeError? {
        ageReading(try file(lines), [try ageIdentity()]).error
    }

    @Test func `stanzas of a header`() throws {
        let grease = "-> grease\n\n"
        let limit = AgeLimits.stanzas
        #expect(try Self.error(String(repeating: grease, count: limit - 1)) == nil)
        #expect(
            try Self.error(String(repeating: grease, count: limit))
                == .limitExceeded(what: "stanzas", got: limit + 1, limit: limit))
    }

    @Test func `bytes of a header`() throws {
        let limit = AgeLimits.headerBytes
        let rest = try Self.file("-> \n\n").count - 32
        let fitting = String(repeating: "a", count: limit - rest)
        #expect(try Self.error("-> \(fitting)\n\n") == nil)
        guard
            case .limitExceeded("header bytes", let got, limit) = try Self.error(
                "-> \(fitting)a\n\n")
        else {
            Issue.record("one byte more is read")
            return
        }
        #expect(got > limit)
        // A line that never ends is refused when it is too long, not kept.
        var decryptor = AgeDecryptor(identities: [])
        let letters = [UInt8](repeating: UInt8(ascii: "a"), count: limit)
        #expect(try decryptor.update(letters).isEmpty)
        do {
            _ = try decryptor.update([0x61])
            Issue.record("a byte too many is kept")
        } catch {
            #expect(error == .limitExceeded(what: "header bytes", got: limit + 1, limit: limit))
        }
    }

    @Test func `recipients of a file`() throws {
        let recipient = try ageIdentity().recipient
        let limit = AgeLimits.recipients
        let file = try ageFile([1], to: Array(repeating: recipient, count: limit))
        #expect(file.count < AgeLimits.headerBytes)
        #expect(ageReading(file, [try ageIdentity()]).plaintext == [1])
        #expect(
            throws: AgeError.limitExceeded(what: "recipients", got: limit + 1, limit: limit)
        ) { _ = try ageFile([1], to: Array(repeating: recipient, count: limit + 1)) }
        #expect(throws: AgeError.noRecipients) { _ = try ageFile([1], to: []) }
    }

    @Test func `identities and bytes of a key file`() throws {
        let line = try ageIdentity().text.withUnsafeBytes { Array($0) } + [0x0a]
        let limit = AgeLimits.identities
        let full = Array(repeating: line, count: limit).concatenated()
        #expect(try AgeIdentity.identities(keyFile: SecretBytes(full)).count == limit)
        #expect(
            throws: AgeError.limitExceeded(what: "identities", got: limit + 1, limit: limit)
        ) { try AgeIdentity.identities(keyFile: SecretBytes(full + line)) }
        let bytes = AgeLimits.keyFileBytes
        let comment = [UInt8](repeating: UInt8(ascii: "#"), count: bytes)
        #expect(try AgeIdentity.identities(keyFile: SecretBytes(comment)).isEmpty)
        #expect(
            throws: AgeError.limitExceeded(
                what: "key file bytes", got: bytes + 1, limit: bytes)
        ) { try AgeIdentity.identities(keyFile: SecretBytes(comment + [0x0a])) }
    }

    @Test func `bytes of a passphrase, and what it may cost`() throws {
        let limit = AgeLimits.passphraseBytes
        let longest = SecretBytes([UInt8](repeating: 1, count: limit))
        for workFactor in [1, AgeLimits.workFactor] {
            _ = try AgePassphrase(longest, workFactor: workFactor)
        }
        for count in [0, limit + 1] {
            #expect(throws: AgeError.invalidPassphrase(bytes: count)) {
                try AgePassphrase(SecretBytes([UInt8](repeating: 1, count: count)))
            }
        }
        for workFactor in [-1, 0, AgeLimits.workFactor + 1, 63] {
            #expect(
                throws: AgeError.invalidWorkFactor(
                    got: workFactor, limit: AgeLimits.workFactor)
            ) { try AgePassphrase(longest, workFactor: workFactor) }
        }
        // The dearest file that is read; one that asks for twice that costs nothing.
        let file = { (workFactor: Int) -> [UInt8] in
            let stanza = AgeStanza.scrypt(
                salt: [UInt8](repeating: 1, count: 16), workFactor: workFactor,
                body: [UInt8](repeating: 1, count: 32))
            let nonce = [UInt8](repeating: 0, count: 32)
            return AgeHeader.bytes([stanza], SecretBytes([UInt8](repeating: 5, count: 16))) + nonce
        }
        let passphrase = try AgePassphrase(longest)
        #expect(
            ageReading(file(AgeLimits.workFactor), passphrases: [passphrase]).error
                == .noMatch(stanzas: ["scrypt"]))
        for workFactor in [AgeLimits.workFactor + 1, 64, 999_999_999] {
            #expect(
                ageReading(file(workFactor), passphrases: [passphrase]).error
                    == .workFactorExceeded(got: workFactor, limit: AgeLimits.workFactor))
        }
    }

    @Test func `white space around armor`() throws {
        let identity = try ageIdentity()
        let file = try ageFile([1], to: [identity.recipient], armored: true)
        let limit = AgeLimits.armorSpaceBytes
        let space = { (count: Int) in [UInt8](repeating: 0x20, count: count) }
        #expect(ageReading(space(limit - 1) + file + [0x0a], [identity]).plaintext == [1])
        let lines = file.split(separator: 0x0a).count
        #expect(
            ageReading(file + space(limit + 1), [identity]).error
                == .malformedArmor(line: lines + 1, .tooMuchSpace))
        #expect(
            ageReading(space(limit + 1) + file, [identity]).error
                == .malformedArmor(line: 1, .tooMuchSpace))
    }

    @Test func `a line of armor is not kept beyond its length`() throws {
        var text = Array("-----BEGIN AGE ENCRYPTED FILE-----\n".utf8)
        text += [UInt8](repeating: UInt8(ascii: "A"), count: 66)
        #expect(ageReading(text, []).error == .malformedArmor(line: 2, .base64))
        let endless = [UInt8](repeating: UInt8(ascii: "-"), count: 66)
        #expect(ageReading(endless, []).error == .malformedArmor(line: 1, .begin))
    }
}
