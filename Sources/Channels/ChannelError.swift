// Why a channel server refuses.
import SQLite

/// What is wrong with a request, or with the store.
public enum ChannelError: Error, Sendable, Equatable {
    /// The database was written by a later version of this program.
    case unknownSchema(version: Int)
    /// No credentials, or false ones.
    case unauthenticated
    /// The token lacks the right to read or to write.
    case notAllowed(right: String)
    /// Valid credentials for something else.
    case forbidden
    /// There is no such account, channel, token or message.
    case unknown(what: String)
    /// The channel takes no more messages.
    case locked
    /// Whoever writes has not read what was written before (a sequenced channel).
    case unread(sequence: Int)
    /// A message has more bytes than are taken.
    case tooLarge(bytes: Int, limit: Int)
    /// A message without bytes.
    case empty
    /// A message is younger than it must be to be deleted.
    case tooYoung(minimumDays: Int)
    /// A parameter or member is not what it should be.
    case malformed(name: String, reason: String)
    /// Others have written more, or less, than whoever writes believes.
    case changed(highest: Int)
    /// There are as many as may be.
    case tooMany(what: String, limit: Int)
    /// An account's name or a user is taken.
    case taken(what: String, name: String)
}

extension ChannelError {
    /// Why a store cannot be used, where the database itself says it; nil for other failures.
    public static func storageReason(_ error: any Error) -> String? {
        (error as? DatabaseError)?.message
    }
}
