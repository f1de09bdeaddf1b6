// The bytes of a body, whichever way they are framed (RFC 9112 §6, §7).

/// Reads one body from a queue.
struct HTTPBodyReader: Sendable {
    enum Part: Equatable {
        case bytes([UInt8])
        case end
    }

    private enum State {
        case length(Int)
        case chunkSize
        case chunk(Int)
        case chunkEnd
        case trailers
        case untilClose
        case over
    }

    private let side: HTTPSide
    private let limits: HTTPLimits
    private var state: State
    private var scanner: HTTPLineScanner
    private var trailers: HTTPFieldTable

    init(_ framing: HTTPFraming, side: HTTPSide, limits: HTTPLimits) {
        self.side = side
        self.limits = limits
        scanner = Self.sizeScanner
        trailers = HTTPFieldTable(side: side, limit: limits.fields)
        state =
            switch framing {
            case .length(let bytes): .length(bytes)
            case .chunked: .chunkSize
            case .untilClose: .untilClose
            }
    }

    /// A chunk's size with its extensions, on one line.
    private static var sizeScanner: HTTPLineScanner {
        HTTPLineScanner(
            lineBytes: CodecLimits.chunkSizeDigits + CodecLimits.chunkExtensionBytes,
            headBytes: .max)
    }

    /// The next piece; nil where more must come first. After `.end` it is not called again.
    mutating func next(_ queue: inout ByteQueue) throws(HTTPFault) -> Part? {
        while true {
            switch state {
            case .length(0), .over:
                state = .over
                return .end
            case .length(let left):
                if queue.isEmpty { return nil }
                let bytes = queue.take(left)
                state = .length(left - bytes.count)
                return .bytes(bytes)
            case .untilClose:
                return queue.isEmpty ? nil : .bytes(queue.take(.max))
            case .chunkSize:
                guard let size = try chunkSize(&queue) else { return nil }
                scanner = HTTPLineScanner(
                    lineBytes: limits.lineBytes, headBytes: limits.trailerBytes)
                state = size == 0 ? .trailers : .chunk(size)
            case .chunk(0):
                state = .chunkEnd
            case .chunk(let left):
                if queue.isEmpty { return nil }
                let bytes = queue.take(left)
                state = .chunk(left - bytes.count)
                return .bytes(bytes)
            case .chunkEnd:
                guard try chunkEnds(&queue) else { return nil }
                scanner = Self.sizeScanner
                state = .chunkSize
            case .trailers:
                guard try trailersEnd(&queue) else { return nil }
                state = .over
            }
        }
    }

    /// The connection was closed: only a body that says nothing of its length is then whole.
    mutating func ended() throws(HTTPFault) {
        guard case .untilClose = state else {
            throw side.malformed("the connection was closed in the middle of a body")
        }
        state = .over
    }

    private mutating func chunkSize(_ queue: inout ByteQueue) throws(HTTPFault) -> Int? {
        switch scanner.next(queue) {
        case .more: return nil
        case .longLine, .longHead: throw side.malformed("the line of a chunk's size is too long")
        case .control: throw side.malformed("a chunk's size does not end with CR LF")
        case .line(let line):
            var size = 0
            var digits = 0
            while digits < line.count, let value = queue[line.lowerBound + digits].hexadecimalValue
            {
                guard digits < CodecLimits.chunkSizeDigits else {
                    throw side.malformed("a chunk's size is too large")
                }
                size = size << 4 | Int(value)
                digits += 1
            }
            // What follows the size is for those who agreed on it: nobody did with us.
            let extensionBytes = line.count - digits
            guard digits > 0, extensionBytes <= CodecLimits.chunkExtensionBytes,
                extensionBytes == 0 || queue[line.lowerBound + digits] == UInt8(ascii: ";")
            else { throw side.malformed("a chunk's size is no hexadecimal number") }
            queue.consume(scanner.lineStart)
            return size
        }
    }

    private func chunkEnds(_ queue: inout ByteQueue) throws(HTTPFault) -> Bool {
        let count = queue.count
        guard count == 0 || queue[0] == .carriageReturn, count < 2 || queue[1] == .lineFeed else {
            throw side.malformed("a chunk does not end with CR LF")
        }
        guard count >= 2 else { return false }
        queue.consume(2)
        return true
    }

    /// Reads the fields after the last chunk: judged as any, and dropped, for nothing that comes so
    /// late may change what was asked (RFC 9110 §6.5.1).
    private mutating func trailersEnd(_ queue: inout ByteQueue) throws(HTTPFault) -> Bool {
        while true {
            switch scanner.next(queue) {
            case .more: return false
            case .longLine, .longHead:
                throw side.headTooLarge("the fields after the last chunk are too long")
            case .control: throw side.malformed("a control character after the last chunk")
            case .line(let line):
                if line.isEmpty {
                    queue.consume(scanner.lineStart)
                    return true
                }
                try trailers.add(line, of: queue)
            }
        }
    }
}
