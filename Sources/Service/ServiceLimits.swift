// The bounds of what a processor takes from outside, and of what it keeps for it.

/// Named bounds of the service. One past each is refused and tested.
enum ServiceLimits {
    /// Work that waits for a thread of the pool. // limit: requests
    static let waitingWork = 4_096
    /// Lines that wait to be durable, over all connections. // limit: lines
    static let waitingLines = 65_536
    /// The largest number of entries of one answer. // limit: entries
    static let pageEntries = 1_000
    /// Entries of one answer where the question names no number. // limit: entries
    static let usualPageEntries = 10
    /// Entries that may be left out. // limit: entries
    static let pageSkip = 1_000_000_000
    /// The path of a request. // limit: bytes
    static let pathBytes = 512
    /// The query of a request. // limit: bytes
    static let queryBytes = 1_024
    /// A bearer token. // limit: bytes
    static let tokenBytes = 256
    /// An order of a custodial user. // limit: bytes
    static let orderBytes = 16_384
    /// The digits of an order's amount before the point. // limit: digits
    static let orderDigits = 20
    /// The unit of an order: a code or an address. // limit: characters
    static let orderUnitCharacters = 64
    /// The target of an order: a name or an address. // limit: characters
    static let orderTargetCharacters = 100
    /// The note of an order: it fits into `Limits.customTextBytes`. // limit: characters
    static let orderNoteCharacters = 1_024
    /// What makes an order the same order. // limit: characters
    static let orderIDCharacters = 100
    /// Lines of one stream that wait for their answer: two batches. // limit: lines
    static let streamLines = 4_096
    static let syncBytes = 8_388_608
    /// Bytes of lines of one stream that wait for their answer. // limit: bytes
    static let streamBytes = 8_388_608
    /// Answers of one stream that wait to be read. // limit: bytes
    static let streamOutputBytes = 1_048_576
    /// Those who follow the events. // limit: connections
    static let subscribers = 20_000
    /// What one of them is sent ahead of his reading. // limit: bytes
    static let aheadBytes = 262_144
    /// Events that are read from the log at once. // limit: events
    static let eventPage = 64
    /// The latest events, kept for those who are nearly there. // limit: events
    static let tailEvents = 1_024
    /// The latest events, kept for those who are nearly there. // limit: bytes
    static let tailBytes = 4_194_304
    /// A connection of events that is silent says so after this time. // limit: seconds
    static let heartbeatSeconds = 20
}
