// The relay between payers, who ask over HTTP or a socket, and wallets, who have dialled in: what is
// sent to whom and who is answered what, without a socket, a clock or a disk.
import Bytes
import Cryptography
import Documents

/// The state of a proxy.
public struct ProxyCore: Sendable {
    /// Somebody at a socket.
    struct Member: Sendable {
        let channel: String
        /// Whether it is the payee's wallet, and may answer.
        let isInternal: Bool
        /// How much it takes at once.
        let frameBytes: Int
        /// Whether it has told that it speaks as we do: it answers to proofs.
        let isOurs: Bool
        /// From where; nil: from this machine.
        let origin: String?
    }

    /// Something for a wallet that is not there.
    struct Waiting: Sendable {
        let digest: Digest256
        let kind: ProxyQuestion.Kind
        let body: [UInt8]
    }

    struct ChannelState: Sendable {
        var members: [Int] = []
        var secret: Digest256?
        /// From where it was opened; nil: from this machine.
        var origin: String?
        /// When its sockets are closed.
        var expires: Int64
        /// When its wallet was heard of last.
        var heard: Int64
        /// How the wallet spells terms; nil until it has answered.
        var kind: SocketMessage.TermsKind?
        var terms: (body: [UInt8], expires: Int64?)?
        var waiting: [Waiting] = []
        var answers: [(digest: Digest256, answer: ProxyAnswer)] = []
        /// Correlations of what the wallet has been asked over HTTP.
        var asked: [String] = []
        /// Who has asked over a socket, by correlation.
        var askers: [String: Int] = [:]
    }

    /// A question over HTTP that waits.
    struct Asker: Sendable {
        let number: Int
        let deadline: Int64
    }

    /// Something that a wallet has been asked.
    struct Pending: Sendable {
        let question: ProxyQuestion
        let digest: Digest256
        /// What was sent.
        var frame: [UInt8]
        var askers: [Asker]
        /// When it is asked in other words; nil: no more.
        var otherWords: Int64?
        /// Until when an answer is noted.
        var ends: Int64
    }

    var options: ProxyOptions
    var members: [Int: Member] = [:]
    var channels: [String: ChannelState] = [:]
    /// By correlation; `conclude` looks whether the channel is right.
    var pending: [String: Pending] = [:]
    /// The correlation of what is asked already, by digest.
    var asked: [Digest256: String] = [:]
    /// Channels by where they were opened from.
    var origins: [String: Int] = [:]
    /// Bytes of what waits.
    var heldBytes = 0
    var lastMember = 0
    /// When a channel may next have to be looked at.
    var nextSweep = Int64.max

    /// A channel that every wallet of the originals joins to see whether the proxy lives.
    public static let healthChannel = "health"

    /// A relay without anybody.
    public init(_ options: ProxyOptions) { self.options = options }

    /// Takes in what was kept.
    public mutating func restore(_ record: ProxyRecord, now: Int64) {
        switch record {
        case .channel(let name, let secret):
            open(name, origin: nil, now)
            channels[name]?.secret = secret
        case .terms(let name, let body, let expires):
            channels[name]?.terms = (body, expires)
        case .message(let name, let digest, let kind, let body):
            guard channels[name] != nil else { return }
            heldBytes += body.count
            channels[name]?.waiting.append(Waiting(digest: digest, kind: kind, body: body))
        case .answer(let name, let digest, let answer):
            note(answer, to: digest, in: name)
        case .forgotten(let name): forget(name)
        }
    }

    /// A channel, where there is none of that name.
    mutating func open(_ name: String, origin: String?, _ now: Int64) {
        guard channels[name] == nil else { return }
        channels[name] = ChannelState(
            origin: origin, expires: now + options.channelMilliseconds, heard: now)
        if let origin { origins[origin, default: 0] += 1 }
        nextSweep = min(nextSweep, now + options.channelMilliseconds)
    }

    /// Nothing is left of a channel.
    mutating func forget(_ name: String) {
        guard let state = channels.removeValue(forKey: name) else { return }
        heldBytes -= state.waiting.reduce(0) { $0 + $1.body.count }
        if let origin = state.origin, let count = origins[origin] {
            origins[origin] = count > 1 ? count - 1 : nil
        }
    }

    /// What a wallet has said to a question.
    mutating func note(_ answer: ProxyAnswer, to digest: Digest256, in name: String) {
        guard var state = channels.removeValue(forKey: name) else { return }
        heldBytes -= state.waiting.reduce(0) { $0 + ($1.digest == digest ? $1.body.count : 0) }
        state.waiting.removeAll { $0.digest == digest }
        state.answers.removeAll { $0.digest == digest }
        if state.answers.count >= options.waitingMessages { state.answers.removeFirst() }
        state.answers.append((digest, answer))
        channels[name] = state
    }

    /// The payee's wallets that are there.
    func wallets(_ name: String) -> [Int] {
        (channels[name]?.members ?? []).filter { members[$0]?.isInternal == true }
    }

    /// How much goes on.
    public var census: (members: Int, channels: Int, questions: Int, waiting: Int) {
        (members.count, channels.count, pending.count, heldBytes)
    }
}
