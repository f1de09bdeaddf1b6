// Reading what is piped in.
import Glibc
import Synchronization

/// A descriptor that is read from its beginning to its end: standard input, a file, or bytes.
public final class InputStream: Sendable {
    private let descriptor: Int32
    private let isOwned: Bool
    private let held: Mutex<[UInt8]?>
    /// What to call it in messages; nil for standard input.
    public let name: String?

    /// Reads an open descriptor, which stays open.
    public init(descriptor: Int32) {
        self.descriptor = descriptor
        isOwned = false
        name = nil
        held = Mutex(nil)
    }

    /// Reads bytes that are there already.
    public init(bytes: [UInt8]) {
        descriptor = -1
        isOwned = false
        name = nil
        held = Mutex(bytes)
    }

    /// Opens a file.
    public init(path: String) throws(FileError) {
        descriptor = open(path, O_RDONLY | O_CLOEXEC)
        isOwned = true
        name = path
        held = Mutex(nil)
        if descriptor < 0 { throw FileError(call: "open", path: path, code: errno) }
    }

    deinit { if isOwned { close(descriptor) } }

    /// What has come, at most `count` bytes; empty only at the end. Waits where nothing has come
    /// yet.
    public func read(_ count: Int) throws(FileError) -> [UInt8] {
        if descriptor < 0 { return takeHeld(count) }
        var failed: Int32 = 0
        let bytes = [UInt8](unsafeUninitializedCapacity: count) { buffer, filled in
            while true {
                let got = Glibc.read(descriptor, buffer.baseAddress, count)
                if got < 0 && errno == EINTR { continue }
                if got < 0 { failed = errno }
                filled = max(0, got)
                return
            }
        }
        if failed != 0 { throw FileError(call: "read", path: name ?? "-", code: failed) }
        return bytes
    }

    private func takeHeld(_ count: Int) -> [UInt8] {
        held.withLock { bytes in
            guard let rest = bytes else { return [] }
            bytes = rest.count > count ? Array(rest[count...]) : nil
            return Array(rest.prefix(count))
        }
    }

    /// Whether a read would return at once.
    public func isReady() -> Bool {
        if descriptor < 0 { return true }
        var request = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
        return poll(&request, 1, 0) > 0
    }
}
