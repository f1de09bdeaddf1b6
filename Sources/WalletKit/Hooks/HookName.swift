// The moments at which a wallet runs programs of its owner.

/// A hook: the executable file `.wallet/hooks/NAME`.
public enum HookName: String, Sendable, CaseIterable {
    /// Before a promise is signed; may refuse.
    case prePay = "pre-pay"
    /// Before a line is cleared; may refuse.
    case preClear = "pre-clear"
    /// After a transaction has become durable.
    case postClear = "post-clear"
    /// After a document has come from another wallet; answers with documents.
    case postReceive = "post-receive"
    /// After a block has become durable.
    case postSeal = "post-seal"
    /// After wallets have merged.
    case postSync = "post-sync"
    /// After something that had cleared does no longer.
    case bounce
    /// After a payment has taken a balance of ours under its bound.
    case lowBalance = "low-balance"

    /// Whether it is asked first, and may refuse.
    public var isAsked: Bool { self == .prePay || self == .preClear }
}

/// The bounds of hooks.
public enum HookLimits {
    /// limit: hooks that are run by hooks that are run by hooks …
    public static let depth = 8
    /// limit: seconds that a hook may take, whatever the configuration says.
    public static let longestSeconds = 86_400
    /// limit: documents of one event.
    public static let eventDocuments = 1_000
    /// limit: bytes of an event's documents together.
    public static let eventBytes = 16_777_216
    /// limit: events in one file of the queue.
    public static let fileEvents = 256
    /// limit: bytes of a file of the queue beyond which no further event is added to it.
    public static let fileBytes = 1_048_576
    /// limit: files that wait in the queue.
    public static let queuedFiles = 100_000
    /// limit: events that one command runs; the next one goes on.
    public static let eventsAtOnce = 10_000
    /// limit: bytes of the log of results before another one is begun.
    public static let logBytes = 1_048_576
    /// limit: bytes of one line in the log of results.
    public static let logLineBytes = 16_384
    /// limit: characters of a line of a hook's standard error that are shown.
    public static let shownCharacters = 200
    /// limit: lines of a hook's standard error that are kept in the log.
    public static let loggedLines = 5
    /// limit: lines of the log that are looked at for a sample.
    public static let sampleLines = 1_000
    /// limit: documents that a hook answers with.
    public static let answerDocuments = 100
    /// limit: seconds to wait for others who write to the log of results.
    static let logWaitSeconds = 5
}
