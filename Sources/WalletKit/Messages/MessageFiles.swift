// Files of two lines: a document that never changes, and what belongs to it.
import Bytes
import Documents
import Files

/// Reading and naming files of messages. A file is called after a hash that we have computed:
/// nothing that a message says becomes a name.
enum MessageFiles {
    static let suffix = ".json"
    static let newline = UInt8(ascii: "\n")

    /// The lines of a file; nil where there is none.
    /// - Throws: `FileError`.
    static func lines(_ path: String, limit: Int = MessageTexts.fileBytes) throws(FileError)
        -> [[UInt8]]?
    {
        let bytes: [UInt8]
        do {
            bytes = try FileSystem.read(path, limit: limit)
        } catch {
            if error.isMissing { return nil }
            throw error
        }
        return bytes.split(separator: newline).map { Array($0) }
    }

    static func join(_ lines: [[UInt8]]) -> [UInt8] { lines.map { $0 + [newline] }.concatenated() }

    /// The hashes that files of a directory are called after, ascending.
    /// - Throws: `FileError`.
    static func hashes(in directory: String, suffix: String) throws(FileError) -> [Digest256] {
        guard try FileSystem.status(directory) != nil else { return [] }
        return try FileSystem.list(directory).compactMap { name in
            name.hasSuffix(suffix)
                ? Digest256(hexadecimal: String(name.dropLast(suffix.count))) : nil
        }
    }

    /// The one of `hashes` that begins with `prefix`.
    /// - Throws: `WalletError.unknown`, `.ambiguous`, `.invalidArgument`.
    static func find(_ prefix: String, among hashes: [Digest256]) throws(WalletError) -> Digest256 {
        let prefix = prefix.lowercased()
        guard (Ledger.leastDigits...64).contains(prefix.utf8.count),
            prefix.utf8.allSatisfy({ (0x30...0x39).contains($0) || (0x61...0x66).contains($0) })
        else {
            throw .invalidArgument(
                what: "message", value: String(prefix.prefix(80)),
                reason: "\(Ledger.leastDigits) to 64 hexadecimal digits name a message")
        }
        let found = hashes.filter { $0.hexadecimal.hasPrefix(prefix) }
        guard found.count < 2 else {
            throw .ambiguous(
                what: "message", name: prefix,
                candidates: found.prefix(10).map(\.hexadecimal))
        }
        guard let only = found.first else {
            throw .unknown(what: "message", name: prefix, suggestions: [])
        }
        return only
    }
}
