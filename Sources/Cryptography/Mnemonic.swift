// A wallet's one secret in words that a person can write down.

import Bytes

/// A mnemonic of BIP39 in English: 12, 15, 18, 21 or 24 words for 16, 20, 24, 28 or 32 bytes.
public struct Mnemonic: Sendable {
    /// The bytes that the words spell, without their checksum.
    public let entropy: SecretBytes

    private static let bitsPerWord = 11
    private static let seedIterations = 2_048
    private static let seedBytes = 64
    private static let suggestionsMaximum = 8

    /// The mnemonic of 16, 20, 24, 28 or 32 bytes.
    /// - Throws: `invalidParameter` for another length.
    public init(entropy: SecretBytes) throws(CryptographyError) {
        guard (16...32).contains(entropy.count), entropy.count % 4 == 0 else {
            throw .invalidParameter(name: "entropy bytes", value: entropy.count)
        }
        self.entropy = entropy
    }

    /// The mnemonic that the words spell, in lower case and in their order.
    /// - Throws: `mnemonicWordCount`, `mnemonicUnknownWord` for the first one that is not of the
    ///   list, `mnemonicChecksum`.
    public init(words: [String]) throws(CryptographyError) {
        guard (12...24).contains(words.count), words.count % 3 == 0 else {
            throw .mnemonicWordCount(got: words.count)
        }
        let list = MnemonicWords.english
        var indexes: [Int] = []
        for (offset, word) in words.enumerated() {
            guard let index = Self.index(of: word, in: list) else {
                throw .mnemonicUnknownWord(
                    position: offset + 1, suggestions: Self.suggestions(for: word))
            }
            indexes.append(index)
        }
        let byteCount = words.count / 3 * 4
        var checksum = 0
        let entropy = SecretBytes(count: byteCount) { bytes in
            var (accumulator, bits, position) = (0, 0, 0)
            for index in indexes {
                accumulator = (accumulator << Self.bitsPerWord | index) & 0xff_ffff
                bits += Self.bitsPerWord
                while bits >= 8 && position < byteCount {
                    bits -= 8
                    bytes[position] = UInt8(truncatingIfNeeded: accumulator >> bits)
                    position += 1
                }
            }
            checksum = accumulator & (1 << bits - 1)
        }
        guard checksum == Self.checksum(of: entropy) else { throw .mnemonicChecksum }
        self.entropy = entropy
    }

    /// The words. Whoever prints them shows the secret.
    public var words: [String] {
        var (accumulator, bits) = (0, 0)
        var words: [String] = []
        let list = MnemonicWords.english
        func take(_ value: Int, _ count: Int) {
            accumulator = (accumulator << count | value) & 0xff_ffff
            bits += count
            if bits >= Self.bitsPerWord {
                bits -= Self.bitsPerWord
                words.append(list[accumulator >> bits & 0x7ff])
            }
        }
        entropy.withUnsafeBytes { for byte in $0 { take(Int(byte), 8) } }
        take(Self.checksum(of: entropy), entropy.count / 4)
        return words
    }

    /// The 64 bytes that a tree of keys grows from (`ExtendedKey(seed:)`): PBKDF2 with
    /// HMAC-SHA512, 2,048 rounds, of the words under the salt "mnemonic" ‖ passphrase.
    /// - Parameter passphrase: printable ASCII; another gives another wallet, and none is wrong.
    /// - Throws: `passphraseNotASCII`, because BIP39 wants the normal form NFKD of anything else,
    ///   and a wallet that no other program opens is worse than a refusal; `libraryFailure`.
    public func seed(
        passphrase: SecretBytes = SecretBytes([UInt8]())
    ) throws(CryptographyError) -> SecretBytes {
        let isPlain = passphrase.withUnsafeBytes { $0.allSatisfy { (0x20...0x7e).contains($0) } }
        guard isPlain else { throw .passphraseNotASCII }
        let prefix = Array("mnemonic".utf8)
        let salt = SecretBytes(count: prefix.count + passphrase.count) { salt in
            salt.copyBytes(from: prefix)
            passphrase.withUnsafeBytes {
                UnsafeMutableRawBufferPointer(rebasing: salt[prefix.count...]).copyMemory(from: $0)
            }
        }
        var sentence = Array(words.joined(separator: " ").utf8)
        return try PBKDF2.hmacSHA512(
            password: SecretBytes(zeroing: &sentence), salt: salt,
            iterations: Self.seedIterations, count: Self.seedBytes)
    }

    /// Words of the list that begin with the first four letters of `word`, or else with the longest
    /// beginning that any has; in order, at most eight.
    public static func suggestions(for word: String) -> [String] {
        var prefix = Array(word.lowercased().utf8.prefix(4))
        while !prefix.isEmpty {
            let found = MnemonicWords.english.filter { $0.utf8.starts(with: prefix) }
            if !found.isEmpty { return Array(found.prefix(suggestionsMaximum)) }
            prefix.removeLast()
        }
        return []
    }

    /// The first bits of SHA-256, one for four bytes.
    private static func checksum(of entropy: SecretBytes) -> Int {
        entropy.withUnsafeBytes { Int(Hash.sha256($0).bytes[0]) >> (8 - entropy.count / 4) }
    }

    /// The list is sorted: by halves.
    private static func index(of word: String, in list: [String]) -> Int? {
        var (low, high) = (0, list.count)
        while low < high {
            let middle = (low + high) / 2
            if list[middle] == word { return middle }
            if list[middle] < word { low = middle + 1 } else { high = middle }
        }
        return nil
    }
}

extension Mnemonic: CustomStringConvertible, CustomReflectable {
    /// `<secret>`, whatever the words are.
    public var description: String { "<secret>" }
    /// A mirror without children: `dump` shows nothing.
    public var customMirror: Mirror { Mirror(self, children: []) }
}
