// What a channel server is told.

/// How a channel server behaves.
public struct ChannelOptions: Sendable {
    /// What addresses of channels begin with, such as `https://channels.example`; nil: with what
    /// the request was sent to.
    public var publicURL: String?
    /// Whether requests come over TLS, where `publicURL` says nothing.
    public var isSecure = false
    /// Whether followers are told with a JSON string, as the reference server does, instead of an
    /// object.
    public var tellsStrings = false
    /// Requests of one token, user or network in a minute; 0: no bound.
    public var requestsPerMinute = 6_000
    /// False passwords of one network in a minute.
    public var falsePasswordsPerMinute = 20
    /// WebSockets at once.
    public var followers = 20_000
    /// Whether messages that are callbacks with proofs are taken only if the proof is true.
    public var verifiesMessages = false
    /// Milliseconds since 1970.
    public var now: @Sendable () -> Int64
    /// Told what went wrong here; never a token or a payload.
    public var onFailure: @Sendable (any Error) -> Void

    /// The usual options.
    public init(
        now: @escaping @Sendable () -> Int64, onFailure: @escaping @Sendable (any Error) -> Void
    ) {
        self.now = now
        self.onFailure = onFailure
    }
}
