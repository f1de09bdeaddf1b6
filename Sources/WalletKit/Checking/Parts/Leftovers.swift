// Files that an interrupted process has left beside those that it was writing.
import Files

/// Temporary files that nobody needs any more: whoever writes them renames them when they are
/// whole.
struct Leftovers {
    /// What their names end in.
    static let suffix = ".new"

    /// The wallet's directory.
    let directory: String

    /// Directories in which only holders of the writer's lock write, and whose files follow from
    /// others or are written anew.
    private static let writable = [
        "", Ledger.documentsName, Wallet.stacksName, "users", "invited",
    ]
    /// Directories in which leftovers are shown and left alone.
    private static let protected = [Wallet.keysName]

    /// The leftovers that a repair removes, from the wallet's directory on.
    /// - Throws: `FileError`.
    func removable() throws(FileError) -> [String] {
        var found: [String] = []
        for folder in Self.writable { found += try leftovers(in: folder) }
        return found
    }

    /// Notes all of them.
    /// - Throws: `FileError`.
    func report(_ findings: Findings) throws(FileError) {
        for file in try removable() {
            findings.note("leftover", file: file, "left behind by an interrupted process")
        }
        for folder in Self.protected {
            for file in try leftovers(in: folder) {
                findings.note(
                    "leftover", file: file,
                    "left behind by an interrupted process; it may hold a key",
                    isRepairable: false)
            }
        }
    }

    /// Removes those that may be removed.
    /// - Throws: `FileError`.
    func remove() throws(FileError) -> [String] {
        let files = try removable()
        for file in files { try FileSystem.remove(directory + "/" + file) }
        return files
    }

    private func leftovers(in folder: String) throws(FileError) -> [String] {
        let path = folder.isEmpty ? directory : directory + "/" + folder
        guard try FileSystem.status(path)?.isDirectory ?? false else { return [] }
        var found: [String] = []
        for name in try FileSystem.list(path) where name.hasSuffix(Self.suffix) {
            let file = folder.isEmpty ? name : folder + "/" + name
            guard try FileSystem.status(directory + "/" + file)?.isDirectory == false else {
                continue
            }
            found.append(file)
        }
        return found
    }
}
