// The writer's lock: advisory, on a directory, given back by the kernel when its holder dies.
import Glibc

/// An exclusive `flock` on a directory. Released when the last reference goes.
public final class DirectoryLock: Sendable {
    private let descriptor: Int32

    /// Takes the lock at once, or returns nil because another process has it.
    public init?(_ path: String) throws(FileError) {
        descriptor = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        if descriptor < 0 { throw FileError(call: "open", path: path, code: errno) }
        while flock(descriptor, LOCK_EX | LOCK_NB) != 0 {
            if errno == EINTR { continue }
            // `deinit` closes the descriptor: it runs here too, for the object is whole.
            let code = errno
            if code == EWOULDBLOCK { return nil }
            throw FileError(call: "flock", path: path, code: code)
        }
    }

    deinit { close(descriptor) }
}
