// A key's file on disk: read only where nobody else can read or change it.
import Bytes
import Cryptography
import Files
import Glibc

extension KeyFile {
    /// Reads the file at `path`.
    /// - Throws: `file`, `notRegular`, `foreignOwner`, `permissions`; those of the text.
    init(reading path: String) throws(KeyError) {
        var bytes = try Self.contents(of: path)
        // Unencrypted, the text is as secret as the key.
        defer { _ = SecretBytes(zeroing: &bytes) }
        try self.init(bytes, name: path)
    }

    private static func contents(of path: String) throws(KeyError) -> [UInt8] {
        try Self.check(path, S_IFREG)
        let limit = Limits.secretFileBytes
        let (status, bytes): (stat, [UInt8])
        do throws(FileError) {
            let file = try File(path, .read)
            (status, bytes) = (try self.status(of: file), try file.read(at: 0, count: limit + 1))
        } catch { throw .file(error) }
        // Again for what was opened: the path may have led elsewhere by then.
        try check(status, path, S_IFREG)
        if bytes.count > limit {
            throw .file(FileError(call: "read", path: path, code: EFBIG))
        }
        return bytes
    }

    private static func status(of file: File) throws(FileError) -> stat {
        var status = stat()
        if fstat(file.descriptor, &status) != 0 {
            throw FileError(call: "fstat", path: file.path, code: errno)
        }
        return status
    }

    /// Puts the file at `path`, mode 0600 whatever the process's mask, atomically.
    /// - Throws: `file`.
    func write(to path: String) throws(KeyError) {
        var bytes = serialized()
        defer { _ = SecretBytes(zeroing: &bytes) }
        do throws(FileError) {
            try FileSystem.replace(path, with: bytes)
            // A mask can only take rights away; without its owner's the file would be of no use.
            if chmod(path, 0o600) != 0 { throw FileError(call: "chmod", path: path, code: errno) }
        } catch { throw .file(error) }
    }

    /// Refuses a path at which something else than `kind` stands, or something that others have
    /// rights to.
    static func check(_ path: String, _ kind: mode_t) throws(KeyError) {
        var status = stat()
        // Before it is opened: a pipe would keep us waiting.
        if lstat(path, &status) != 0 {
            throw .file(FileError(call: "lstat", path: path, code: errno))
        }
        try check(status, path, kind)
    }

    private static func check(
        _ status: stat, _ path: String, _ kind: mode_t
    ) throws(KeyError) {
        if status.st_mode & S_IFMT != kind { throw .notRegular(file: path) }
        if status.st_uid != geteuid() { throw .foreignOwner(file: path, owner: status.st_uid) }
        let mode = status.st_mode & 0o7777
        if mode & 0o077 != 0 { throw .permissions(file: path, mode: UInt32(mode)) }
    }
}
