// Cutting a head into lines, as far as it has come.

/// Which side's messages are read: what is wrong with a request is told to whoever sent it, what
/// is wrong with a response is an error of ours.
enum HTTPSide: Sendable {
    case request
    case response

    /// Not what the standard has.
    func malformed(_ message: String) -> HTTPFault {
        self == .request
            ? HTTPFault(400, "malformed-request", message)
            : HTTPFault(502, "malformed-response", message)
    }

    /// A head that is too large.
    func headTooLarge(_ message: String) -> HTTPFault {
        HTTPFault(self == .request ? 431 : 502, "head-too-large", message)
    }
}

/// Finds lines that end with CR LF. Looks at each byte once, however the bytes come, and says the
/// same of them.
struct HTTPLineScanner: Sendable {
    enum Step {
        /// A line without its end; places count from the queue's first byte.
        case line(Range<Int>)
        /// The line has not ended yet.
        case more
        /// The line is longer than it may be.
        case longLine
        /// All lines together are longer than they may be.
        case longHead
        /// A control character that no line has, or an end of line that is none.
        case control
    }

    private let lineBytes: Int
    private let headBytes: Int
    /// Where the next line begins: the length of all lines so far.
    private(set) var lineStart = 0
    private var scanned = 0

    init(lineBytes: Int, headBytes: Int) {
        self.lineBytes = lineBytes
        self.headBytes = headBytes
    }

    /// The next line of what is in `queue`, from whose front nothing may be consumed in between.
    mutating func next(_ queue: ByteQueue) -> Step {
        let lineBound = lineStart + lineBytes + 1
        // Two bytes are still needed for the line's end.
        let bound = min(lineBound, headBytes - 1)
        let available = queue.count
        scanned = Self.endOfText(queue, from: scanned, to: min(available, bound))
        if scanned >= bound { return bound == lineBound ? .longLine : .longHead }
        if scanned == available { return .more }
        guard queue[scanned] == .carriageReturn else { return .control }
        guard scanned + 1 < available else { return .more }
        guard queue[scanned + 1] == .lineFeed else { return .control }
        let line = lineStart..<scanned
        scanned += 2
        lineStart = scanned
        return .line(line)
    }

    /// The first place from `start` on that holds a control character, or `end`.
    private static func endOfText(_ queue: ByteQueue, from start: Int, to end: Int) -> Int {
        queue.storage.withUnsafeBufferPointer { bytes in
            let offset = queue.start
            var index = start
            while index < end {
                let byte = bytes[offset + index]
                if byte < .space || byte == 0x7f, byte != .tab { break }
                index += 1
            }
            return index
        }
    }
}
