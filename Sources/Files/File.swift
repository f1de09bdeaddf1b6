// The one door to the file system: every write, sync, truncate and rename of ours passes here, so
// that the tests that fail the n-th of them know them all.
import Glibc

/// An open file. Closed when the last reference goes.
public final class File: Sendable {
    /// The descriptor, for `poll` and `fstat`.
    public let descriptor: Int32
    /// The path as it was given.
    public let path: String

    /// How a file is opened.
    public enum Mode: Sendable {
        /// It must be there.
        case read
        /// Made if it is not there, mode 0600.
        case readWrite
        /// Must not be there yet, mode 0600.
        case new
    }

    /// Opens without following a symbolic link at the last component.
    public init(_ path: String, _ mode: Mode) throws(FileError) {
        let flags =
            switch mode {
            case .read: O_RDONLY
            case .readWrite: O_RDWR | O_CREAT
            case .new: O_RDWR | O_CREAT | O_EXCL
            }
        descriptor = open(path, flags | O_CLOEXEC | O_NOFOLLOW, 0o600)
        self.path = path
        if descriptor < 0 { throw FileError(call: "open", path: path, code: errno) }
    }

    deinit { close(descriptor) }

    /// What `fstat` knows of it.
    public func status() throws(FileError) -> FileStatus {
        var result = stat()
        if fstat(descriptor, &result) != 0 { throw failure("fstat") }
        return FileStatus(result)
    }

    /// Up to `count` bytes at `offset`: fewer only at the end of the file.
    public func read(at offset: Int, count: Int) throws(FileError) -> [UInt8] {
        var failed: Int32 = 0
        let bytes = [UInt8](unsafeUninitializedCapacity: count) { buffer, filled in
            while filled < count {
                let got = pread(
                    descriptor, buffer.baseAddress.map { $0 + filled }, count - filled,
                    off_t(offset + filled))
                if got < 0 && errno == EINTR { continue }
                if got < 0 { failed = errno }
                if got <= 0 { break }
                filled += got
            }
        }
        if failed != 0 { throw FileError(call: "pread", path: path, code: failed) }
        return bytes
    }

    /// Writes all of `bytes` at `offset`, or throws; what was written before the failure stays.
    public func write(_ bytes: ArraySlice<UInt8>, at offset: Int) throws(FileError) {
        var done = 0
        let code = bytes.withUnsafeBytes { buffer -> Int32 in
            while done < buffer.count {
                let put = pwrite(
                    descriptor, buffer.baseAddress.map { $0 + done }, buffer.count - done,
                    off_t(offset + done))
                if put < 0 && errno == EINTR { continue }
                if put < 0 { return errno }
                if put == 0 { return EIO }
                done += put
            }
            return 0
        }
        if code != 0 { throw FileError(call: "pwrite", path: path, code: code) }
    }

    /// Makes the contents durable (`fdatasync`). Never called again after it failed: the kernel may
    /// have dropped the pages and would report success.
    public func synchronize() throws(FileError) {
        if fdatasync(descriptor) != 0 { throw failure("fdatasync") }
    }

    /// Cuts the file to `size` bytes.
    public func truncate(to size: Int) throws(FileError) {
        if ftruncate(descriptor, off_t(size)) != 0 { throw failure("ftruncate") }
    }

    private func failure(_ call: String) -> FileError {
        FileError(call: call, path: path, code: errno)
    }
}

/// The part of `stat` that we use.
public struct FileStatus: Sendable, Equatable {
    /// Bytes.
    public let size: Int
    /// Permission bits.
    public let mode: UInt32
    /// Owner.
    public let owner: UInt32
    /// Identity of the file within its device.
    public let inode: UInt64
    /// Whether it is a directory.
    public let isDirectory: Bool
    /// When its contents changed, in nanoseconds since 1970.
    public let modified: Int64

    init(_ status: stat) {
        size = Int(status.st_size)
        mode = UInt32(status.st_mode & 0o7777)
        owner = UInt32(status.st_uid)
        inode = UInt64(status.st_ino)
        isDirectory = status.st_mode & S_IFMT == S_IFDIR
        modified = Int64(status.st_mtim.tv_sec) * 1_000_000_000 + Int64(status.st_mtim.tv_nsec)
    }
}
