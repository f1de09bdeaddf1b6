// Reading responses off a connection, on the side that asked.

/// A response's head.
struct HTTPResponseHead: Sendable, Equatable {
    /// 101 or 200 to 599.
    var status: Int
    /// What the status line says behind the number; may be empty.
    var reason: String
    /// The fields.
    var headers: HTTPHeaders
    /// Whether another request may be sent on the connection.
    var keepsAlive: Bool
}

/// What a connection brings back.
enum HTTPResponseEvent: Equatable {
    case head(HTTPResponseHead)
    /// A piece of the body, as it came.
    case body([UInt8])
    /// The response is whole.
    case end
}

/// Reads the response to one request (RFC 9112) from bytes that come in any pieces.
struct HTTPResponseParser: Sendable {
    private enum Phase {
        case head
        case body(HTTPBodyReader)
        case over
    }

    private let limits: HTTPLimits
    private let method: String
    private var queue = ByteQueue()
    private var phase = Phase.head
    private var head: HTTPResponseHeadReader
    private var interim = 0
    private var fault: HTTPFault?

    /// - Parameter method: The request's: a response to `HEAD` has no body.
    init(method: String, limits: HTTPLimits = HTTPLimits()) {
        self.method = method
        self.limits = limits
        head = HTTPResponseHeadReader(limits: limits)
    }

    /// Bytes that came and are not read. After the end there are none, or the server has said more
    /// than it was asked.
    var bufferedBytes: Int { queue.count }

    /// Takes bytes in.
    mutating func append(_ bytes: UnsafeRawBufferPointer) { queue.append(bytes) }

    /// The next event; nil where more bytes must come first, or the response is whole.
    mutating func next() throws(HTTPFault) -> HTTPResponseEvent? {
        if let fault { throw fault }
        do throws(HTTPFault) {
            return try step()
        } catch {
            fault = error
            queue.removeAll()
            throw error
        }
    }

    /// The connection was closed, and `next` has returned nil: ends a body whose length nobody
    /// said, so that `next` returns `.end`.
    /// - Throws: 502 where the response is not whole.
    mutating func ended() throws(HTTPFault) {
        if let fault { throw fault }
        do throws(HTTPFault) {
            switch phase {
            case .over: return
            case .head:
                throw HTTPSide.response.malformed(
                    "the connection was closed before a response came")
            case .body(var body):
                try body.ended()
                phase = .body(body)
            }
        } catch {
            fault = error
            queue.removeAll()
            throw error
        }
    }

    /// All bytes that are not read, for whoever speaks another protocol from here on.
    mutating func takeRest() -> [UInt8] { queue.take(.max) }

    private mutating func step() throws(HTTPFault) -> HTTPResponseEvent? {
        while true {
            switch phase {
            case .over: return nil
            case .head:
                guard let (head, framing) = try head.next(queue, method: method) else {
                    return nil
                }
                queue.consume(self.head.bytes)
                self.head = HTTPResponseHeadReader(limits: limits)
                if head.status < 200, head.status != 101 {
                    interim += 1
                    guard interim <= CodecLimits.interimResponses else {
                        throw HTTPSide.response.malformed("too many responses of 1xx")
                    }
                    continue
                }
                phase = .body(HTTPBodyReader(framing, side: .response, limits: limits))
                return .head(head)
            case .body(var body):
                let part = try body.next(&queue)
                phase = part == .end ? .over : .body(body)
                switch part {
                case nil: return nil
                case .bytes(let bytes): return .body(bytes)
                case .end: return .end
                }
            }
        }
    }
}

/// Reads one head.
struct HTTPResponseHeadReader: Sendable {
    private struct Line: Sendable {
        let status: Int
        let reason: String
        let isOld: Bool
    }

    private var scanner: HTTPLineScanner
    private var fields: HTTPFieldTable
    private var line: Line?

    init(limits: HTTPLimits) {
        scanner = HTTPLineScanner(lineBytes: limits.lineBytes, headBytes: limits.headBytes)
        fields = HTTPFieldTable(side: .response, limit: limits.fields)
    }

    /// The head's length so far, with all line ends.
    var bytes: Int { scanner.lineStart }

    /// The head and how its body ends; nil where more must come first.
    mutating func next(
        _ queue: ByteQueue, method: String
    ) throws(HTTPFault) -> (HTTPResponseHead, HTTPFraming)? {
        while true {
            switch scanner.next(queue) {
            case .more: return nil
            case .longLine, .longHead:
                throw HTTPSide.response.headTooLarge("the response's head is too large")
            case .control:
                throw HTTPSide.response.malformed(
                    "a control character, or a line without CR LF")
            case .line(let range):
                guard let line else {
                    self.line = try Self.line(range, queue)
                    continue
                }
                if range.isEmpty { return try whole(line, queue, method) }
                try fields.add(range, of: queue)
            }
        }
    }

    private static func line(_ range: Range<Int>, _ queue: ByteQueue) throws(HTTPFault) -> Line {
        let malformed = HTTPSide.response.malformed("the status line is malformed")
        let start = range.lowerBound
        guard range.count >= 12, let number = queue.text(start + 9..<start + 12) else {
            throw malformed
        }
        let version = queue.text(start..<start + 8)
        let digits = number.utf8.compactMap(\.decimalValue)
        let isOld = version == "HTTP/1.0"
        guard isOld || version == "HTTP/1.1", queue[start + 8] == .space, digits.count == 3 else {
            throw malformed
        }
        let status = digits.reduce(0) { $0 * 10 + $1 }
        guard (100...599).contains(status) else { throw malformed }
        // Some leave out the blank where there is no reason.
        guard range.count == 12 || queue[start + 12] == .space,
            let reason = queue.text(min(start + 13, range.upperBound)..<range.upperBound)
        else { throw malformed }
        return Line(status: status, reason: reason, isOld: isOld)
    }

    private func whole(
        _ line: Line, _ queue: ByteQueue, _ method: String
    ) throws(HTTPFault) -> (HTTPResponseHead, HTTPFraming) {
        let told = try fields.framing(of: queue, isOld: line.isOld)
        let isBare = method == "HEAD" || line.status < 200 || [204, 304].contains(line.status)
        let framing = isBare ? .length(0) : told ?? .untilClose
        let head = HTTPResponseHead(
            status: line.status, reason: line.reason, headers: try fields.headers(of: queue),
            keepsAlive: !line.isOld && !fields.closes && framing != .untilClose)
        return (head, framing)
    }
}
