// What is counted of each route.
import Synchronization

/// Requests by class of status, and how long they took.
final class RouteMetrics: Sendable {
    /// What has been counted.
    struct Counts: Sendable {
        /// Requests whose status began with 1, 2, 3, 4, 5.
        var classes = [Int](repeating: 0, count: 5)
        /// Requests that took at most as long as `bounds` says, each in its first bucket; in the
        /// last one those that took longer.
        var buckets = [Int](repeating: 0, count: RouteMetrics.bounds.count + 1)
        var nanoseconds: UInt64 = 0
    }

    /// Upper ends of the histogram: nanoseconds, and the same in seconds as text.
    static let bounds: [(nanoseconds: UInt64, text: String)] = [
        (100_000, "0.0001"), (250_000, "0.00025"), (500_000, "0.0005"), (1_000_000, "0.001"),
        (2_500_000, "0.0025"), (5_000_000, "0.005"), (10_000_000, "0.01"), (25_000_000, "0.025"),
        (50_000_000, "0.05"), (100_000_000, "0.1"), (250_000_000, "0.25"), (500_000_000, "0.5"),
        (1_000_000_000, "1"), (2_500_000_000, "2.5"), (10_000_000_000, "10"),
    ]

    let method: String
    let template: String
    private let counts = Mutex(Counts())

    init(method: String, template: String) {
        self.method = method
        self.template = template
    }

    var snapshot: Counts { counts.withLock { $0 } }

    /// Counts a request.
    func note(status: Int, nanoseconds: UInt64) {
        let bucket =
            Self.bounds.firstIndex { nanoseconds <= $0.nanoseconds } ?? Self.bounds.count
        counts.withLock { counts in
            counts.classes[min(max(status / 100, 1), 5) - 1] += 1
            counts.buckets[bucket] += 1
            counts.nanoseconds &+= nanoseconds
        }
    }
}
