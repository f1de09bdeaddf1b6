// What both directions of a WebSocket share (RFC 6455 §5).

/// Which side we are: a client masks what it sends, a server never does (§5.1).
enum WebSocketRole: Sendable {
    case server
    case client
}

/// What a frame is (§5.2).
enum WebSocketOpcode: UInt8, Sendable {
    case continuation = 0
    case text = 1
    case binary = 2
    case close = 8
    case ping = 9
    case pong = 10

    /// Control frames may stand between the parts of a message.
    var isControl: Bool { rawValue >= 8 }
}

/// Why a connection must be failed (§7.1.7).
struct WebSocketFault: Error, Sendable, Equatable {
    /// 1002 where the standard is broken, 1007 where a text is no UTF-8, 1009 where a message is
    /// too large.
    let closeCode: Int
    /// A sentence for people.
    let reason: String

    init(_ closeCode: Int, _ reason: String) {
        self.closeCode = closeCode
        self.reason = reason
    }
}

/// The mask over a payload (§5.3): the byte at `i` is combined with byte `i` mod 4.
struct WebSocketMask: Sendable {
    /// The four bytes, the first one lowest.
    private var bytes: UInt32

    /// A mask whose first byte is the highest of `value`.
    init(_ value: UInt32) { bytes = value.byteSwapped }

    /// A mask as it stands in a frame.
    init(_ first: UInt8, _ second: UInt8, _ third: UInt8, _ fourth: UInt8) {
        bytes =
            UInt32(first) | UInt32(second) << 8 | UInt32(third) << 16 | UInt32(fourth) << 24
    }

    /// The bytes as they stand in a frame.
    var wire: [UInt8] { (0..<4).map { UInt8(truncatingIfNeeded: bytes >> (8 * $0)) } }

    /// Masks or unmasks the next bytes of a payload; those of the following call go on behind.
    mutating func apply(to payload: UnsafeMutableRawBufferPointer) {
        let wide = UInt64(bytes) | UInt64(bytes) << 32
        let whole = payload.count & ~7
        var index = 0
        while index < whole {
            let word = payload.loadUnaligned(fromByteOffset: index, as: UInt64.self)
            payload.storeBytes(
                of: word ^ wide.littleEndian, toByteOffset: index, as: UInt64.self)
            index += 8
        }
        while index < payload.count {
            payload[index] ^= UInt8(truncatingIfNeeded: bytes)
            bytes = bytes >> 8 | bytes << 24
            index += 1
        }
    }
}

extension WebSocketFault {
    /// Whether a code may be sent in a closing frame (§7.4).
    static func isClosing(_ code: Int) -> Bool {
        switch code {
        case 1000...1003, 1007...1014, 3000...4999: true
        default: false
        }
    }
}
