// The relay between payers, who ask over HTTP or a socket, and wallets, who have dialled in: what is
// sent to whom and who is answered what, without a socket, a clock or a disk.
import Bytes
import Cryptography
import Documents

/// What a proxy does next.
public enum ProxyAction: Sendable, Equatable {
    /// A frame for a member.
    case send(member: Int, frame: [UInt8])
    /// A member's socket is closed.
    case close(member: Int, code: Int, reason: String)
    /// A question is answered, once.
    case answer(question: Int, ProxyAnswer)
    /// To be kept, durably, before what follows in the list is done.
    case keep(ProxyRecord)
}

/// The answer to a question over HTTP.
public struct ProxyAnswer: Sendable, Equatable {
    public var status: Int
    public var body: ForeignJSON
    /// Seconds after which it is worth asking again; nil where it is not.
    public var retryAfter: Int?

    public init(status: Int, body: ForeignJSON, retryAfter: Int? = nil) {
        self.status = status
        self.body = body
        self.retryAfter = retryAfter
    }
}

/// What outlives the process: terms and messages of wallets that sleep.
public enum ProxyRecord: Sendable, Equatable {
    /// A channel, with the digest of the secret that its wallet joins with.
    case channel(String, secret: Digest256?)
    /// The last terms of a channel; `expires` in milliseconds since 1970, nil: never.
    case terms(channel: String, ForeignJSON, expires: Int64?)
    /// Something for a wallet that is not there.
    case message(channel: String, digest: Digest256, kind: ProxyQuestion.Kind, ForeignJSON)
    /// What a wallet has answered to it.
    case answer(channel: String, digest: Digest256, ProxyAnswer)
}

/// Something that is asked of a wallet.
public struct ProxyQuestion: Sendable, Equatable {
    public enum Kind: Sendable, Equatable {
        case terms
        case payment
        /// A proof for a transaction.
        case proof(transaction: String)
    }

    public var channel: String
    public var kind: Kind
    public var body: ForeignJSON

    public init(channel: String, kind: Kind, body: ForeignJSON = .null) {
        self.channel = channel
        self.kind = kind
        self.body = body
    }

    /// Names what is asked: the same again has the same answer.
    var digest: Digest256 {
        let name: String =
            switch kind {
            case .terms: "terms"
            case .payment: "payment"
            case .proof(let transaction): "proof " + transaction
            }
        return Hash.sha256(Array((channel + "\n" + name + "\n").utf8) + body.bytes)
    }
}

/// How a proxy behaves.
public struct ProxyOptions: Sendable {
    /// What payment addresses begin with: `https://proxy.example`.
    public var publicURL: String
    /// Milliseconds that a wallet has to answer.
    public var answerMilliseconds: Int64 = 10_000
    /// Milliseconds that a channel lives after its last member has joined.
    public var channelMilliseconds: Int64 = 7_200_000
    /// Bytes of a frame towards a peer that has not said how much it takes: payd takes 10,000.
    public var usualFrameBytes = 9_999
    /// Members of one channel.
    public var channelMembers = 16
    /// Channels.
    public var channels = 100_000
    /// Messages that wait for one wallet.
    public var waitingMessages = 100

    public init(publicURL: String) { self.publicURL = publicURL }
}

/// The state of a proxy.
public struct ProxyCore: Sendable {
    /// Somebody at a socket.
    struct Member: Sendable {
        let channel: String
        /// Whether it is the payee's wallet, and may answer.
        let isInternal: Bool
        let frameBytes: Int
    }

    struct Waiting: Sendable {
        let digest: Digest256
        let kind: ProxyQuestion.Kind
        let body: ForeignJSON
    }

    struct ChannelState: Sendable {
        var members: [Int] = []
        var secret: Digest256?
        var expires: Int64
        /// How the wallet spells terms, as far as it has told.
        var kind = SocketMessage.TermsKind.request
        var terms: (json: ForeignJSON, expires: Int64?)?
        var waiting: [Waiting] = []
        var answers: [Digest256: ProxyAnswer] = [:]
    }

