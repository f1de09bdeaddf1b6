// The end of a file of lines that grows.
import Bytes
import Files

/// Gives each whole line that is added once. When the file is replaced, what is left of the old one
/// comes first, and then the new one from its beginning.
struct LineTail {
    private let path: String
    private var file: File?
    private var offset = 0

    /// - Parameter path: of a file that need not be there yet.
    /// - Throws: `FileError`.
    init(atEndOf path: String) throws(FileError) {
        self.path = path
        file = try Self.open(path)
        offset = try file?.status().size ?? 0
        // Not in the middle of a line that is being written.
        while offset > 0, try file?.read(at: offset - 1, count: 1) != [UInt8(ascii: "\n")] {
            offset -= 1
        }
    }

    private static func open(_ path: String) throws(FileError) -> File? {
        do {
            return try File(path, .read)
        } catch {
            if error.isMissing { return nil }
            throw error
        }
    }

    /// The lines that have been added, without newlines.
    /// - Throws: `FileError`.
    mutating func next() throws(FileError) -> [[UInt8]] {
        var lines = try take()
        let inode = try FileSystem.status(path)?.inode
        if let inode, try file?.status().inode != inode {
            file = try Self.open(path)
            offset = 0
            lines += try take()
        }
        return lines
    }

    private mutating func take() throws(FileError) -> [[UInt8]] {
        guard let file else { return [] }
        var lines: [[UInt8]] = []
        var pending: [UInt8] = []
        while true {
            let piece = try file.read(at: offset + pending.count, count: Limits.readBytes)
            pending += piece
            while let end = pending.firstIndex(of: UInt8(ascii: "\n")) {
                lines.append(Array(pending[..<end]))
                pending.removeFirst(end + 1)
                offset += end + 1
            }
            if piece.count < Limits.readBytes { return lines }
        }
    }
}
