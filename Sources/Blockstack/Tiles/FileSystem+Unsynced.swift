// Files that are derived from others: written whole, but not made durable one by one.
import Files

extension FileSystem {
    /// Puts `bytes` at `path`, mode 0600, and makes the directories on the way. Written beside it
    /// and renamed: another process sees the old contents or the new. Nothing is synced: after a
    /// power cut the file may be missing, short or full of zeros.
    static func replaceUnsynced(_ path: String, with bytes: [UInt8]) throws(FileError) {
        let temporary = path + ".new"
        let file = try newFile(temporary)
        do {
            try file.write(bytes[...], at: 0)
            try rename(temporary, to: path)
        } catch {
            try? remove(temporary)
            throw error
        }
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