    /// Something that a wallet has been asked.
    struct Pending: Sendable {
        let channel: String
        let digest: Digest256
        let kind: ProxyQuestion.Kind
        let body: ForeignJSON
        let deadline: Int64
        var questions: [Int]
    }

    let options: ProxyOptions
    var members: [Int: Member] = [:]
    var channels: [String: ChannelState] = [:]
    /// By correlation.
    var pending: [String: Pending] = [:]
    /// The correlation of what is asked already, by digest.
    var asked: [Digest256: String] = [:]
    private var lastMember = 0

    /// A channel that every wallet of the originals joins to see whether the proxy lives.
    public static let healthChannel = "health"

    public init(_ options: ProxyOptions) { self.options = options }

    /// Takes in what was kept.
    public mutating func restore(_ record: ProxyRecord, now: Int64) {
        switch record {
        case .channel(let name, let secret):
            channels[name, default: fresh(now)].secret = secret
        case .terms(let name, let json, let expires):
            channels[name, default: fresh(now)].terms = (json, expires)
        case .message(let name, let digest, let kind, let body):
            channels[name, default: fresh(now)].waiting.append(
                Waiting(digest: digest, kind: kind, body: body))
        case .answer(let name, let digest, let answer):
            channels[name, default: fresh(now)].waiting.removeAll { $0.digest == digest }
            channels[name, default: fresh(now)].answers[digest] = answer
        }
    }

    private func fresh(_ now: Int64) -> ChannelState {
        ChannelState(expires: now + options.channelMilliseconds)
    }

    /// Members at sockets.
    public var memberCount: Int { members.count }

    // MARK: - Joining

    /// Why somebody may not join.
    public enum Refusal: Error, Sendable, Equatable {
        /// 404: there is no such channel.
        case unknownChannel
        /// 403: the channel belongs to somebody else.
        case wrongSecret
        /// 503: there are too many.
        case full
        /// 400: a name that no channel has.
        case malformedName
    }

    /// Whether somebody may join; asked before the socket is opened.
    /// - Throws: `Refusal`.
    public func check(
        _ channel: String, isInternal: Bool, secret: String?
    ) throws(Refusal) {
        if channel == Self.healthChannel { return }
        guard Self.isName(channel) else { throw .malformedName }
        guard let state = channels[channel] else {
            guard isInternal else { throw .unknownChannel }
            guard channels.count < options.channels else { throw .full }
            return
        }
        guard state.members.count < options.channelMembers else { throw .full }
        if isInternal, let known = state.secret, secret.map(Self.digest) != known {
            throw .wrongSecret
        }
        // Whoever came without a secret holds the channel only as long as he is there.
        if isInternal, state.secret == nil, secret != nil,
            state.members.contains(where: { members[$0]?.isInternal == true })
        {
            throw .wrongSecret
        }
    }

    /// Six letters and digits at least, as payd's pattern has it.
    static func isName(_ text: String) -> Bool {
        (6...Limits.paymentNameBytes).contains(text.utf8.count)
            && text.utf8.allSatisfy {
                (0x30...0x39).contains($0) || (0x41...0x5a).contains($0)
                    || (0x61...0x7a).contains($0) || $0 == 0x2d || $0 == 0x5f
            }
    }

    private static func digest(_ secret: String) -> Digest256 { Hash.sha256(Array(secret.utf8)) }

