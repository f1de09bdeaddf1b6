// Directories that are made when they are first needed.
import Files

extension FileSystem {
    /// Makes a directory, mode 0700, and its name durable; nothing happens where it is there.
    static func ensureDirectory(_ path: String) throws(FileError) {
        do throws(FileError) {
            try makeDirectory(path)
        } catch {
            guard error.code == FileError.alreadyThere else { throw error }
            return
        }
        try synchronizeDirectory(parent(of: path))
    }
}
