// What is counted of the lines that were sent to be cleared.
import Synchronization

/// Outcomes of lines.
final class LineMetrics: Sendable {
    /// What has been counted.
    struct Counts: Sendable {
        var cleared = 0
        var replayed = 0
        /// By code.
        var refused: [String: Int] = [:]
        /// By code.
        var undecided: [String: Int] = [:]
    }

    private let counts = Mutex(Counts())

    var snapshot: Counts { counts.withLock { $0 } }

    /// Counts a line. Codes come from here and from the domain, never from outside.
    func note(_ answer: LineAnswer) {
        counts.withLock { counts in
            switch answer {
            case .cleared: counts.cleared += 1
            case .replayed: counts.replayed += 1
            case .failed(let error) where error.status >= 500:
                counts.undecided[error.code, default: 0] += 1
            case .failed(let error): counts.refused[error.code, default: 0] += 1
            }
        }
    }
}
