// A few documents in a file, all at once.
import Bytes
import Files
import WalletKit

enum DocumentFile {
    /// The lines of a file, or of standard input for `-`; blank ones are left out.
    /// - Throws: `FileError`; `Refusal` for a line that is too long, or too many of them.
    static func lines(_ path: String) throws -> [[UInt8]] {
        let stream = path == "-" ? InputStream(descriptor: 0) : try InputStream(path: path)
        var lines: [[UInt8]] = []
        try DocumentLines.forEach([stream]) { line, locate in
            guard let line, lines.count <= Limits.invoiceDevices else {
                throw locate(DocumentLines.tooLong)
            }
            lines.append(line)
        }
        return lines
    }
}
