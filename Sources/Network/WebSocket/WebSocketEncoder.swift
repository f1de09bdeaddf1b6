// Writing frames (RFC 6455 §5), each message as one.

/// Makes frames. A client gives 4 random bytes to each, that nobody can foresee (§5.3); a server
/// gives none.
struct WebSocketEncoder: Sendable {
    private let role: WebSocketRole

    init(role: WebSocketRole) { self.role = role }

    /// A whole message.
    func message(_ message: WebSocketMessage, mask: UInt32? = nil) -> [UInt8] {
        switch message {
        case .text(let text): frame(.text, Array(text.utf8), mask: mask)
        case .binary(let bytes): frame(.binary, bytes, mask: mask)
        }
    }

    /// A question whether the other side is there.
    /// - Parameter payload: 125 bytes at most.
    func ping(_ payload: [UInt8], mask: UInt32? = nil) -> [UInt8] {
        frame(.ping, payload, mask: mask)
    }

    /// The answer to a ping.
    /// - Parameter payload: The ping's.
    func pong(_ payload: [UInt8], mask: UInt32? = nil) -> [UInt8] {
        frame(.pong, payload, mask: mask)
    }

    /// The last frame.
    /// - Parameters:
    ///   - code: nil for none, 1005 and 1006 too, which stand for that none came.
    ///   - reason: As much of it is sent as a frame holds.
    func close(code: Int?, reason: String = "", mask: UInt32? = nil) -> [UInt8] {
        guard let code, code != 1005, code != 1006 else { return frame(.close, [], mask: mask) }
        precondition(WebSocketFault.isClosing(code))
        var payload = [UInt8(code >> 8), UInt8(code & 0xff)]
        for character in reason.unicodeScalars {
            let bytes = Array(String(character).utf8)
            if payload.count + bytes.count > CodecLimits.controlPayloadBytes { break }
            payload += bytes
        }
        return frame(.close, payload, mask: mask)
    }

    /// One frame.
    func frame(
        _ opcode: WebSocketOpcode, _ payload: [UInt8], isFinal: Bool = true, mask: UInt32? = nil
    ) -> [UInt8] {
        precondition((mask != nil) == (role == .client), "clients mask, servers do not")
        precondition(!opcode.isControl || payload.count <= CodecLimits.controlPayloadBytes)
        var bytes: [UInt8] = []
        bytes.reserveCapacity(payload.count + 14)
        bytes.append(opcode.rawValue | (isFinal ? 0x80 : 0))
        let masked: UInt8 = mask == nil ? 0 : 0x80
        let (short, lengthBytes): (Int, Int) =
            switch payload.count {
            case ...125: (payload.count, 0)
            case ...65_535: (126, 2)
            default: (127, 8)
            }
        bytes.append(masked | UInt8(short))
        for index in (0..<lengthBytes).reversed() {
            bytes.append(UInt8(truncatingIfNeeded: payload.count >> (8 * index)))
        }
        guard let mask else {
            bytes += payload
            return bytes
        }
        var applied = WebSocketMask(mask)
        bytes += applied.wire
        let start = bytes.count
        bytes += payload
        bytes.withUnsafeMutableBytes {
            applied.apply(to: UnsafeMutableRawBufferPointer(rebasing: $0[start...]))
        }
        return bytes
    }
}
