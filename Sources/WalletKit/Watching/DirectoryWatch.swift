// Waiting until something changes in one of some directories, without looking all the time.
import Glibc

/// The kernel's word that names or contents in directories have changed (inotify(7)); where it is
/// not to be had, every second is taken for a change.
final class DirectoryWatch {
    private let descriptor: Int32
    private var watched: Set<String> = []

    /// Between two looks where nobody tells us.
    private static let blindMilliseconds: Int32 = 1_000
    /// Between two looks where the kernel tells us: not of files that another machine changes.
    private static let patientMilliseconds: Int32 = 10_000

    init() { descriptor = inotify_init1(Int32(IN_NONBLOCK | IN_CLOEXEC)) }

    deinit { if descriptor >= 0 { close(descriptor) } }

    /// Hears of a directory from now on; one that is not there is passed over.
    /// - Parameter isShallow: whether only new names are of interest.
    func add(_ path: String, isShallow: Bool = false) {
        guard descriptor >= 0, !watched.contains(path) else { return }
        var mask = UInt32(IN_CREATE | IN_MOVED_TO | IN_ONLYDIR)
        if !isShallow { mask |= UInt32(IN_MODIFY | IN_DELETE | IN_MOVED_FROM) }
        if inotify_add_watch(descriptor, path, mask) >= 0 { watched.insert(path) }
    }

    /// Waits for a change, or for the end.
    /// - Parameter bell: there is something to be read from it at the end.
    /// - Parameter listener: its other end goes away at the end; nil for none.
    /// - Returns: whether it is the end.
    func wait(_ bell: Int32, _ listener: Int32?) -> Bool {
        let timeout = descriptor < 0 ? Self.blindMilliseconds : Self.patientMilliseconds
        return poll(bell, listener, timeout)
    }

    /// Whether the end has come.
    func isOver(_ bell: Int32, _ listener: Int32?) -> Bool { poll(bell, listener, 0) }

    private func poll(_ bell: Int32, _ listener: Int32?, _ timeout: Int32) -> Bool {
        var requests = [
            pollfd(fd: bell, events: Int16(POLLIN), revents: 0),
            // Nothing is asked of it: errors are always told.
            pollfd(fd: listener ?? -1, events: 0, revents: 0),
            pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0),
        ]
        guard Glibc.poll(&requests, nfds_t(requests.count), timeout) > 0 else { return false }
        if requests[2].revents != 0 { drain() }
        return requests[0].revents != 0 || requests[1].revents != 0
    }

    /// What has changed is seen by looking.
    private func drain() {
        var buffer = [UInt8](repeating: 0, count: 16_384)
        while read(descriptor, &buffer, buffer.count) > 0 {}
    }
}

/// A short rest.
func pause() { usleep(25_000) }
