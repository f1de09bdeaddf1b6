// Who: the hash of a public key or of a puzzle.
import Bytes
import Cryptography

/// base58check(0x87 ‖ RIPEMD160(SHA256(x))): x = public key bytes, or the canonical JSON of a
/// puzzle's data.
///
/// Held as its text: a checked address is written several times for every time that its 20 bytes
/// are asked for.
public struct Address: Hashable, Sendable, Comparable {
    /// The 34 ASCII bytes as big-endian words, so that order of words is order of texts, and of the
    /// hashes.
    private let words: (UInt64, UInt64, UInt64, UInt64, UInt16)

    /// The version byte of WebWallet: addresses begin with `w`.
    public static let version: UInt8 = 0x87
    /// Characters of every address.
    public static let textBytes = 34

    private init(checked text: some Collection<UInt8>) {
        precondition(text.count == Self.textBytes, "an address has 34 characters")
        var words: (UInt64, UInt64, UInt64, UInt64, UInt16) = (0, 0, 0, 0, 0)
        for (index, byte) in text.enumerated() {
            switch index >> 3 {
            case 0: words.0 = words.0 << 8 | UInt64(byte)
            case 1: words.1 = words.1 << 8 | UInt64(byte)
            case 2: words.2 = words.2 << 8 | UInt64(byte)
            case 3: words.3 = words.3 << 8 | UInt64(byte)
            default: words.4 = words.4 << 8 | UInt16(byte)
            }
        }
        self.words = words
    }

    /// The address of 20 hash bytes.
    public init(hash160 bytes: [UInt8]) {
        precondition(bytes.count == 20, "an address has 20 bytes")
        self.init(checked: Array(Base58Check.encode(version: Self.version, bytes).utf8))
    }

    /// The address of a public key in the encoding that it is used in, or of a puzzle's canonical
    /// data.
    public init(of bytes: [UInt8]) {
        self.init(hash160: Hash.hash160(bytes))
    }

    /// Reads an address.
    /// - Throws: `invalid-address` with the reason: alphabet, checksum or version byte.
    public init(_ text: some Collection<UInt8>) throws(Refusal) {
        guard let payload = Base58Check.decode(text) else {
            throw Self.refusal(text, "is not base58 with a right checksum")
        }
        guard payload.count == 21, payload[0] == Self.version else {
            throw Self.refusal(text, "is no address of a wallet: wrong length or version byte")
        }
        self.init(checked: text)
    }

    /// Reads an address.
    /// - Throws: `invalid-address`.
    public init(text: String) throws(Refusal) {
        try self.init(Array(text.utf8))
    }

    /// The 34 ASCII bytes.
    public var textBytes: [UInt8] {
        [UInt8](unsafeUninitializedCapacity: Self.textBytes) { buffer, count in
            let raw = UnsafeMutableRawBufferPointer(buffer)
            raw.storeBytes(of: words.0.bigEndian, toByteOffset: 0, as: UInt64.self)
            raw.storeBytes(of: words.1.bigEndian, toByteOffset: 8, as: UInt64.self)
            raw.storeBytes(of: words.2.bigEndian, toByteOffset: 16, as: UInt64.self)
            raw.storeBytes(of: words.3.bigEndian, toByteOffset: 24, as: UInt64.self)
            raw.storeBytes(of: words.4.bigEndian, toByteOffset: 32, as: UInt16.self)
            count = Self.textBytes
        }
    }

    /// 34 characters.
    public var text: String { String(decoding: textBytes, as: UTF8.self) }

    /// Whether the texts are equal.
    public static func == (left: Address, right: Address) -> Bool { left.words == right.words }

    /// The order of the texts, which is the order of the hashes.
    public static func < (left: Address, right: Address) -> Bool { left.words < right.words }

    /// Feeds the middle of the text: it is a hash already.
    public func hash(into hasher: inout Hasher) {
        hasher.combine(words.1)
        hasher.combine(words.2)
    }

    private static func refusal(_ text: some Collection<UInt8>, _ reason: String) -> Refusal {
        let shown = String(decoding: text.prefix(64), as: UTF8.self)
        return Refusal(.invalidAddress, "'\(shown)' \(reason)", ["address": shown])
    }
}

extension Address: CustomStringConvertible {
    /// The text.
    public var description: String { text }
}
