// Files of our own: every size around a chunk, every bit, every cut.

import Bytes
import Cryptography
import Testing

@Suite struct AgeFileTests {
    private static let chunk = 65_536

    private static let sizes: [Int] = [
        0, 1, 15, 16, 17, 47, 48, 49, 65_519, 65_520, 65_535, 65_536, 65_537, 65_552, 65_553,
        131_071, 131_072, 131_073, 196_608,
    ]

    @Test(arguments: sizes)
    func `what was written is read, in pieces of any size`(count: Int) throws {
        var generator = Generator()
        let identity = try ageIdentity()
        let plaintext = generator.bytes(count)
        for armored in [false, true] {
            let file = try ageFile(plaintext, to: [identity.recipient], armored: armored)
            for piece in [1 + generator.below(100), 1 + generator.below(100_000), Self.chunk] {
                let again = try ageFile(
                    plaintext, to: [identity.recipient], armored: armored, piece: piece)
                #expect(again == file, generator.comment)
                let reading = ageReading(file, [identity], piece: piece)
                #expect(reading == AgeReading(plaintext: plaintext), generator.comment)
            }
        }
    }

    @Test func `a file has the length that the format says`() throws {
        let recipient = try ageIdentity().recipient
        let empty = try ageFile([], to: [recipient]).count
        for (count, chunks) in [
            (1, 1), (Self.chunk, 1), (Self.chunk + 1, 2), (2 * Self.chunk, 2),
            (2 * Self.chunk + 1, 3),
        ] {
            let file = try ageFile([UInt8](repeating: 0, count: count), to: [recipient])
            #expect(file.count == empty + count + 16 * (chunks - 1))
        }
    }

    @Test func `bytes come out as early as they can`() throws {
        let identity = try ageIdentity()
        var encryptor = try AgeEncryptor(
            to: [identity.recipient], from: SeededRandom(seed: [1]))
        let header = try encryptor.update([])
        #expect(header.starts(with: Array("age-encryption.org/v1\n-> X25519 ".utf8)))
        let zeros = [UInt8](repeating: 0, count: Self.chunk)
        #expect(try encryptor.update(zeros).isEmpty, "it may be the last")
        let first = try encryptor.update([1])
        #expect(first.count == Self.chunk + 16)
        let last = try encryptor.finish()
        #expect(last.count == 17)

        var decryptor = AgeDecryptor(identities: [identity])
        #expect(try decryptor.update(header).isEmpty)
        #expect(try decryptor.update(Array(first.dropLast())).isEmpty, "the tag is not complete")
        #expect(try decryptor.update([first[first.count - 1]]) == zeros)
        #expect(try decryptor.update(last).isEmpty)
        #expect(try decryptor.finish() == [1])
    }

    @Test(arguments: [false, true])
    func `every changed bit is refused`(armored: Bool) throws {
        let identity = try ageIdentity()
        let file = try ageFile(Array("age".utf8), to: [identity.recipient], armored: armored)
        for bit in 0..<(file.count * 8) {
            var changed = file
            changed[bit / 8] ^= 1 << UInt8(bit % 8)
            let reading = ageReading(changed, [identity])
            #expect(reading.error != nil, "bit \(bit)")
            #expect(reading.plaintext.isEmpty, "bit \(bit)")
        }
    }

    @Test(arguments: [false, true])
    func `every file that was cut off is refused`(armored: Bool) throws {
        let identity = try ageIdentity()
        let file = try ageFile(Array("age".utf8), to: [identity.recipient], armored: armored)
        // The line feed behind the end of armor may be missing.
        let shortest = armored ? file.count - 1 : file.count
        for count in 0..<shortest {
            let reading = ageReading(Array(file[..<count]), [identity])
            #expect(reading.error != nil, "\(count) bytes")
            #expect(reading.plaintext.isEmpty, "\(count) bytes")
        }
        #expect(ageReading(Array(file[..<shortest]), [identity]).error == nil)
    }