    /// Somebody has joined.
    /// - Parameters:
    ///   - frameBytes: how much he takes at once, as far as he has told.
    ///   - client: random: names him in messages.
    /// - Returns: his number.
    /// - Throws: `Refusal`.
    public mutating func join(
        _ channel: String, isInternal: Bool, secret: String?, frameBytes: Int?,
        _ stamp: ProxyStamp
    ) throws(Refusal) -> (member: Int, actions: [ProxyAction]) {
        try check(channel, isInternal: isInternal, secret: secret)
        lastMember += 1
        let number = lastMember
        var actions: [ProxyAction] = []
        members[number] = Member(
            channel: channel, isInternal: isInternal,
            frameBytes: frameBytes ?? options.usualFrameBytes)
        if channel != Self.healthChannel {
            var state = channels[channel] ?? fresh(stamp.now)
            if isInternal, state.secret == nil, let secret {
                state.secret = Self.digest(secret)
                actions.append(.keep(.channel(channel, secret: state.secret)))
            }
            state.members.append(number)
            state.expires = stamp.now + options.channelMilliseconds
            channels[channel] = state
        }
        var joined = SocketMessage(
            type: SocketMessage.Kind.joined, channel: channel, id: stamp.identifier(0),
            timestamp: stamp.text)
        joined.client = stamp.identifier(1)
        actions.append(.send(member: number, frame: joined.bytes))
        if isInternal { actions += deliver(channel, stamp) }
        return (number, actions)
    }

    /// What has waited for a wallet is brought to it.
    private mutating func deliver(_ channel: String, _ stamp: ProxyStamp) -> [ProxyAction] {
        var actions: [ProxyAction] = []
        for (index, waiting) in (channels[channel]?.waiting ?? []).enumerated()
        where asked[waiting.digest] == nil {
            actions += ask(
                ProxyQuestion(channel: channel, kind: waiting.kind, body: waiting.body),
                waiting.digest, question: nil, stamp.advanced(index + 2))
        }
        return actions
    }

    /// Somebody is gone.
    public mutating func leave(_ number: Int) {
        guard let member = members.removeValue(forKey: number) else { return }
        channels[member.channel]?.members.removeAll { $0 == number }
        guard let state = channels[member.channel], state.members.isEmpty else { return }
        // What nobody can come back to is forgotten.
        if state.secret == nil, state.terms == nil, state.waiting.isEmpty {
            channels[member.channel] = nil
        }
    }

    // MARK: - Time

    /// What has taken too long ends.
    public mutating func tick(_ stamp: ProxyStamp) -> [ProxyAction] {
        var actions: [ProxyAction] = []
        for (correlation, late) in pending where late.deadline <= stamp.now {
            pending[correlation] = nil
            asked[late.digest] = nil
            for question in late.questions {
                actions.append(
                    .answer(question: question, ProxyProblem.timeout.answer(stamp.identifier(0))))
            }
        }
        for (name, state) in channels where state.expires <= stamp.now {
            let expired = SocketMessage(
                type: SocketMessage.Kind.channelExpired, channel: name, id: stamp.identifier(0),
                timestamp: stamp.text)
            for member in state.members {
                actions.append(.send(member: member, frame: expired.bytes))
                actions.append(.close(member: member, code: 1000, reason: "channel expired"))
            }
            channels[name]?.expires = stamp.now + options.channelMilliseconds
            if let expires = state.terms?.expires, expires <= stamp.now {
                channels[name]?.terms = nil
            }
        }
        return actions
    }
}

/// When something happens, and names for it: the core has neither a clock nor randomness.
public struct ProxyStamp: Sendable {
    /// Milliseconds since 1970.
    public let now: Int64
    private let seed: [UInt8]

    /// - Parameter seed: random bytes.
    public init(now: Int64, seed: [UInt8]) {
        self.now = now
        self.seed = seed
    }

    /// RFC 3339.
    var text: String { Timestamp(milliseconds: now)?.text ?? "" }

    /// A random UUID of version 4 (RFC 9562), the same for the same index.
    func identifier(_ index: Int) -> String {
        var bytes = Array(Hash.sha256(seed + Array(String(index).utf8)).bytes.prefix(16))
        bytes[6] = bytes[6] & 0x0f | 0x40
        bytes[8] = bytes[8] & 0x3f | 0x80
        let digits = Hexadecimal.encode(bytes)
        var text = ""
        for (place, digit) in digits.enumerated() {
            if [8, 12, 16, 20].contains(place) { text += "-" }
            text.append(digit)
        }
        return text
    }

    func advanced(_ index: Int) -> ProxyStamp {
        ProxyStamp(now: now, seed: seed + Array("/\(index)".utf8))
    }
}
