// Telling whoever waits that it is enough.
import Glibc

/// A bell that can be rung from any thread, a signal's included.
public final class WatchStop: Sendable {
    /// What can be waited for.
    let descriptor: Int32
    private let ringing: Int32

    /// A bell that has not been rung. Where the system has no descriptor left, it is mute.
    public init() {
        var ends: [Int32] = [-1, -1]
        _ = pipe(&ends)
        (descriptor, ringing) = (ends[0], ends[1])
        for end in ends where end >= 0 { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
    }

    deinit {
        close(descriptor)
        close(ringing)
    }

    /// Rings it.
    public func stop() { _ = write(ringing, [UInt8(1)], 1) }
}
