// What a channel is, and who may do what with it.
import Bytes

/// How long messages are kept.
public struct ChannelRetention: Sendable, Equatable {
    /// Days before which nothing is deleted; nil: no bound.
    public var minimumDays: Int?
    /// Days after which a message is of no use.
    public var maximumDays: Int?
    /// Whether messages go by themselves after that.
    public var prunes: Bool

    /// - Throws: `ChannelError.malformed` where the minimum is above the maximum.
    public init(minimumDays: Int?, maximumDays: Int?, prunes: Bool) throws(ChannelError) {
        for (name, days) in [("min_age_days", minimumDays), ("max_age_days", maximumDays)] {
            guard days.map({ (0...Limits.channelDays).contains($0) }) ?? true else {
                throw .malformed(name: name, reason: "must be 0 to \(Limits.channelDays)")
            }
        }
        if let minimumDays, let maximumDays, minimumDays > maximumDays {
            throw .malformed(name: "retention", reason: "min_age_days is above max_age_days")
        }
        self.minimumDays = minimumDays
        self.maximumDays = maximumDays
        self.prunes = prunes
    }
}

extension ChannelRetention {
    static let millisecondsPerDay: Int64 = 86_400_000

    /// Before this nothing is shown any more.
    func beginning(at now: Int64) -> Int64 {
        guard prunes, let maximumDays else { return .min }
        return now - Int64(maximumDays) * Self.millisecondsPerDay
    }
}

/// A channel: messages in a sequence, and tokens that give rights to them.
public struct Channel: Sendable, Equatable {
    /// 86 characters of unpadded base64url: 64 random bytes.
    public let id: String
    /// Whose it is.
    public let account: Int
    /// Whether anybody may read.
    public var publicRead: Bool
    /// Whether anybody may write.
    public var publicWrite: Bool
    /// Whether nobody may write before he has read everything.
    public var isSequenced: Bool
    /// Whether nothing more is taken.
    public var isLocked: Bool
    /// The last sequence; 0 before the first message.
    public var head: Int
    /// How long messages are kept.
    public var retention: ChannelRetention
}

/// What gives rights to a channel.
public struct ChannelToken: Sendable, Equatable {
    /// How the account names it.
    public let id: Int
    /// The channel's id.
    public let channel: String
    /// What is sent as a bearer: 86 characters of unpadded base64url.
    public let value: String
    /// What its maker says of it.
    public let description: String
    /// Whether it may read, mark and follow.
    public let canRead: Bool
    /// Whether it may write and delete.
    public let canWrite: Bool
    /// The channel's head when the token was made: earlier messages are not for it.
    public let since: Int
}

/// A message as it is kept.
public struct ChannelMessage: Sendable, Equatable {
    /// Its number in the channel, from 1 on.
    public let sequence: Int
    /// The token that wrote it; nil where anybody may.
    public let author: Int?
    /// Milliseconds since 1970.
    public let received: Int64
    /// The media type that it came with.
    public let type: String
    /// The bytes themselves.
    public let payload: [UInt8]
}

/// Who asks.
public enum ChannelCaller: Sendable, Equatable {
    /// Somebody without a token, where the channel is public.
    case anybody
    /// The holder of a token.
    case token(ChannelToken)

    var token: ChannelToken? { if case .token(let token) = self { token } else { nil } }
}
