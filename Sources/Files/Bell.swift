// Waking whoever waits on a descriptor.
import Glibc

/// A bell that is rung from anywhere, a signal's handler included, and waited for with `poll(2)`.
public final class Bell: Sendable {
    /// Readable from when the bell rings until it is silenced; -1 where the bell is mute.
    public let descriptor: CInt
    private let rope: CInt

    /// A bell that has not been rung. Where the system has no descriptor left, it is mute.
    public init() {
        var ends: [CInt] = [-1, -1]
        let type = CInt(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue | SOCK_NONBLOCK.rawValue)
        _ = socketpair(AF_UNIX, type, 0, &ends)
        (descriptor, rope) = (ends[0], ends[1])
    }

    deinit {
        close(descriptor)
        close(rope)
    }

    /// Rings it. Allocates nothing, and leaves `errno` as it is.
    public func ring() {
        let code = errno
        var byte: UInt8 = 1
        _ = write(rope, &byte, 1)
        errno = code
    }

    /// Silences it; whether it had rung.
    public func silence() -> Bool {
        var bytes = [UInt8](repeating: 0, count: 64)
        var hasRung = false
        while read(descriptor, &bytes, bytes.count) > 0 { hasRung = true }
        return hasRung
    }
}
