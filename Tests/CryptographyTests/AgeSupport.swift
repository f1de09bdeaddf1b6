// What the tests of the age format share: whole files in one call, in pieces of any size.

import Bytes
import Cryptography
import Testing

/// An identity that every run has.
func ageIdentity(_ byte: UInt8 = 7) throws -> AgeIdentity {
    try AgeIdentity(secret: SecretBytes([UInt8](repeating: byte, count: 32)))
}

/// The pieces of bytes, `size` each, save the last.
func pieces(_ bytes: [UInt8], _ size: Int) -> [[UInt8]] {
    stride(from: 0, to: bytes.count, by: max(size, 1)).map {
        Array(bytes[$0..<min($0 + max(size, 1), bytes.count)])
    }
}

/// A file, its plaintext fed in pieces.
func ageFile(
    _ plaintext: [UInt8], to recipients: [AgeRecipient], armored: Bool = false,
    piece: Int = .max / 2, seed: [UInt8] = [1]
) throws -> [UInt8] {
    var encryptor = try AgeEncryptor(
        to: recipients, armored: armored, from: SeededRandom(seed: seed))
    var file: [UInt8] = []
    for piece in pieces(plaintext, min(piece, max(plaintext.count, 1))) {
        file += try encryptor.update(piece)
    }
    return file + (try encryptor.finish())
}

/// What a file gave out, and the error that ended it.
struct AgeReading: Equatable {
    var plaintext: [UInt8] = []
    var error: AgeError?
}

/// Reads a file that comes in pieces.
func ageReading(
    _ file: [UInt8], _ identities: [AgeIdentity] = [], passphrases: [AgePassphrase] = [],
    piece: Int = .max / 2
) -> AgeReading {
    var decryptor = AgeDecryptor(identities: identities, passphrases: passphrases)
    var reading = AgeReading()
    do {
        for piece in pieces(file, min(piece, max(file.count, 1))) {
            reading.plaintext += try decryptor.update(piece)
        }
        reading.plaintext += try decryptor.finish()
    } catch {
        reading.error = error
    }
    return reading
}
