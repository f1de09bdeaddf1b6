// Telling by its contents what a stream holds, and taking lines out of it with every byte.
import Bytes
import Documents
import Files

/// One line, with its newline where it has one.
struct RawLine: Sendable {
    /// From 1.
    let number: Int
    /// Nil where it is longer than `Limits.proofBytes`.
    let bytes: [UInt8]?

    /// Whether nothing stands in it.
    var isBlank: Bool { bytes?.allSatisfy(VerifiableStream.isBlank) ?? false }
}

/// A stream of lines, or of one thing that is no line.
struct VerifiableStream {
    /// What a stream holds.
    enum Content: Equatable {
        /// Nothing at all.
        case nothing
        /// Documents, one a line, to be taken by `nextLines`.
        case lines
        /// A signed note.
        case note([UInt8])
        /// A C2SP tlog-proof.
        case tlogProof([UInt8])
        /// Bitcoin's proof in JSON of several lines.
        case tsc([UInt8])
        /// A BUMP, in binary.
        case bump([UInt8])
    }

    private let stream: InputStream
    private let fileBytes: Int
    private let lineBytes: Int
    private var pending: [UInt8] = []
    private var isAtEnd = false
    private var number = 0
    private var isSkipping = false

    /// Enough to tell text from a binary path: its first flag stands before.
    private static let headBytes = 32
    private static let newline = UInt8(ascii: "\n")
    /// How every document begins that has been read.
    private static let document = Array(#"{"data""#.utf8)
    private static let tlogProof = Array("c2sp.org/tlog-proof@v1\n".utf8)
    /// What stands between a note's text and its signatures.
    private static let signatures = Array("\n\n\u{2014} ".utf8)

    /// - Parameter fileBytes: what one thing may have that is no line.
    /// - Parameter lineBytes: what one line may have, its newline left out.
    init(
        _ stream: InputStream, fileBytes: Int = Limits.wholeFileBytes,
        lineBytes: Int = Limits.proofBytes
    ) {
        self.stream = stream
        self.fileBytes = fileBytes
        self.lineBytes = lineBytes
    }

    /// The name of the file; nil for standard input.
    var name: String? { stream.name }

    static func isBlank(_ byte: UInt8) -> Bool {
        byte == 0x20 || byte == 0x09 || byte == 0x0d || byte == newline
    }

    private mutating func readMore() throws {
        let chunk = try stream.read(Limits.readBytes)
        if chunk.isEmpty { isAtEnd = true } else { pending += chunk }
    }

    // MARK: - Contents

    /// Reads as much as it takes to tell: of documents their beginning, of other things all.
    /// - Throws: `FileError`.
    mutating func recognise() throws -> Content {
        var start: Int?
        while start == nil, !isAtEnd, pending.count <= fileBytes {
            let searched = pending.count
            try readMore()
            start = pending[searched...].firstIndex { !Self.isBlank($0) }
        }
        guard let start else { return isAtEnd ? .nothing : .lines }
        while pending.count - start < Self.headBytes, !isAtEnd { try readMore() }
        if pending[start...].starts(with: Self.document) { return .lines }
        while !isAtEnd, pending.count <= fileBytes { try readMore() }
        // Longer than any one thing: whatever it is, it is judged line by line.
        guard isAtEnd else { return .lines }
        let isObject = pending[start] == UInt8(ascii: "{")
        // No text has such a byte near its beginning, and every path has one.
        if pending.prefix(Self.headBytes).contains(where: { $0 < 0x20 && !Self.isBlank($0) }) {
            return .bump(pending)
        }
        if isObject {
            let text = try? JSONText(pending)
            return text.map { Examined.isTSC($0.root) } ?? false ? .tsc(pending) : .lines
        }
        if pending.starts(with: Self.tlogProof) { return .tlogProof(pending) }
        if pending.contains(sequence: Self.signatures) { return .note(pending) }
        if let bytes = Self.hexadecimal(pending[start...]) { return .bump(bytes) }
        return .lines
    }

    /// The bytes of hexadecimal digits with blanks after them; nil for anything else.
    private static func hexadecimal(_ text: ArraySlice<UInt8>) -> [UInt8]? {
        guard let last = text.lastIndex(where: { !isBlank($0) }) else { return nil }
        return Hexadecimal.decode(
            text[...last].map { (0x41...0x46).contains($0) ? $0 | 0x20 : $0 })
    }

    // MARK: - Lines

    /// The next lines: as many as have come, at most `Limits.batchLines`; nil at the end.
    /// - Throws: `FileError`.
    mutating func nextLines() throws -> [RawLine]? {
        var lines: [RawLine] = []
        var size = 0
        var searched = 0
        while true {
            var start = 0
            while let end = pending[searched...].firstIndex(of: Self.newline) {
                append(pending[start...end], to: &lines)
                size += end + 1 - start
                start = end + 1
                searched = start
                if lines.count >= Limits.batchLines || size >= Limits.batchBytes { break }
            }
            pending.removeFirst(start)
            if lines.count >= Limits.batchLines || size >= Limits.batchBytes { return lines }
            searched = pending.count
            if searched > lineBytes {
                // The rest of the line is read and dropped; only its number is kept.
                isSkipping = true
                pending.removeAll()
                searched = 0
            }
            if isAtEnd {
                if isSkipping || !pending.isEmpty { append(pending[...], to: &lines) }
                pending.removeAll()
                return lines.isEmpty ? nil : lines
            }
            if !lines.isEmpty, !stream.isReady() { return lines }
            try readMore()
        }
    }

    private mutating func append(_ line: ArraySlice<UInt8>, to lines: inout [RawLine]) {
        number += 1
        let count = line.last == Self.newline ? line.count - 1 : line.count
        let isTooLong = isSkipping || count > lineBytes
        lines.append(RawLine(number: number, bytes: isTooLong ? nil : Array(line)))
        isSkipping = false
    }
}

extension [UInt8] {
    /// Whether `sequence`, which is not empty, stands anywhere.
    fileprivate func contains(sequence: [UInt8]) -> Bool {
        var rest = self[...]
        while let start = rest.firstIndex(of: sequence[0]) {
            rest = rest[start...]
            if rest.starts(with: sequence) { return true }
            rest = rest.dropFirst()
        }
        return false
    }
}
