// Whole files and directories: read, replace atomically, list, make, remove.
import Glibc

/// Operations on paths. Nothing here follows the working directory's changes: pass absolute paths.
public enum FileSystem {
    /// What is at `path`; nil where nothing is.
    public static func status(_ path: String) throws(FileError) -> FileStatus? {
        var result = stat()
        if stat(path, &result) == 0 { return FileStatus(result) }
        let failure = FileError(call: "stat", path: path, code: errno)
        if failure.isMissing { return nil }
        throw failure
    }

    /// The whole file; refused with EFBIG above `limit` bytes.
    public static func read(_ path: String, limit: Int) throws(FileError) -> [UInt8] {
        let file = try File(path, .read)
        let bytes = try file.read(at: 0, count: min(limit, try file.status().size) + 1)
        if bytes.count > limit { throw FileError(call: "read", path: path, code: EFBIG) }
        return bytes
    }

    /// Puts `bytes` at `path`, mode 0600, so that after a crash the old or the new contents stand
    /// there: written beside it, synced, renamed, the directory synced.
    public static func replace(_ path: String, with bytes: [UInt8]) throws(FileError) {
        let temporary = path + ".new"
        // What a crashed process left there is nobody's; the writer's lock is ours.
        if unlink(temporary) != 0 && errno != ENOENT {
            throw FileError(call: "unlink", path: temporary, code: errno)
        }
        do {
            let file = try File(temporary, .new)
            try file.write(bytes[...], at: 0)
            try file.synchronize()
            try rename(temporary, to: path)
        } catch {
            unlink(temporary)
            throw error
        }
        try synchronizeDirectory(parent(of: path))
    }

    /// Puts `bytes` at `path`, mode 0600, unless something is there: then false. After a crash all
    /// of it stands there or nothing.
    public static func create(_ path: String, with bytes: [UInt8]) throws(FileError) -> Bool {
        let temporary = "\(path).\(getpid()).new"
        unlink(temporary)
        defer { unlink(temporary) }
        let file = try File(temporary, .new)
        try file.write(bytes[...], at: 0)
        try file.synchronize()
        if Glibc.link(temporary, path) != 0 {
            if errno == EEXIST { return false }
            throw FileError(call: "link", path: path, code: errno)
        }
        try synchronizeDirectory(parent(of: path))
        return true
    }

    /// Moves a file or directory within one file system.
    public static func rename(_ old: String, to new: String) throws(FileError) {
        if Glibc.rename(old, new) != 0 { throw FileError(call: "rename", path: new, code: errno) }
    }

    /// Gives a file a second name. Nothing happens where that name is the same file's already.
    public static func link(_ path: String, to name: String) throws(FileError) {
        if Glibc.link(path, name) == 0 { return }
        let failure = FileError(call: "link", path: name, code: errno)
        guard failure.code == EEXIST, try status(path)?.inode == status(name)?.inode else {
            throw failure
        }
    }

    /// Makes the names in a directory durable.
    public static func synchronizeDirectory(_ path: String) throws(FileError) {
        let directory = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        if directory < 0 { throw FileError(call: "open", path: path, code: errno) }
        defer { close(directory) }
        if fsync(directory) != 0 { throw FileError(call: "fsync", path: path, code: errno) }
    }

    /// Makes all that was written to the file system that holds `path` durable: cheaper than many
    /// single files.
    public static func synchronizeFileSystem(of path: String) throws(FileError) {
        let directory = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        if directory < 0 { throw FileError(call: "open", path: path, code: errno) }
        defer { close(directory) }
        if syncfs(directory) != 0 { throw FileError(call: "syncfs", path: path, code: errno) }
    }

    /// Makes a directory, mode 0700; its parent must be there.
    public static func makeDirectory(_ path: String) throws(FileError) {
        if mkdir(path, 0o700) != 0 { throw FileError(call: "mkdir", path: path, code: errno) }
    }

    /// Makes a directory of a new name in `/tmp`, mode 0700: its path, which begins with `name`.
    public static func makeTemporaryDirectory(_ name: String) throws(FileError) -> String {
        let path = "/tmp/" + name
        // Six letters at the end are replaced, mkdtemp(3).
        var made = Array((path + "-XXXXXX").utf8CString)
        guard mkdtemp(&made) != nil else {
            throw FileError(call: "mkdtemp", path: path, code: errno)
        }
        return String(decoding: made.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }

    /// Removes a file; nothing happens where none is.
    public static func remove(_ path: String) throws(FileError) {
        if unlink(path) != 0 && errno != ENOENT {
            throw FileError(call: "unlink", path: path, code: errno)
        }
    }

    /// Removes a directory and what is in it, links not followed.
    public static func removeTree(_ path: String) throws(FileError) {
        for name in try list(path) {
            let child = path + "/" + name
            var result = stat()
            if lstat(child, &result) != 0 {
                throw FileError(call: "lstat", path: child, code: errno)
            }
            if result.st_mode & S_IFMT == S_IFDIR {
                try removeTree(child)
            } else {
                try remove(child)
            }
        }
        if rmdir(path) != 0 { throw FileError(call: "rmdir", path: path, code: errno) }
    }

    /// The names in a directory, sorted by their bytes, without `.` and `..`.
    public static func list(_ path: String) throws(FileError) -> [String] {
        guard let directory = opendir(path) else {
            throw FileError(call: "opendir", path: path, code: errno)
        }
        defer { closedir(directory) }
        var names: [String] = []
        while let entry = readdir(directory) {
            let name = withUnsafeBytes(of: entry.pointee.d_name) { buffer in
                String(decoding: buffer.prefix { $0 != 0 }, as: UTF8.self)
            }
            if name != "." && name != ".." { names.append(name) }
        }
        return names.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
    }

    /// `/a/b` of `/a/b/c`, `/` of `/a`, `.` of `a`.
    public static func parent(of path: String) -> String {
        guard let slash = path.lastIndex(of: "/") else { return "." }
        return slash == path.startIndex ? "/" : String(path[..<slash])
    }
}

/// `syncfs(2)`, which the C library declares for `_GNU_SOURCE` only, and the Glibc module does not.
@_silgen_name("syncfs")
private func syncfs(_ descriptor: Int32) -> Int32
