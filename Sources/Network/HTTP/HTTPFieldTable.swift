// The fields of a head while it is being read: places only, texts are made at the end.

/// Fields, each judged as its line ends, and those among them that frame the message.
struct HTTPFieldTable: Sendable {
    /// Where a field stands, counted from the queue's first byte.
    struct Entry: Sendable {
        let name: Range<Int>
        let value: Range<Int>
    }

    /// A field that must not be repeated.
    struct Single: Sendable {
        private(set) var count = 0
        private(set) var value = 0..<0

        mutating func take(_ value: Range<Int>) {
            if count == 0 { self.value = value }
            count += 1
        }
    }

    private(set) var entries: [Entry] = []
    private(set) var host = Single()
    private(set) var length = Single()
    private(set) var coding = Single()
    private(set) var expectation = Single()
    /// Whether `Connection` has `close`.
    private(set) var closes = false

    private let side: HTTPSide
    private let limit: Int

    init(side: HTTPSide, limit: Int) {
        self.side = side
        self.limit = limit
    }

    /// Takes in a line that is not empty (RFC 9112 §5).
    mutating func add(_ line: Range<Int>, of queue: ByteQueue) throws(HTTPFault) {
        guard entries.count < limit else {
            throw side.headTooLarge("more than \(limit) fields")
        }
        if entries.isEmpty { entries.reserveCapacity(16) }
        var end = line.lowerBound
        while end < line.upperBound, ASCIISet.token.contains(queue[end]) { end += 1 }
        guard end > line.lowerBound, end < line.upperBound, queue[end] == .colon else {
            throw side.malformed(Self.reason(line, end, queue))
        }
        var start = end + 1
        var last = line.upperBound
        while start < last, queue[start] == .space || queue[start] == .tab { start += 1 }
        while last > start, queue[last - 1] == .space || queue[last - 1] == .tab { last -= 1 }
        let entry = Entry(name: line.lowerBound..<end, value: start..<last)
        entries.append(entry)
        note(entry, of: queue)
    }

    private static func reason(_ line: Range<Int>, _ end: Int, _ queue: ByteQueue) -> String {
        let isBlank = end < line.upperBound && (queue[end] == .space || queue[end] == .tab)
        if isBlank, end == line.lowerBound { return "a line begins with a blank" }
        if isBlank { return "a blank before the colon of a field" }
        return "a line that is no field"
    }

    private mutating func note(_ entry: Entry, of queue: ByteQueue) {
        switch entry.name.count {
        case 4 where queue.equals("host", entry.name): host.take(entry.value)
        case 6 where queue.equals("expect", entry.name): expectation.take(entry.value)
        case 10 where queue.equals("connection", entry.name):
            closes = closes || queue.lists("close", entry.value)
        case 14 where queue.equals("content-length", entry.name): length.take(entry.value)
        case 17 where queue.equals("transfer-encoding", entry.name): coding.take(entry.value)
        default: break
        }
    }

    /// The fields as texts.
    func headers(of queue: ByteQueue) throws(HTTPFault) -> HTTPHeaders {
        var fields: [HTTPHeaders.Field] = []
        fields.reserveCapacity(entries.count)
        for entry in entries {
            guard let value = queue.text(entry.value) else {
                throw side.malformed("a field's value is no UTF-8")
            }
            fields.append(HTTPHeaders.Field(queue.ascii(entry.name), value))
        }
        return HTTPHeaders(fields)
    }

    /// How long the body is; nil where no field says so (RFC 9112 §6).
    func framing(of queue: ByteQueue, isOld: Bool) throws(HTTPFault) -> HTTPFraming? {
        if coding.count > 0 {
            if length.count > 0 {
                throw side.malformed("both 'Content-Length' and 'Transfer-Encoding'")
            }
            if isOld { throw side.malformed("'Transfer-Encoding' in HTTP/1.0") }
            if coding.count > 1 { throw side.malformed("'Transfer-Encoding' is repeated") }
            if queue.equals("chunked", coding.value) { return .chunked }
            throw side == .request
                ? HTTPFault(
                    501, "unsupported-transfer-coding", "a transfer coding other than 'chunked'")
                : side.malformed("a transfer coding other than 'chunked'")
        }
        if length.count == 0 { return nil }
        if length.count > 1 { throw side.malformed("'Content-Length' is repeated") }
        guard (1...CodecLimits.lengthDigits).contains(length.value.count) else {
            throw side.malformed("'Content-Length' is no number")
        }
        var total = 0
        for index in length.value {
            guard let digit = queue[index].decimalValue else {
                throw side.malformed("'Content-Length' is no number")
            }
            total = total * 10 + digit
        }
        return .length(total)
    }
}

/// How a body's end is found.
enum HTTPFraming: Sendable, Equatable {
    case length(Int)
    case chunked
    /// The body ends with the connection: only a response's.
    case untilClose
}

extension ByteQueue {
    /// Whether the bytes of `range` are `text`, which is in lower case, without case.
    func equals(_ text: StaticString, _ range: Range<Int>) -> Bool {
        guard text.utf8CodeUnitCount == range.count else { return false }
        return text.withUTF8Buffer { wanted in
            for (offset, byte) in wanted.enumerated()
            where self[range.lowerBound + offset].lowered != byte {
                return false
            }
            return true
        }
    }

    /// Whether the list in `range` has `text`, which is in lower case.
    func lists(_ text: StaticString, _ range: Range<Int>) -> Bool {
        var start = range.lowerBound
        while start < range.upperBound {
            var end = start
            while end < range.upperBound, self[end] != UInt8(ascii: ",") { end += 1 }
            var first = start
            var last = end
            while first < last, self[first] == .space || self[first] == .tab { first += 1 }
            while last > first, self[last - 1] == .space || self[last - 1] == .tab { last -= 1 }
            if equals(text, first..<last) { return true }
            start = end + 1
        }
        return false
    }

    /// The bytes of `range` as text; nil where they are no UTF-8.
    func text(_ range: Range<Int>) -> String? {
        storage.withUnsafeBufferPointer { bytes in
            let part = UnsafeBufferPointer(
                rebasing: bytes[start + range.lowerBound..<start + range.upperBound])
            var all: UInt8 = 0
            for byte in part { all |= byte }
            // The validating initializer is generic in the library: three times slower (measured).
            return all < 0x80
                ? String(decoding: part, as: UTF8.self) : String(validating: part, as: UTF8.self)
        }
    }

    /// The bytes of `range`, known to be ASCII, as text.
    func ascii(_ range: Range<Int>) -> String {
        storage.withUnsafeBufferPointer { bytes in
            String(
                decoding: UnsafeBufferPointer(
                    rebasing: bytes[start + range.lowerBound..<start + range.upperBound]),
                as: UTF8.self)
        }
    }
}
