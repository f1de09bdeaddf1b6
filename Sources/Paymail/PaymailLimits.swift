// Bounds of Paymail.

/// What is taken from servers and clients of Paymail.
public enum PaymailLimits {
    // limit: an alias
    /// Bytes before the at sign.
    public static let aliasBytes = 64
    // limit: a handle as it is typed
    static let handleTypedBytes = 512
    // limit: a server's answer
    /// Bytes of an answer: capabilities, keys, outputs.
    public static let answerBytes = 262_144
    // limit: capabilities of a domain
    static let capabilities = 200
    // limit: a capability's URL
    static let templateBytes = 2_048
    // limit: a transaction, or a BEEF
    /// Bytes of a transaction with all that proves it.
    public static let transactionBytes = 4_194_304
    // limit: a request that brings a transaction: in hexadecimal, with room for the rest
    static let submissionBytes = 2 * transactionBytes + 65_536
    // limit: a request that brings no transaction
    static let requestBytes = 65_536
    // limit: outputs of one payment
    /// Outputs that one payment is asked to have.
    public static let outputs = 100
    // limit: a script
    static let scriptBytes = 10_000
    // limit: a payment's name
    /// Bytes of a reference.
    public static let referenceBytes = 255
    // limit: a name in a profile
    /// Characters of a name.
    public static let nameCharacters = 100
    // limit: the address of a picture
    /// Bytes of a picture's URL.
    public static let avatarBytes = 2_048
    // limit: a purpose, a note, a name of a sender
    /// Bytes of a text that a stranger sends along.
    public static let textBytes = 1_024
    // limit: units of an answer
    /// Units that are named as accepted.
    public static let units = 100
    // limit: redirections that are followed
    static let redirections = 3
    // limit: servers of a domain that are tried
    static let places = 4
    // limit: how long capabilities are believed, in seconds
    static let cacheSeconds: ClosedRange<Int64> = 60...86_400
    // limit: how long they are where the server does not say
    static let usualCacheSeconds: Int64 = 3_600
    // limit: between a sender's clock and ours (BRFC 6745385c3fc0)
    static let clockMilliseconds: Int64 = 120_000
    // limit: requests that wait
    static let waiting = 256
    // limit: domains and handles that are remembered without a disk
    static let remembered = 10_000
}
