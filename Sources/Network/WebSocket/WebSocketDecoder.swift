// Reading frames off a connection (RFC 6455 §5), without extensions.

/// What a WebSocket brings.
enum WebSocketEvent: Equatable {
    case message(WebSocketMessage)
    /// To be answered by a pong of the same bytes.
    case ping([UInt8])
    case pong([UInt8])
    /// The other side closes; nothing comes after it. The code is nil where none was given.
    case close(code: Int?, reason: String)
}

/// Puts messages together from bytes that come in any pieces. After a fault, and after the other
/// side's close, nothing more is read.
struct WebSocketDecoder: Sendable {
    private struct Frame: Sendable {
        var opcode: WebSocketOpcode
        var isFinal: Bool
        var left: Int
        var mask: WebSocketMask?
    }

    private let role: WebSocketRole
    private let messageLimitBytes: Int
    private var queue = ByteQueue()
    /// The frame whose payload is coming.
    private var frame: Frame?
    /// `text` or `binary` while a message is coming.
    private var kind: WebSocketOpcode?
    private var message: [UInt8] = []
    private var control: [UInt8] = []
    private var text = UTF8Checker()
    private var isOver = false
    private var fault: WebSocketFault?

    /// - Parameters:
    ///   - role: Which side we are.
    ///   - messageLimitBytes: A message's bytes, all its parts together.
    init(role: WebSocketRole, messageLimitBytes: Int) {
        self.role = role
        self.messageLimitBytes = messageLimitBytes
    }

    /// Bytes that came and are not read.
    var bufferedBytes: Int { queue.count }

    /// Takes bytes in.
    mutating func append(_ bytes: UnsafeRawBufferPointer) {
        if !isOver { queue.append(bytes) }
    }

    /// The next event; nil where more bytes must come first, or nothing more is wanted.
    mutating func next() throws(WebSocketFault) -> WebSocketEvent? {
        if let fault { throw fault }
        do throws(WebSocketFault) {
            while !isOver {
                if frame == nil { frame = try head() }
                guard try payload() else { return nil }
                if let event = try finish() { return event }
            }
            return nil
        } catch {
            fault = error
            end()
            throw error
        }
    }

    private mutating func end() {
        isOver = true
        queue.removeAll()
        message = []
    }

    /// The next frame's head; nil where more must come first.
    private mutating func head() throws(WebSocketFault) -> Frame? {
        guard queue.count >= 2 else { return nil }
        let first = queue[0]
        guard first & 0x70 == 0 else { throw WebSocketFault(1002, "a reserved bit is set") }
        guard let opcode = WebSocketOpcode(rawValue: first & 0x0f) else {
            throw WebSocketFault(1002, "a reserved opcode")
        }
        let isFinal = first & 0x80 != 0
        let isMasked = queue[1] & 0x80 != 0
        guard isMasked == (role == .server) else {
            throw WebSocketFault(1002, isMasked ? "a server's frame has a mask" : "no mask")
        }
        let short = Int(queue[1] & 0x7f)
        if opcode.isControl {
            guard isFinal else { throw WebSocketFault(1002, "a control frame in parts") }
            guard short <= CodecLimits.controlPayloadBytes else {
                throw WebSocketFault(1002, "a control frame's payload is too large")
            }
        } else if (opcode == .continuation) != (kind != nil) {
            throw WebSocketFault(
                1002, kind == nil ? "nothing to continue" : "a message inside a message")
        }
        let lengthBytes = short < 126 ? 0 : short == 126 ? 2 : 8
        let maskBytes = isMasked ? 4 : 0
        guard queue.count >= 2 + lengthBytes else { return nil }
        let length = try length(short, lengthBytes)
        if !opcode.isControl, length > messageLimitBytes - message.count {
            throw WebSocketFault(1009, "a message exceeds \(messageLimitBytes) bytes")
        }
        let start = 2 + lengthBytes
        guard queue.count >= start + maskBytes else { return nil }
        let mask =
            isMasked
            ? WebSocketMask(queue[start], queue[start + 1], queue[start + 2], queue[start + 3])
            : nil
        queue.consume(start + maskBytes)
        if !opcode.isControl, opcode != .continuation { kind = opcode }
        return Frame(opcode: opcode, isFinal: isFinal, left: length, mask: mask)
    }

    private func length(_ short: Int, _ lengthBytes: Int) throws(WebSocketFault) -> Int {
        if lengthBytes == 0 { return short }
        var value: UInt64 = 0
        for index in 2..<2 + lengthBytes { value = value << 8 | UInt64(queue[index]) }
        guard value > (lengthBytes == 2 ? 125 : 65_535) else {
            throw WebSocketFault(1002, "a length is not in its shortest form")
        }
        guard let length = Int(exactly: value) else {
            throw WebSocketFault(1002, "a length has its highest bit set")
        }
        return length
    }

    /// Moves what has come of the payload; whether the frame is whole.
    private mutating func payload() throws(WebSocketFault) -> Bool {
        guard var frame else { return false }
        let taken = min(frame.left, queue.count)
        if taken > 0 {
            if frame.opcode.isControl {
                Self.move(taken, from: &queue, to: &control, &frame.mask)
            } else {
                let start = message.count
                Self.move(taken, from: &queue, to: &message, &frame.mask)
                if kind == .text {
                    let isText = message.withUnsafeBytes {
                        text.check(UnsafeRawBufferPointer(rebasing: $0[start...]))
                    }
                    guard isText else { throw WebSocketFault(1007, "a text is no UTF-8") }
                }
            }
            frame.left -= taken
            self.frame = frame
        }
        return frame.left == 0
    }

    private static func move(
        _ count: Int, from queue: inout ByteQueue, to target: inout [UInt8],
        _ mask: inout WebSocketMask?
    ) {
        let start = target.count
        target.append(contentsOf: queue.storage[queue.start..<queue.start + count])
        queue.consume(count)
        guard mask != nil else { return }
        target.withUnsafeMutableBytes {
            mask?.apply(to: UnsafeMutableRawBufferPointer(rebasing: $0[start...]))
        }
    }

    /// What a whole frame gives; nil where it is only a part.
    private mutating func finish() throws(WebSocketFault) -> WebSocketEvent? {
        guard let frame else { return nil }
        self.frame = nil
        if frame.opcode.isControl {
            let payload = control
            control = []
            switch frame.opcode {
            case .ping: return .ping(payload)
            case .pong: return .pong(payload)
            default: return try closing(payload)
            }
        }
        guard frame.isFinal else { return nil }
        let whole = message
        let isText = kind == .text
        message = []
        kind = nil
        guard isText else { return .message(.binary(whole)) }
        guard text.isComplete else {
            throw WebSocketFault(1007, "a text ends in the middle of a character")
        }
        return .message(.text(String(decoding: whole, as: UTF8.self)))
    }

    /// Reads a closing frame (§5.5.1).
    private mutating func closing(_ payload: [UInt8]) throws(WebSocketFault) -> WebSocketEvent {
        if payload.isEmpty {
            end()
            return .close(code: nil, reason: "")
        }
        guard payload.count >= 2 else { throw WebSocketFault(1002, "half a closing code") }
        let code = Int(payload[0]) << 8 | Int(payload[1])
        guard WebSocketFault.isClosing(code) else {
            throw WebSocketFault(1002, "the closing code \(code) is never sent")
        }
        guard let reason = String(validating: payload[2...], as: UTF8.self) else {
            throw WebSocketFault(1007, "a closing reason is no UTF-8")
        }
        end()
        return .close(code: code, reason: reason)
    }
}
