// What the operator decides of a processor.
import Network

/// Settings of a processor.
public struct ServiceOptions: Sendable {
    /// Nothing is cleared here, only shown.
    public var isReadOnly = false
    /// Where others reach this processor, without slash at the end; nil where that is unknown.
    public var publicURL: String?
    /// Origins whose pages may read the answers; `*` for all. None by default.
    public var corsOrigins: [String] = []
    /// Whether the last entry of `X-Forwarded-For` tells who asks, where the connection itself
    /// comes from this machine.
    public var isBehindProxy = false
    /// What only those may use whose bearer token the domain knows.
    public var requiresAuthentication: Set<ProtectedArea> = []
    /// Whose instructions are taken.
    public var admission: AdmissionRule = .open
    /// What one network (an IPv4 address, the first 64 bits of an IPv6 address) may use; nil for
    /// as much as it likes.
    public var peerAllowance: BucketSize?
    /// What the instructions of one address may use; nil for as much as it likes.
    public var addressAllowance: BucketSize?
    /// Whether connections from this machine are free of `peerAllowance`.
    public var exemptsLocalPeers = true
    /// What things cost.
    public var costs = RequestCosts()
    /// Threads that work.
    public var poolWidth = 2
    /// Nanoseconds of a clock that only goes forward; nil for the domain's own clock, which counts
    /// milliseconds.
    public var nanoseconds: (@Sendable () -> UInt64)?
    /// The program's version; nil for that of the domain's identity.
    public var version: String?

    /// The usual settings.
    public init() {}
}

/// What may be kept for those with a bearer token.
public enum ProtectedArea: String, Sendable, Hashable, CaseIterable {
    /// Everything that is asked with `GET`, but the processor's identity, `/health`, `/metrics` and
    /// `/openapi.json`.
    case reading
    /// Everything that is sent with `POST`.
    case writing
    /// `/metrics`.
    case metrics
}

/// Whose instructions a domain clears (`domain.admission`). Whether an address is one of them, the
/// domain says itself: this spares it the question.
public enum AdmissionRule: String, Sendable, Hashable, CaseIterable {
    /// Everybody's.
    case open
    /// Those of addresses that the domain knows.
    case known
    /// Those of addresses that were invited.
    case invite
}

/// What requests cost. What costs more than a bucket holds is paid with a full bucket.
public struct RequestCosts: Sendable, Hashable {
    /// A question.
    public var read = 1
    /// Each instruction of a line: its signatures are verified.
    public var verify = 10
    /// Each line that is to be cleared.
    public var write = 50
    /// A proof.
    public var prove = 20

    /// The usual costs.
    public init() {}
}
