// A wallet's custody, opened for a server.
import Bytes
import Documents
import Synchronization

extension Wallet {
    /// Custody of this wallet's users, its seed opened. Asks for the passphrase now, and never
    /// again; users that are added later are served too.
    /// - Parameter surroundings: with a clock that does not go back; nil for this wallet's own,
    ///   made steady.
    /// - Throws: `KeyError`, `ConfigurationError`, and what asking for the passphrase throws.
    public func custody(_ surroundings: Surroundings? = nil) throws -> Custody {
        let seed = try seedKeys()
        return Custody(
            directory: directory, domain: try ownDomain(),
            expires: try configuration.duration(Settings.payExpires),
            surroundings: surroundings ?? self.surroundings.steady()
        ) { user in
            try seed.addressKey(scheme: user.scheme, index: user.index)
        }
    }
}

extension Surroundings {
    /// The same with a clock that never goes back within this process. Share one among all that
    /// must agree on what day it is.
    public func steady() -> Surroundings {
        let clock = SteadyClock(now)
        var steady = self
        steady.now = { clock.now() }
        return steady
    }
}

/// The latest time that has been read.
private final class SteadyClock: Sendable {
    private let read: @Sendable () -> Timestamp
    private let last = Mutex(Timestamp.earliest)

    init(_ read: @escaping @Sendable () -> Timestamp) { self.read = read }

    func now() -> Timestamp {
        last.withLock { last in
            last = max(last, read())
            return last
        }
    }
}
