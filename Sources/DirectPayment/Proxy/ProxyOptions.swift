// How a relay behaves.
import Bytes
import Cryptography

/// What the operator of a proxy decides.
public struct ProxyOptions: Sendable {
    /// Whether payers may ask over HTTP.
    public enum Mode: String, Sendable, CaseIterable {
        /// HTTP for payers, sockets for wallets, and sockets for payers who like them.
        case hybrid
        /// Sockets for everybody; proofs alone come over HTTP.
        case socket
    }

    /// What payment addresses begin with: `https://proxy.example`.
    public var publicURL: String
    /// Whether payers may ask over HTTP.
    public var mode = Mode.hybrid
    /// What a wallet has to show before it may open a channel; nil: everybody may.
    public var admission: Digest256?
    /// Whether a wallet without a secret is refused: the originals' wallets have none.
    public var requiresSecret = false
    /// Milliseconds that a wallet has to answer.
    public var answerMilliseconds: Int64 = 10_000
    /// Milliseconds after which terms are asked for in ElectrumSV's words, where nobody answers.
    public var otherWordsMilliseconds: Int64 = 2_000
    /// Milliseconds in which an answer that comes too late is still noted.
    public var lateMilliseconds: Int64 = 60_000
    /// Milliseconds that sockets of a channel stay after the last one has joined.
    public var channelMilliseconds: Int64 = 7_200_000
    /// Milliseconds that what is kept outlives the terms, or the last word of the wallet.
    public var keptMilliseconds: Int64 = 7 * 86_400_000
    /// Bytes of a frame towards a peer that has not said how much it takes: payd takes 10,000.
    public var usualFrameBytes = Limits.proxyUsualFrameBytes
    /// Bytes of a frame that this proxy takes, and of a request's body.
    public var frameBytes = Limits.proxyFrameBytes
    /// Members of one channel.
    public var channelMembers = Limits.proxyMembers
    /// Channels.
    public var channels = Limits.proxyChannels
    /// Channels that wallets from one address may have open.
    public var channelsOfOrigin = Limits.proxyChannelsOfOrigin
    /// Messages that wait for one wallet.
    public var waitingMessages = Limits.proxyWaitingMessages
    /// Bytes that wait for wallets, altogether.
    public var waitingBytes = Limits.proxyWaitingBytes
    /// Questions that wait for an answer, altogether.
    public var questions = Limits.proxyQuestions

    /// The usual options.
    public init(publicURL: String) { self.publicURL = publicURL }
}
