// What has taken too long.
import Documents

extension ProxyCore {
    /// What has taken too long ends.
    public mutating func tick(_ stamp: ProxyStamp) -> [ProxyAction] {
        var actions = lateAnswers(stamp)
        if nextSweep <= stamp.now { actions += sweep(stamp) }
        return actions
    }

    private mutating func lateAnswers(_ stamp: ProxyStamp) -> [ProxyAction] {
        var actions: [ProxyAction] = []
        var index = 0
        for (correlation, late) in pending {
            if let moment = late.otherWords, moment <= stamp.now, !late.askers.isEmpty {
                actions += askInOtherWords(correlation)
            }
            // Nobody waits for a wallet that has gone.
            let isAlone =
                channels[late.question.channel]?.secret != nil
                && wallets(late.question.channel).isEmpty
            let overdue = late.askers.filter { isAlone || $0.deadline <= stamp.now }
            if !overdue.isEmpty {
                pending[correlation]?.askers = late.askers.filter {
                    !isAlone && $0.deadline > stamp.now
                }
            }
            for asker in overdue {
                index += 1
                actions += unanswered(late, asker.number, stamp.advanced(index))
            }
            if late.ends <= stamp.now { drop(correlation) }
        }
        return actions
    }

    /// Nobody has answered: a wallet that is gone is asked when it comes back.
    private mutating func unanswered(
        _ late: Pending, _ number: Int, _ stamp: ProxyStamp
    ) -> [ProxyAction] {
        guard wallets(late.question.channel).isEmpty,
            let state = channels[late.question.channel], state.secret != nil
        else {
            return [.answer(question: number, ProxyProblem.timeout.answer(stamp.identifier(0)))]
        }
        return asleep(late.question, late.digest, number, state, stamp)
    }

    /// Forgets what a wallet was asked.
    mutating func drop(_ correlation: String) {
        guard let gone = pending.removeValue(forKey: correlation) else { return }
        asked[gone.digest] = nil
        heldBytes -= gone.frame.count
        channels[gone.question.channel]?.asked.removeAll { $0 == correlation }
        forgetIfEmpty(gone.question.channel)
    }

    /// ElectrumSV has another word for terms.
    private mutating func askInOtherWords(_ correlation: String) -> [ProxyAction] {
        pending[correlation]?.otherWords = nil
        guard let late = pending[correlation], late.question.kind == .terms,
            channels[late.question.channel]?.kind == nil,
            var message = try? SocketMessage(late.frame)
        else { return [] }
        message.type = SocketMessage.TermsKind.terms.create
        let frame = message.bytes
        return wallets(late.question.channel).map { .send(member: $0, frame: frame) }
    }

    /// Sockets of channels that are over are closed; what is kept of channels is forgotten in time.
    private mutating func sweep(_ stamp: ProxyStamp) -> [ProxyAction] {
        var actions: [ProxyAction] = []
        var next = Int64.max
        for name in Array(channels.keys) {
            guard let state = channels[name] else { continue }
            if state.members.isEmpty {
                let end = end(of: state)
                if end <= stamp.now {
                    if state.secret != nil { actions.append(.keep(.forgotten(channel: name))) }
                    forget(name)
                } else {
                    next = min(next, end)
                }
            } else if state.expires <= stamp.now {
                let expired = SocketMessage(
                    type: SocketMessage.Kind.channelExpired, channel: name,
                    id: stamp.identifier(0), timestamp: stamp.text)
                for member in state.members {
                    actions.append(.send(member: member, frame: expired.bytes))
                    actions.append(.close(member: member, code: 1000, reason: "channel expired"))
                }
                // Whoever does not go is told again.
                channels[name]?.expires = stamp.now + options.channelMilliseconds
                next = min(next, stamp.now + options.channelMilliseconds)
            } else {
                next = min(next, state.expires)
            }
        }
        nextSweep = max(next, stamp.now + Self.sweepMilliseconds)
        return actions
    }

    /// Between two looks at all channels.
    private static let sweepMilliseconds: Int64 = 1_000

    /// When nothing of a channel is kept any more.
    private func end(of state: ChannelState) -> Int64 {
        // A wallet that never had anything to offer is not waited for as long.
        guard state.terms != nil || !state.waiting.isEmpty || !state.answers.isEmpty else {
            return state.heard + options.channelMilliseconds
        }
        return max(state.heard, state.terms?.expires ?? 0) + options.keptMilliseconds
    }
}
