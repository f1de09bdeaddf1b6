// A script: bytes, the forms that we know among them, and how those are made.
import Bytes

/// What locks or unlocks an output.
public struct Script: Hashable, Sendable {
    /// A form of a locking script.
    public enum Kind: Hashable, Sendable {
        /// P2PKH: DUP HASH160 ‹20 bytes› EQUALVERIFY CHECKSIG; the hash.
        case publicKeyHash([UInt8])
        /// P2PK: ‹33 or 65 bytes› CHECKSIG; the key, which need not be a point.
        case publicKey([UInt8])
        /// Bare multisignature: m ‹key›… n CHECKMULTISIG, 1 ≤ m ≤ n ≤ 16; the keys as above.
        case multisig(threshold: Int, keys: [[UInt8]])
        /// RETURN, after FALSE or first: nobody spends it. What is pushed behind it, as far as that
        /// can be read.
        case data([[UInt8]])
        /// Anything else.
        case other
    }

    /// All of it.
    public let bytes: [UInt8]

    /// The script of bytes, whatever they are.
    public init(_ bytes: [UInt8]) { self.bytes = bytes }

    /// The script of lower-case hexadecimal digits; nil for anything else.
    public init?(hexadecimal: String) {
        guard let bytes = Hexadecimal.decode(hexadecimal) else { return nil }
        self.bytes = bytes
    }

    /// Lower-case hexadecimal digits.
    public var hexadecimal: String { Hexadecimal.encode(bytes) }

    /// The form.
    public var kind: Kind {
        if isPublicKeyHash { return .publicKeyHash(Array(bytes[3..<23])) }
        if bytes.first == Opcode.returns { return .data(Self.pieces(bytes[1...])) }
        if bytes.starts(with: [Opcode.false, Opcode.returns]) {
            return .data(Self.pieces(bytes[2...]))
        }
        guard let last = bytes.last else { return .other }
        if last == Opcode.checkSignature {
            var reader = PushReader(bytes.dropLast())
            guard let key = reader.key(), reader.isAtEnd else { return .other }
            return .publicKey(key)
        }
        return last == Opcode.checkMultisignature ? multisig : .other
    }

    private var isPublicKeyHash: Bool {
        bytes.count == 25
            && bytes.starts(with: [Opcode.duplicate, Opcode.hash160, 20])
            && bytes[23...].elementsEqual([Opcode.equalVerify, Opcode.checkSignature])
    }

    private var multisig: Kind {
        guard bytes.count > 3, let threshold = Opcode.small(bytes[0]),
            let count = Opcode.small(bytes[bytes.count - 2]), threshold <= count
        else { return .other }
        var reader = PushReader(bytes[1..<bytes.count - 2])
        var keys: [[UInt8]] = []
        while keys.count < count, let key = reader.key() { keys.append(key) }
        guard keys.count == count, reader.isAtEnd else { return .other }
        return .multisig(threshold: threshold, keys: keys)
    }

    private static func pieces(_ bytes: ArraySlice<UInt8>) -> [[UInt8]] {
        var reader = PushReader(bytes)
        var pieces: [[UInt8]] = []
        while let push = reader.next() { pieces.append(push.bytes) }
        return pieces
    }
}

extension Script {
    /// P2PKH: pays to the hash of a public key, which must have 20 bytes.
    public static func publicKeyHash(_ hash: [UInt8]) -> Script {
        precondition(hash.count == BitcoinAddress.hashBytes, "a hash160 has 20 bytes")
        return Script(
            [Opcode.duplicate, Opcode.hash160, 20] + hash
                + [Opcode.equalVerify, Opcode.checkSignature])
    }

    /// P2PK: pays to a public key of 33 or 65 bytes.
    public static func publicKey(_ key: [UInt8]) -> Script {
        Script(push(key) + [Opcode.checkSignature])
    }

    /// Bare multisignature: pays to `threshold` of up to 16 public keys together.
    public static func multisig(threshold: Int, keys: [[UInt8]]) -> Script {
        precondition((1...16).contains(keys.count), "a script names 1 to 16 keys")
        precondition((1...keys.count).contains(threshold), "no more signatures than keys")
        return Script(
            [Opcode.small(threshold)] + keys.flatMap(push)
                + [Opcode.small(keys.count), Opcode.checkMultisignature])
    }

    /// FALSE RETURN and a push of each piece: data that nobody spends.
    public static func data(_ pieces: [[UInt8]]) -> Script {
        Script([Opcode.false, Opcode.returns] + pieces.flatMap(push))
    }

    /// The shortest push of bytes by their length; small numbers are spelt as bytes.
    static func push(_ bytes: [UInt8]) -> [UInt8] {
        switch bytes.count {
        case 0...Opcode.longestDirectPush: [UInt8(bytes.count)] + bytes
        case ...0xff: [Opcode.push1, UInt8(bytes.count)] + bytes
        case ...0xffff: [Opcode.push2] + UInt16(bytes.count).littleEndianBytes + bytes
        default: [Opcode.push4] + UInt32(bytes.count).littleEndianBytes + bytes
        }
    }
}
