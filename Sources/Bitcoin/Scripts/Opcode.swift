// The opcodes of the forms that we know, and the reading of pushes.

/// Numbers of Bitcoin's script language.
enum Opcode {
    static let `false`: UInt8 = 0x00
    /// Opcodes up to here push so many bytes.
    static let longestDirectPush = 0x4b
    static let push1: UInt8 = 0x4c
    static let push2: UInt8 = 0x4d
    static let push4: UInt8 = 0x4e
    static let minusOne: UInt8 = 0x4f
    static let one: UInt8 = 0x51
    static let sixteen: UInt8 = 0x60
    static let returns: UInt8 = 0x6a
    static let duplicate: UInt8 = 0x76
    static let equalVerify: UInt8 = 0x88
    static let hash160: UInt8 = 0xa9
    static let checkSignature: UInt8 = 0xac
    static let checkMultisignature: UInt8 = 0xae

    /// The number from 1 to 16 that an opcode pushes; nil for others.
    static func small(_ opcode: UInt8) -> Int? {
        (one...sixteen).contains(opcode) ? Int(opcode - one) + 1 : nil
    }

    /// The opcode that pushes a number from 1 to 16.
    static func small(_ number: Int) -> UInt8 { one + UInt8(number - 1) }
}

/// Reads the pushes of a script, one after the other.
struct PushReader {
    /// What one opcode pushes.
    struct Push {
        let bytes: [UInt8]
        /// Whether no other opcode pushes the same with fewer bytes (MINIMALDATA).
        let isMinimal: Bool
    }

    private var rest: ArraySlice<UInt8>

    init(_ bytes: ArraySlice<UInt8>) { rest = bytes }

    var isAtEnd: Bool { rest.isEmpty }

    /// The next push; nil, and nothing is read, where something else or nothing stands.
    mutating func next() -> Push? {
        guard let opcode = rest.first else { return nil }
        if opcode == Opcode.minusOne || Opcode.small(opcode) != nil {
            rest = rest.dropFirst()
            let number = Opcode.small(opcode).map { UInt8($0) } ?? 0x81
            return Push(bytes: [number], isMinimal: true)
        }
        let lengthBytes: Int
        switch opcode {
        case ...UInt8(Opcode.longestDirectPush): lengthBytes = 0
        case Opcode.push1: lengthBytes = 1
        case Opcode.push2: lengthBytes = 2
        case Opcode.push4: lengthBytes = 4
        default: return nil
        }
        let length = rest.dropFirst().prefix(lengthBytes)
        guard length.count == lengthBytes else { return nil }
        let count =
            lengthBytes == 0 ? Int(opcode) : length.reversed().reduce(0) { $0 << 8 | Int($1) }
        let body = rest.dropFirst(1 + lengthBytes)
        guard count <= body.count else { return nil }
        rest = body.dropFirst(count)
        let bytes = Array(body.prefix(count))
        return Push(bytes: bytes, isMinimal: Self.isMinimal(bytes, lengthBytes))
    }

    private static func isMinimal(_ bytes: [UInt8], _ lengthBytes: Int) -> Bool {
        if bytes.count == 1, (1...16).contains(bytes[0]) || bytes[0] == 0x81 { return false }
        switch bytes.count {
        case ...Opcode.longestDirectPush: return lengthBytes == 0
        case ...0xff: return lengthBytes == 1
        case ...0xffff: return lengthBytes == 2
        default: return true
        }
    }

    /// A public key, 33 bytes behind 02 or 03 or 65 behind 04, pushed by its length; nil for
    /// anything else.
    mutating func key() -> [UInt8]? {
        guard let push = next(), push.isMinimal else { return nil }
        switch (push.bytes.count, push.bytes.first) {
        case (33, 2), (33, 3), (65, 4): return push.bytes
        default: return nil
        }
    }
}
