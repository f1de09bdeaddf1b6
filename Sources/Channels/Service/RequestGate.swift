// How often somebody may come.
import Synchronization

/// Counts by the minute.
final class RequestGate: Sendable {
    private struct Window {
        var minute: Int64 = 0
        var counts: [String: Int] = [:]
    }

    private let perMinute: Int
    private let window = Mutex(Window())

    /// Names that are counted apart in one minute; those beyond count together.
    private static let namesLimit = 100_000

    /// - Parameter perMinute: 0: no bound.
    init(perMinute: Int) { self.perMinute = perMinute }

    /// Whether another request may be answered.
    func admits(_ name: String, at now: Int64) -> Bool {
        guard perMinute > 0 else { return true }
        return window.withLock { window in
            let name = Self.key(name, &window, now)
            window.counts[name, default: 0] += 1
            return window.counts[name, default: 0] <= perMinute
        }
    }

    /// Whether `admits` would say yes; counts nothing.
    func isOpen(_ name: String, at now: Int64) -> Bool {
        guard perMinute > 0 else { return true }
        return window.withLock { window in
            window.counts[Self.key(name, &window, now), default: 0] < perMinute
        }
    }

    private static func key(_ name: String, _ window: inout Window, _ now: Int64) -> String {
        if window.minute != now / 60_000 { window = Window(minute: now / 60_000) }
        return window.counts[name] != nil || window.counts.count < namesLimit ? name : ""
    }
}
