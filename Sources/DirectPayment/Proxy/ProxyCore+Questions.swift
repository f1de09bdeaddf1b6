// Questions over HTTP: to the wallet that is there, or kept for the one that sleeps.
import Bytes
import Cryptography
import Documents

extension ProxyCore {
    /// Somebody asks over HTTP. The answer comes as an action, now or later, once.
    /// - Parameter number: names the question in actions.
    public mutating func ask(
        _ question: ProxyQuestion, number: Int, _ stamp: ProxyStamp
    ) -> [ProxyAction] {
        guard let state = channels[question.channel] else {
            return [.answer(question: number, ProxyProblem.unknownInvoice.answer(stamp))]
        }
        let digest = question.digest
        let isAwake = !wallets(question.channel).isEmpty
        if question.kind != .terms,
            let known = state.answers.first(where: { $0.digest == digest })?.answer,
            known.status < 300 || !isAwake
        {
            // What is paid is paid. A refusal may be thought over by whoever is there.
            return [.answer(question: number, known)]
        }
        // The same is being asked already: one payment, however often it is sent.
        if isAwake, let correlation = asked[digest] {
            return join(number, to: correlation, stamp)
        }
        guard isAwake else { return asleep(question, digest, number, state, stamp) }
        return askWallets(question, digest, asker: number, stamp)
    }

    private mutating func join(
        _ number: Int, to correlation: String, _ stamp: ProxyStamp
    ) -> [ProxyAction] {
        guard let known = pending[correlation] else { return [] }
        pending[correlation]?.askers.append(
            Asker(number: number, deadline: stamp.now + options.answerMilliseconds))
        pending[correlation]?.ends = stamp.now + options.lateMilliseconds
        // Nobody has waited any more: the wallet may have forgotten it.
        guard known.askers.isEmpty else { return [] }
        return able(known.question.channel, known.frame.count).map {
            .send(member: $0, frame: known.frame)
        }
    }

    /// Wallets that take a frame of this size.
    private func able(_ channel: String, _ bytes: Int) -> [Int] {
        wallets(channel).filter { members[$0].map { bytes <= $0.frameBytes } ?? false }
    }

    /// What is answered while the wallet is not there.
    mutating func asleep(
        _ question: ProxyQuestion, _ digest: Digest256, _ number: Int, _ state: ChannelState,
        _ stamp: ProxyStamp
    ) -> [ProxyAction] {
        func refused(_ problem: ProxyProblem) -> [ProxyAction] {
            [.answer(question: number, problem.answer(stamp))]
        }
        // Whose a channel without a secret is, nobody knows: nothing is kept for it.
        guard state.secret != nil else { return refused(.unknownInvoice) }
        if question.kind == .terms {
            guard let terms = state.terms, terms.expires.map({ $0 > stamp.now }) ?? true else {
                return refused(.unknownInvoice)
            }
            return [.answer(question: number, ProxyAnswer(status: 200, body: terms.body))]
        }
        var actions: [ProxyAction] = []
        if !state.waiting.contains(where: { $0.digest == digest }) {
            guard state.waiting.count < options.waitingMessages,
                heldBytes + question.body.count <= options.waitingBytes
            else { return refused(.full) }
            heldBytes += question.body.count
            channels[question.channel]?.waiting.append(
                Waiting(digest: digest, kind: question.kind, body: question.body))
            actions.append(
                .keep(
                    .message(
                        channel: question.channel, digest: digest, kind: question.kind,
                        question.body)))
        }
        let stored: ForeignJSON = [
            "id": .string(question.channel), "tx_id": "",
            "memo":
                "stored: the payee's wallet sleeps; send the same again to see what became of it",
            "peer_channel": .null,
        ]
        let body = question.kind == .payment ? stored : .null
        actions.append(
            .answer(question: number, ProxyAnswer(status: 202, body, retryAfter: 30)))
        return actions
    }

    /// Asks all wallets of a channel; the first answer counts.
    mutating func askWallets(
        _ question: ProxyQuestion, _ digest: Digest256, asker number: Int?, _ stamp: ProxyStamp
    ) -> [ProxyAction] {
        func refused(_ problem: ProxyProblem) -> [ProxyAction] {
            number.map { [.answer(question: $0, problem.answer(stamp))] } ?? []
        }
        let (correlation, frame) = frame(question, stamp)
        let able = able(question.channel, frame.count)
        guard !able.isEmpty else { return refused(.tooLarge) }
        guard pending.count < options.questions,
            heldBytes + frame.count <= options.waitingBytes,
            pending[correlation] == nil
        else { return refused(.full) }
        let actions = able.map { ProxyAction.send(member: $0, frame: frame) }
        if case .proof = question.kind, !able.contains(where: { members[$0]?.isOurs == true }) {
            // The originals answer nothing to a proof.
            return actions + takenOver(question, digest, number)
        }
        heldBytes += frame.count
        let isNew = question.kind == .terms && channels[question.channel]?.kind == nil
        pending[correlation] = Pending(
            question: question, digest: digest, frame: frame,
            askers: number.map {
                [Asker(number: $0, deadline: stamp.now + options.answerMilliseconds)]
            } ?? [],
            otherWords: isNew ? stamp.now + options.otherWordsMilliseconds : nil,
            ends: stamp.now + options.lateMilliseconds)
        asked[digest] = correlation
        channels[question.channel]?.asked.append(correlation)
        return actions
    }

    private mutating func takenOver(
        _ question: ProxyQuestion, _ digest: Digest256, _ number: Int?
    ) -> [ProxyAction] {
        let answer = ProxyAnswer(status: 201, .null)
        note(answer, to: digest, in: question.channel)
        var actions: [ProxyAction] = []
        if channels[question.channel]?.secret != nil {
            actions.append(.keep(.answer(channel: question.channel, digest: digest, answer)))
        }
        return actions + (number.map { [.answer(question: $0, answer)] } ?? [])
    }

    private func frame(
        _ question: ProxyQuestion, _ stamp: ProxyStamp
    ) -> (correlation: String, frame: [UInt8]) {
        var message = SocketMessage(
            type: "", channel: question.channel, application: "dpp", id: stamp.identifier(1),
            timestamp: stamp.text)
        message.correlation = stamp.identifier(0)
        switch question.kind {
        case .terms:
            message.type = (channels[question.channel]?.kind ?? .request).create
        case .payment: message.type = SocketMessage.Kind.payment
        case .proof(let transaction):
            message.type = SocketMessage.Kind.proof
            // The originals correlate a proof by its transaction, and answer nothing.
            if !wallets(question.channel).contains(where: { members[$0]?.isOurs == true }) {
                message.correlation = transaction
            }
            message.headers = [("X-Tx-Id", [transaction])]
        }
        return (message.correlation, message.bytes(body: question.body))
    }
}
