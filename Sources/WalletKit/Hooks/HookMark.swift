// What a process has begun and its hooks have not been told: the log says the rest.
import Bytes
import Documents
import Files

/// A directory in the queue, locked while its process lives, that says how many lines the log had
/// when the process began to add to it. Whoever finds one without a process looks through the log
/// from there on: so no moment is left in which a crash could make a hook miss something.
final class HookMark {
    private let path: String
    private let lock: DirectoryLock

    static let suffix = ".mark"
    private static let fileName = "lines"
    /// limit: digits of a number of lines, and more than a log has.
    private static let fileBytes = 32

    /// Makes a mark, durable when this returns.
    /// - Parameter name: nobody else's.
    /// - Throws: `FileError`.
    init(_ queue: HookQueue, name: String, lines: Int) throws {
        try queue.makeDirectory()
        let beside = queue.path(of: name + ".new")
        path = queue.path(of: name + Self.suffix)
        try FileSystem.makeDirectory(beside)
        // Locked before it has the name that others look for.
        guard let lock = try DirectoryLock(beside) else {
            throw FileError(call: "flock", path: beside, code: FileError.alreadyThere)
        }
        self.lock = lock
        try FileSystem.replace(beside + "/" + Self.fileName, with: Array(String(lines).utf8))
        try FileSystem.rename(beside, to: path)
        try FileSystem.synchronizeDirectory(queue.directory)
    }

    /// Takes over a mark whose process is gone; nil where it lives, or somebody else was faster.
    /// - Throws: `FileError`.
    init?(takingOver path: String) throws(FileError) {
        self.path = path
        do throws(FileError) {
            guard let lock = try DirectoryLock(path) else { return nil }
            self.lock = lock
        } catch {
            if error.isMissing { return nil }
            throw error
        }
        // Its process may have removed it, and another made one of that name, before we had it.
        if try FileSystem.status(path + "/" + Self.fileName) == nil { return nil }
    }

    /// How many lines the log had.
    /// - Throws: `HookError.damaged`, `FileError`.
    func lines() throws -> Int {
        let path = path + "/" + Self.fileName
        let bytes = try FileSystem.read(path, limit: Self.fileBytes)
        guard let count = Int(String(decoding: bytes, as: UTF8.self)), count >= 0 else {
            throw HookError.damaged(path: path)
        }
        return count
    }

    /// The hooks have been told, or it is queued, what was added up to `lines`.
    /// - Throws: `FileError`.
    func move(to lines: Int) throws(FileError) {
        try FileSystem.replace(path + "/" + Self.fileName, with: Array(String(lines).utf8))
    }

    /// Nothing is left to be told.
    func remove() { try? FileSystem.removeTree(path) }
}
