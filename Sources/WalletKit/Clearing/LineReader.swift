// Lines out of what is piped in, in batches that bound memory.
import Bytes
import Files

/// One line of input.
struct InputLine: Sendable {
    /// The file; nil for standard input.
    let file: String?
    /// From 1; 0 for what came alone.
    let number: Int
    /// The line without its newline; nil where it is longer than `Limits.lineBytes`.
    let bytes: [UInt8]?
}

/// Reads lines from streams, one after the other. Lines of blanks are no lines.
struct LineReader {
    private var streams: ArraySlice<InputStream>
    private var pending: [UInt8] = []
    private var number = 0
    private var isSkipping = false

    init(_ streams: [InputStream]) { self.streams = streams[...] }

    /// The next lines: as many as have come, at most `Limits.batchLines`; nil at the end.
    /// - Throws: `FileError`.
    mutating func next() throws -> [InputLine]? {
        var lines: [InputLine] = []
        var size = 0
        while let stream = streams.first {
            if take(stream.name, &lines, &size) { return lines }
            if !lines.isEmpty, !stream.isReady() { return lines }
            let chunk = try stream.read(Limits.readBytes)
            if chunk.isEmpty {
                finish(stream.name, &lines)
                streams.removeFirst()
                number = 0
            } else {
                pending += chunk
            }
        }
        return lines.isEmpty ? nil : lines
    }

    /// Moves whole lines from `pending` to `lines`; true when the batch is full.
    private mutating func take(
        _ file: String?, _ lines: inout [InputLine], _ size: inout Int
    ) -> Bool {
        var start = 0
        defer { pending.removeFirst(start) }
        while let end = pending[start...].firstIndex(of: UInt8(ascii: "\n")) {
            append(pending[start..<end], file, &lines)
            size += end - start
            start = end + 1
            if lines.count >= Limits.batchLines || size >= Limits.batchBytes { return true }
        }
        if isSkipping || pending.count - start > Limits.lineBytes {
            // The rest of the line is read and dropped; only its number is kept.
            isSkipping = true
            start = pending.count
        }
        return false
    }

    private mutating func finish(_ file: String?, _ lines: inout [InputLine]) {
        if isSkipping || !pending.isEmpty { append(pending[...], file, &lines) }
        pending = []
    }

    private mutating func append(
        _ line: ArraySlice<UInt8>, _ file: String?, _ lines: inout [InputLine]
    ) {
        number += 1
        if isSkipping || line.count > Limits.lineBytes {
            lines.append(InputLine(file: file, number: number, bytes: nil))
        } else if !line.allSatisfy({ $0 == 0x20 || $0 == 0x09 || $0 == 0x0d }) {
            lines.append(InputLine(file: file, number: number, bytes: Array(line)))
        }
        isSkipping = false
    }
}
