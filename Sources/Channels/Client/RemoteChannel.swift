// What a channel server tells of channels, tokens and messages, as far as a client may believe it.
import Bytes
import Cryptography
import Documents

/// What a channel is to be.
public struct ChannelTerms: Sendable, Equatable {
    /// Whether anybody may read.
    public var publicRead = false
    /// Whether anybody may write.
    public var publicWrite = false
    /// Whether nobody may write before he has read everything.
    public var isSequenced = false
    /// Days before which nothing is deleted; nil: no bound.
    public var minimumDays: Int?
    /// Days after which a message is of no use.
    public var maximumDays: Int?
    /// Whether messages go by themselves after that.
    public var prunes = false

    /// A channel for those with tokens, whose messages stay.
    public init() {}

    /// The body of a request.
    var json: [UInt8] {
        let retention: ForeignJSON = [
            "min_age_days": minimumDays.map { ForeignJSON($0) } ?? .null,
            "max_age_days": maximumDays.map { ForeignJSON($0) } ?? .null,
            "auto_prune": .boolean(prunes),
        ]
        let object: ForeignJSON = [
            "public_read": .boolean(publicRead), "public_write": .boolean(publicWrite),
            "sequenced": .boolean(isSequenced), "retention": retention,
        ]
        return object.bytes
    }
}

/// A token as its server tells it.
public struct RemoteToken: Sendable, Equatable {
    /// How the account names it.
    public let id: String
    /// What is shown as a bearer: whoever has it has the rights.
    public let token: SecretBytes
    /// What its maker says of it.
    public let description: String
    /// Whether it may read.
    public let canRead: Bool
    /// Whether it may write.
    public let canWrite: Bool

    init(_ object: ForeignJSON) throws(ChannelClientError) {
        let reader = ChannelAnswer(object, "a token")
        id = try reader.text("id", atMost: Limits.channelTokenBytes)
        token = SecretBytes(
            Array(try reader.text("token", atMost: Limits.channelTokenBytes).utf8))
        guard ChannelAnswer.isBearer(token) else {
            throw .unreadable(what: "a token", reason: "'token' has characters that no bearer has")
        }
        description = try reader.text(
            "description", atMost: Limits.channelDescriptionBytes, isOptional: true)
        canRead = try reader.flag("can_read")
        canWrite = try reader.flag("can_write")
    }
}

/// A channel as its server tells it.
public struct RemoteChannel: Sendable, Equatable {
    /// The name that the server gave it.
    public let id: String
    /// Where it is, as the server says.
    public let href: String
    /// Whether anybody may read.
    public let publicRead: Bool
    /// Whether anybody may write.
    public let publicWrite: Bool
    /// Whether nobody may write before he has read everything.
    public let isSequenced: Bool
    /// Whether nothing more is taken.
    public let isLocked: Bool
    /// The last sequence; 0 before the first message.
    public let head: Int
    /// Days before which nothing is deleted; nil: no bound.
    public let minimumDays: Int?
    /// Days after which a message is of no use.
    public let maximumDays: Int?
    /// Whether messages go by themselves after that.
    public let prunes: Bool
    /// The owner's first.
    public let tokens: [RemoteToken]

    init(_ object: ForeignJSON) throws(ChannelClientError) {
        let reader = ChannelAnswer(object, "a channel")
        id = try reader.text("id", atMost: Limits.channelTokenBytes)
        guard ChannelAnswer.isSegment(id) else {
            throw .unreadable(what: "a channel", reason: "'id' cannot stand in a path")
        }
        href = try reader.text("href", atMost: Limits.channelPathBytes, isOptional: true)
        publicRead = try reader.flag("public_read")
        publicWrite = try reader.flag("public_write")
        isSequenced = try reader.flag("sequenced")
        isLocked = try reader.flag("locked")
        head = try reader.count("head")
        let retention = ChannelAnswer(object["retention"] ?? .object([]), "a channel's retention")
        minimumDays = try retention.optionalCount("min_age_days")
        maximumDays = try retention.optionalCount("max_age_days")
        prunes = try retention.flag("auto_prune")
        var tokens: [RemoteToken] = []
        for token in try ChannelAnswer.list(
            object["access_tokens"] ?? .array([]), "the tokens of a channel")
        {
            tokens.append(try RemoteToken(token))
        }
        self.tokens = tokens
    }
}

/// A message as its server tells it. Nothing says who wrote it, or that it is what was written.
public struct ReceivedMessage: Sendable, Equatable {
    /// Its number in the channel, from 1 on.
    public let sequence: Int
    /// When the server took it, as it says.
    public let received: String
    /// The media type that it came with.
    public let type: String
    /// The bytes themselves.
    public let payload: [UInt8]

    init(_ object: ForeignJSON) throws(ChannelClientError) {
        let reader = ChannelAnswer(object, "a message")
        sequence = try reader.count("sequence")
        received = try reader.text(
            "received", atMost: Limits.channelTokenBytes, isOptional: true)
        type = try reader.text(
            "content_type", atMost: Limits.channelDescriptionBytes, isOptional: true)
        let text = try reader.text("payload", atMost: Limits.channelMessageBytes * 4 / 3 + 8)
        guard let payload = Base64.decode(text), payload.count <= Limits.channelMessageBytes else {
            throw .unreadable(what: "a message", reason: "'payload' is no base64 of a message")
        }
        self.payload = payload
    }
}
