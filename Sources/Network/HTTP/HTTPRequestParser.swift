// Reading requests off a connection: strictly, so that nobody in between can have read another.

/// What a connection brings.
enum HTTPRequestEvent: Equatable {
    case head(HTTPRequestHead)
    /// A piece of the body, as it came.
    case body([UInt8])
    /// The request is whole. Another may follow where its head said so.
    case end
}

/// Reads HTTP/1.1 requests (RFC 9112) from bytes that come in any pieces. What could be read in two
/// ways is refused. After a fault nothing more is read.
struct HTTPRequestParser: Sendable {
    private enum Phase {
        case head
        case body(HTTPBodyReader)
        case over
    }

    private let limits: HTTPLimits
    private var queue = ByteQueue()
    private var phase = Phase.head
    private var head: HTTPRequestHeadReader
    private var keepsAlive = true
    private var fault: HTTPFault?

    init(limits: HTTPLimits = HTTPLimits()) {
        self.limits = limits
        head = HTTPRequestHeadReader(limits: limits)
    }

    /// Bytes that came and are not read.
    var bufferedBytes: Int { queue.count }

    /// Takes bytes in.
    mutating func append(_ bytes: UnsafeRawBufferPointer) { queue.append(bytes) }

    /// The next event; nil where more bytes must come first, or nothing more is wanted.
    mutating func next() throws(HTTPFault) -> HTTPRequestEvent? {
        if let fault { throw fault }
        do throws(HTTPFault) {
            return try step()
        } catch {
            fault = error
            queue.removeAll()
            throw error
        }
    }

    /// All bytes that are not read, for whoever speaks another protocol from here on.
    mutating func takeRest() -> [UInt8] { queue.take(.max) }

    private mutating func step() throws(HTTPFault) -> HTTPRequestEvent? {
        switch phase {
        case .over:
            queue.removeAll()
            return nil
        case .head:
            guard let (head, framing) = try head.next(queue) else { return nil }
            queue.consume(self.head.bytes)
            self.head = HTTPRequestHeadReader(limits: limits)
            keepsAlive = head.keepsAlive
            phase = .body(HTTPBodyReader(framing, side: .request, limits: limits))
            return .head(head)
        case .body(var body):
            let part = try body.next(&queue)
            switch part {
            case .end: phase = keepsAlive ? .head : .over
            default: phase = .body(body)
            }
            return part.map { part in
                switch part {
                case .bytes(let bytes): .body(bytes)
                case .end: .end
                }
            }
        }
    }
}

/// Reads one head.
struct HTTPRequestHeadReader: Sendable {
    private struct Line: Sendable {
        let method: String
        let target: HTTPRequestTarget
        let isOld: Bool
    }

    private let limits: HTTPLimits
    private var scanner: HTTPLineScanner
    private var fields: HTTPFieldTable
    private var line: Line?
    private var hasSkipped = false

    init(limits: HTTPLimits) {
        self.limits = limits
        scanner = HTTPLineScanner(lineBytes: limits.lineBytes, headBytes: limits.headBytes)
        fields = HTTPFieldTable(side: .request, limit: limits.fields)
    }

    /// The head's length so far, with all line ends.
    var bytes: Int { scanner.lineStart }

    /// The head and how its body ends; nil where more must come first.
    mutating func next(_ queue: ByteQueue) throws(HTTPFault) -> (HTTPRequestHead, HTTPFraming)? {
        while true {
            switch scanner.next(queue) {
            case .more: return nil
            case .longLine where line == nil:
                throw HTTPFault(
                    414, "target-too-long", "the request line exceeds \(limits.lineBytes) bytes")
            case .longLine:
                throw HTTPSide.request.headTooLarge("a field exceeds \(limits.lineBytes) bytes")
            case .longHead:
                throw HTTPSide.request.headTooLarge("the head exceeds \(limits.headBytes) bytes")
            case .control:
                throw HTTPSide.request.malformed("a control character, or a line without CR LF")
            case .line(let range):
                if let line {
                    if range.isEmpty { return try whole(line, queue) }
                    try fields.add(range, of: queue)
                } else if range.isEmpty, !hasSkipped {
                    // RFC 9112 §2.2: some send an empty line after a body. One is enough.
                    hasSkipped = true
                } else {
                    line = try Self.line(range, queue)
                }
            }
        }
    }

    private static func line(_ range: Range<Int>, _ queue: ByteQueue) throws(HTTPFault) -> Line {
        var index = range.lowerBound
        while index < range.upperBound, ASCIISet.token.contains(queue[index]) { index += 1 }
        let method = range.lowerBound..<index
        guard !method.isEmpty, index < range.upperBound, queue[index] == .space else {
            throw HTTPSide.request.malformed("the request line has no method")
        }
        index += 1
        let start = index
        while index < range.upperBound, ASCIISet.target.contains(queue[index]) { index += 1 }
        let target = start..<index
        guard !target.isEmpty, index < range.upperBound, queue[index] == .space else {
            throw HTTPSide.request.malformed("the request line's target cannot be used")
        }
        let isOld = try isOld(index + 1..<range.upperBound, queue)
        let name = queue.ascii(method)
        return Line(
            method: name, target: try HTTPRequestTarget(queue.ascii(target), method: name),
            isOld: isOld)
    }

    /// Whether the version is HTTP/1.0.
    private static func isOld(_ version: Range<Int>, _ queue: ByteQueue) throws(HTTPFault) -> Bool {
        let start = version.lowerBound
        guard version.count == 8, queue.equals("http/", start..<start + 5),
            (start..<start + 4).allSatisfy({ queue[$0] <= UInt8(ascii: "Z") }),
            let major = queue[start + 5].decimalValue, queue[start + 6] == UInt8(ascii: "."),
            let minor = queue[start + 7].decimalValue
        else { throw HTTPSide.request.malformed("the request line has no version") }
        if major == 1, minor <= 1 { return minor == 0 }
        throw HTTPFault(505, "unsupported-version", "a version other than HTTP/1.1")
    }

    private func whole(
        _ line: Line, _ queue: ByteQueue
    ) throws(HTTPFault) -> (HTTPRequestHead, HTTPFraming) {
        try checkHost(line, queue)
        let framing = try fields.framing(of: queue, isOld: line.isOld) ?? .length(0)
        let expectation = fields.expectation
        if expectation.count > 1
            || expectation.count == 1 && !queue.equals("100-continue", expectation.value)
        {
            throw HTTPFault(
                417, "unsupported-expectation", "an expectation other than '100-continue'")
        }
        var bodyBytes: Int?
        if case .length(let bytes) = framing { bodyBytes = bytes }
        let head = HTTPRequestHead(
            method: line.method, path: line.target.path, query: line.target.query,
            headers: try fields.headers(of: queue), bodyBytes: bodyBytes,
            keepsAlive: !line.isOld && !fields.closes, takesChunks: !line.isOld)
        return (head, framing)
    }

    private func checkHost(_ line: Line, _ queue: ByteQueue) throws(HTTPFault) {
        let host = fields.host
        if host.count > 1 { throw HTTPSide.request.malformed("'Host' is repeated") }
        if host.count == 0 {
            if line.isOld, line.target.authority == nil { return }
            throw HTTPSide.request.malformed("'Host' is missing")
        }
        guard let value = queue.text(host.value), HostName.isAuthority(value) else {
            throw HTTPSide.request.malformed("'Host' is no name of a host")
        }
        if let authority = line.target.authority, !HTTPHeaders.areEqual(authority, value) {
            throw HTTPSide.request.malformed("'Host' is not the target's")
        }
    }
}