    @Test func `a long file cut anywhere near a chunk's end gives out whole chunks and an error`()
        throws
    {
        let identity = try ageIdentity()
        var generator = Generator()
        let plaintext = generator.bytes(2 * Self.chunk + 5)
        let file = try ageFile(plaintext, to: [identity.recipient])
        let payload = file.count - (plaintext.count + 3 * 16)
        for (chunks, middle) in [(1, payload + Self.chunk + 16), (2, file.count - 21)] {
            for count in (middle - 20)..<(middle + 20) {
                let reading = ageReading(Array(file[..<count]), [identity])
                #expect(reading.error != nil, generator.comment)
                let whole = count < middle ? chunks - 1 : chunks
                #expect(
                    reading.plaintext == Array(plaintext[..<(whole * Self.chunk)]),
                    generator.comment)
            }
        }
    }

    @Test func `chunks that change places are refused`() throws {
        let identity = try ageIdentity()
        let plaintext = [UInt8](repeating: 0, count: 3 * Self.chunk)
        let file = try ageFile(plaintext, to: [identity.recipient])
        let sealed = Self.chunk + 16
        let start = file.count - 3 * sealed
        let swapped =
            file[..<start] + file[(start + sealed)..<(start + 2 * sealed)]
            + file[start..<(start + sealed)] + file[(start + 2 * sealed)...]
        let reading = ageReading(Array(swapped), [identity])
        #expect(
            reading == AgeReading(error: .malformedPayload(chunk: 0, .authentication)))
        let shortened = file[..<start] + file[(start + sealed)...]
        #expect(ageReading(Array(shortened), [identity]).error != nil)
    }

    @Test func `a fault does not take back the chunks before it, and stays`() throws {
        let identity = try ageIdentity()
        let plaintext = [UInt8](repeating: 3, count: Self.chunk + 1)
        var file = try ageFile(plaintext, to: [identity.recipient])
        file[file.count - 1] ^= 1
        file += [UInt8](repeating: 0, count: 2 * Self.chunk)
        var decryptor = AgeDecryptor(identities: [identity])
        let expected = AgeError.malformedPayload(chunk: 1, .authentication)
        #expect(try decryptor.update(file) == Array(plaintext.dropLast()))
        for _ in 0..<2 {
            do {
                _ = try decryptor.update([0])
                Issue.record("the fault is forgotten")
            } catch {
                #expect(error == expected)
            }
        }
        do {
            _ = try decryptor.finish()
            Issue.record("the fault is forgotten")
        } catch {
            #expect(error == expected)
        }
    }

    @Test func `each of several recipients reads, nobody else does`() throws {
        let identities = try (1...5).map { try ageIdentity($0) }
        let file = try ageFile([42], to: identities.map(\.recipient))
        for identity in identities {
            #expect(ageReading(file, [identity]) == AgeReading(plaintext: [42]))
        }
        let stranger = try ageIdentity(9)
        let types = Array(repeating: "X25519", count: 5)
        #expect(ageReading(file, [stranger]).error == .noMatch(stanzas: types))
        #expect(ageReading(file).error == .noMatch(stanzas: types))
        #expect(ageReading(file, [stranger, identities[3]]) == AgeReading(plaintext: [42]))
    }

    @Test func `a passphrase reads, another does not`() throws {
        let passphrase = try AgePassphrase(SecretBytes(Array("a b".utf8)), workFactor: 4)
        var encryptor = try AgeEncryptor(to: passphrase, from: SeededRandom(seed: [1]))
        let file = try encryptor.update([1, 2, 3]) + encryptor.finish()
        #expect(ageReading(file, passphrases: [passphrase]).plaintext == [1, 2, 3])
        // What is read says its own cost.
        let standard = try AgePassphrase(SecretBytes(Array("a b".utf8)))
        #expect(ageReading(file, passphrases: [standard]).plaintext == [1, 2, 3])
        let other = try AgePassphrase(SecretBytes(Array("a c".utf8)))
        #expect(ageReading(file, passphrases: [other]).error == .noMatch(stanzas: ["scrypt"]))
        #expect(
            ageReading(file, passphrases: [other, passphrase]).plaintext == [1, 2, 3])
        #expect(ageReading(file, [try ageIdentity()]).error == .noMatch(stanzas: ["scrypt"]))
    }

    @Test func `two files of one text have nothing in common`() throws {
        let recipient = try ageIdentity().recipient
        let files = try (UInt8(1)...2).map {
            try ageFile([UInt8](repeating: 0, count: 64), to: [recipient], seed: [$0])
        }
        let lines = files.map { Set($0.split(separator: 0x0a).map(Array.init)) }
        #expect(lines[0].intersection(lines[1]) == [Array("age-encryption.org/v1".utf8)])
    }
}
