// Many files that are made durable together, before any of them takes its place.
import Files

extension FileSystem {
    /// Where a file is written before it takes its place.
    static func beside(_ path: String) -> String { path + ".new" }

    /// Writes `bytes` beside `path`, mode 0600, and makes the directories on the way.
    static func writeBeside(
        _ path: String, _ bytes: [UInt8], isSynced: Bool
    ) throws(FileError) {
        let file = try newFile(beside(path))
        try file.write(bytes[...], at: 0)
        if isSynced { try file.synchronize() }
    }

    private static func newFile(_ path: String) throws(FileError) -> File {
        do throws(FileError) {
            return try File(path, .new)
        } catch {
            if error.isMissing {
                try makeDirectories(parent(of: path))
            } else if error.code == FileError.alreadyThere {
                // What a crashed writer left; the lock is ours.
                try remove(path)
            } else {
                throw error
            }
        }
        return try File(path, .new)
    }

    /// Makes a directory and those above it that are missing, mode 0700.
    static func makeDirectories(_ path: String) throws(FileError) {
        do throws(FileError) {
            try makeDirectory(path)
        } catch {
            if error.code == FileError.alreadyThere { return }
            guard error.isMissing else { throw error }
            try makeDirectories(parent(of: path))
            try makeDirectory(path)
        }
    }
}
