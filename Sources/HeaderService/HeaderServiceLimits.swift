// Bounds of the service of headers.

/// What a service of headers takes from outside, and how long it waits.
public enum HeaderServiceLimits {
    // limit: headers of one answer
    /// Headers that one answer has.
    public static let headersAnswered = 2_000
    // limit: hashes or roots of one question
    /// Hashes or roots that one question may have.
    public static let questions = 2_000
    // limit: a question's body
    /// Bytes of a request's body: so many roots with their heights fit.
    public static let bodyBytes = 524_288
    // limit: requests that wait for the store
    /// Requests that wait for the store; more are told to come again.
    public static let waiting = 1_024
    // limit: tokens of a service
    /// Access tokens.
    public static let tokens = 10_000
    // limit: webhooks of a service
    /// Webhooks.
    public static let webhooks = 1_000
    // limit: a webhook's URL, token or field
    /// Bytes of a webhook's URL, of its token or of its field's name.
    public static let webhookBytes = 2_048
    // limit: failures of a webhook in a row
    /// Failures in a row after which a webhook is told nothing more.
    public static let webhookFailures = 10
    // limit: events that are remembered
    /// Events that a follower who comes back is told once more.
    public static let remembered = 300
    // limit: followers of the feed
    /// WebSockets at once.
    public static let followers = 10_000
    // limit: a follower's message
    /// Bytes of what a follower sends.
    public static let followerBytes = 65_536
    // limit: what a slow follower may leave
    /// Bytes that may wait for a follower who does not read.
    public static let backlogBytes = 1_048_576
    // limit: sources that are followed
    /// Sources that are followed at once.
    public static let sources = 64
    // limit: answers of a node that bring nothing
    /// Headers that follow nothing, or full answers that bring nothing, before a node is dropped.
    public static let uselessAnswers = 20
    // limit: time for a node's first words
    static let handshakeMilliseconds: Int64 = 15_000
    // limit: time for an answer
    static let answerMilliseconds: Int64 = 60_000
    // limit: silence of a node
    static let silenceMilliseconds: Int64 = 180_000
    // limit: between two questions
    static let askAgainMilliseconds: Int64 = 60_000
    // limit: between two tries
    static let backoffMilliseconds: Int64 = 60_000
}
