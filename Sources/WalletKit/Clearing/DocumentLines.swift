// Going through lines of documents outside of clearing.
import Bytes
import Documents
import Files

/// Lines of documents, one after the other.
public enum DocumentLines {
    /// The refusal of a line that is too long to be looked at.
    public static let tooLong = Refusal(
        .malformedDocument, "longer than \(Limits.lineBytes) bytes")

    /// Calls `body` with every line that is not blank, nil for one that is too long, and with what
    /// puts the line's number and file into a refusal.
    /// - Throws: `FileError`, and what `body` throws.
    public static func forEach(
        _ streams: [InputStream], _ body: ([UInt8]?, (Refusal) -> Refusal) throws -> Void
    ) throws {
        var reader = LineReader(streams)
        while let lines = try reader.next() {
            for line in lines { try body(line.bytes, { $0.at(line) }) }
        }
    }
}
