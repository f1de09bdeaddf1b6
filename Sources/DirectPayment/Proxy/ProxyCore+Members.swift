// Who joins a channel, and who may not.
import Bytes
import Cryptography
import Documents

/// Somebody who wants to join.
public struct ProxyJoin: Sendable, Equatable {
    /// The invoice.
    public var channel: String
    /// Whether it says that it is the payee's wallet.
    public var isInternal: Bool
    /// What binds a channel to its wallet.
    public var secret: String?
    /// What the operator has given out to those who may open channels.
    public var admission: String?
    /// How much it takes at once, as far as it has told.
    public var frameBytes: Int?
    /// From where it comes; nil: from this machine.
    public var origin: String?

    /// Somebody who wants to join.
    public init(channel: String, isInternal: Bool, secret: String? = nil) {
        self.channel = channel
        self.isInternal = isInternal
        self.secret = secret
    }
}

extension ProxyCore {
    /// Why somebody may not join.
    public enum Refusal: Error, Sendable, Equatable {
        /// 404: there is no such channel.
        case unknownChannel
        /// 403: the channel belongs to somebody else.
        case wrongSecret
        /// 401: whoever opens a channel here has to be let in by the operator.
        case notAdmitted
        /// 401: a wallet has to bring a secret.
        case missingSecret
        /// 503: there are too many.
        case full
        /// 400: a name that no channel has.
        case malformedName
    }

    /// Whether somebody may join; asked before the socket is opened.
    /// - Throws: `Refusal`.
    public func check(_ join: ProxyJoin) throws(Refusal) {
        if join.channel == Self.healthChannel { return }
        guard Self.isName(join.channel) else { throw .malformedName }
        let state = channels[join.channel]
        if join.isInternal {
            if options.requiresSecret, join.secret == nil { throw .missingSecret }
            if let state { try checkOwner(join, state) } else { try checkOpening(join) }
        }
        guard let state else {
            guard join.isInternal else { throw .unknownChannel }
            return
        }
        guard state.members.count < options.channelMembers else { throw .full }
    }

    private func checkOwner(_ join: ProxyJoin, _ state: ChannelState) throws(Refusal) {
        if let known = state.secret {
            guard join.secret.map(Self.digest) == known else { throw .wrongSecret }
            return
        }
        // Whoever came without a secret holds the channel only as long as he is there. The same
        // wallet may join twice; a stranger comes from elsewhere, or with a secret.
        let holders = wallets(join.channel)
        if holders.isEmpty { return try checkAdmission(join) }
        guard join.secret == nil, holders.allSatisfy({ members[$0]?.origin == join.origin })
        else { throw .wrongSecret }
    }

    private func checkOpening(_ join: ProxyJoin) throws(Refusal) {
        try checkAdmission(join)
        guard channels.count < options.channels else { throw .full }
        if let origin = join.origin, origins[origin, default: 0] >= options.channelsOfOrigin {
            throw .full
        }
    }

    private func checkAdmission(_ join: ProxyJoin) throws(Refusal) {
        guard let admission = options.admission else { return }
        guard join.admission.map(Self.digest) == admission else { throw .notAdmitted }
    }

    /// Six letters and digits at least, as payd's pattern has it.
    static func isName(_ text: String) -> Bool {
        (Limits.proxyShortestName...Limits.paymentNameBytes).contains(text.utf8.count)
            && text != healthChannel
            && text.utf8.allSatisfy {
                (0x30...0x39).contains($0) || (0x41...0x5a).contains($0)
                    || (0x61...0x7a).contains($0) || $0 == 0x2d || $0 == 0x5f
            }
    }

    /// Digests are compared, so that the time says nothing of the secret.
    private static func digest(_ secret: String) -> Digest256 { Hash.sha256(Array(secret.utf8)) }

    /// Somebody has joined.
    /// - Returns: his number.
    /// - Throws: `Refusal`.
    public mutating func join(
        _ join: ProxyJoin, _ stamp: ProxyStamp
    ) throws(Refusal) -> (member: Int, actions: [ProxyAction]) {
        try check(join)
        lastMember += 1
        let number = lastMember
        var actions: [ProxyAction] = []
        members[number] = Member(
            channel: join.channel, isInternal: join.isInternal,
            frameBytes: join.frameBytes ?? options.usualFrameBytes,
            isOurs: join.frameBytes != nil, origin: join.origin)
        if join.channel != Self.healthChannel {
            open(join.channel, origin: join.origin, stamp.now)
            if join.isInternal, channels[join.channel]?.secret == nil, let secret = join.secret {
                let digest = Self.digest(secret)
                channels[join.channel]?.secret = digest
                actions.append(.keep(.channel(join.channel, secret: digest)))
            }
            channels[join.channel]?.members.append(number)
            channels[join.channel]?.expires = stamp.now + options.channelMilliseconds
            if join.isInternal { channels[join.channel]?.heard = stamp.now }
        }
        var joined = SocketMessage(
            type: SocketMessage.Kind.joined, channel: join.channel, id: stamp.identifier(0),
            timestamp: stamp.text)
        joined.client = stamp.identifier(1)
        // The originals say nothing of it, and nobody who has not asked is told.
        if join.frameBytes != nil {
            joined.headers = [(SocketMessage.frameBytesHeader, [String(options.frameBytes)])]
        }
        actions.append(.send(member: number, frame: joined.bytes))
        if join.isInternal { actions += deliver(to: number, join.channel, stamp) }
        return (number, actions)
    }

    /// What has waited for a wallet is brought to it, and what it may have missed.
    private mutating func deliver(
        to number: Int, _ channel: String, _ stamp: ProxyStamp
    ) -> [ProxyAction] {
        guard let state = channels[channel], let member = members[number] else { return [] }
        var actions: [ProxyAction] = state.asked.compactMap { correlation in
            guard let frame = pending[correlation]?.frame, frame.count <= member.frameBytes
            else { return nil }
            return .send(member: number, frame: frame)
        }
        for (index, waiting) in state.waiting.enumerated() where asked[waiting.digest] == nil {
            actions += askWallets(
                ProxyQuestion(channel: channel, kind: waiting.kind, body: waiting.body),
                waiting.digest, asker: nil, stamp.advanced(index + 2))
        }
        return actions
    }

    /// Somebody is gone.
    public mutating func leave(_ number: Int, now: Int64) {
        guard let member = members.removeValue(forKey: number),
            channels[member.channel] != nil
        else { return }
        channels[member.channel]?.members.removeAll { $0 == number }
        if member.isInternal {
            channels[member.channel]?.heard = now
        } else if let askers = channels[member.channel]?.askers, !askers.isEmpty {
            channels[member.channel]?.askers = askers.filter { $0.value != number }
        }
        forgetIfEmpty(member.channel)
    }

    /// What nobody can come back to is forgotten.
    mutating func forgetIfEmpty(_ name: String) {
        guard let state = channels[name], state.members.isEmpty, state.secret == nil,
            state.asked.isEmpty
        else { return }
        forget(name)
    }
}
