// Questions over HTTP, and the frames that answer them.
import Bytes
import Cryptography
import Documents

extension ProxyCore {
    /// Somebody asks over HTTP. The answer comes as an action, now or later, once.
    /// - Parameter number: names the question in actions.
    public mutating func ask(
        _ question: ProxyQuestion, number: Int, _ stamp: ProxyStamp
    ) -> [ProxyAction] {
        func refused(_ problem: ProxyProblem) -> [ProxyAction] {
            [.answer(question: number, problem.answer(stamp.identifier(0)))]
        }
        guard let state = channels[question.channel] else { return refused(.unknownInvoice) }
        let digest = question.digest
        if question.kind != .terms, let known = state.answers[digest] {
            return [.answer(question: number, known)]
        }
        // The same is being asked already: one payment, however often it is sent.
        if let correlation = asked[digest] {
            pending[correlation]?.questions.append(number)
            return []
        }
        if state.members.contains(where: { members[$0]?.isInternal == true }) {
            return ask(question, digest, question: number, stamp)
        }
        return asleep(question, digest, number, state, stamp)
    }

    private mutating func asleep(
        _ question: ProxyQuestion, _ digest: Digest256, _ number: Int, _ state: ChannelState,
        _ stamp: ProxyStamp
    ) -> [ProxyAction] {
        func refused(_ problem: ProxyProblem) -> [ProxyAction] {
            [.answer(question: number, problem.answer(stamp.identifier(0)))]
        }
        if question.kind == .terms {
            guard let terms = state.terms, terms.expires.map({ $0 > stamp.now }) ?? true else {
                return refused(.unknownInvoice)
            }
            return [.answer(question: number, ProxyAnswer(status: 200, body: terms.json))]
        }
        guard state.terms != nil || state.secret != nil else { return refused(.unknownInvoice) }
        var actions: [ProxyAction] = []
        if !state.waiting.contains(where: { $0.digest == digest }) {
            guard state.waiting.count < options.waitingMessages else { return refused(.full) }
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
        actions.append(
            .answer(question: number, ProxyAnswer(status: 202, body: stored, retryAfter: 30)))
        return actions
    }

    /// Asks all wallets of a channel; the first answer counts.
    mutating func ask(
        _ question: ProxyQuestion, _ digest: Digest256, question number: Int?, _ stamp: ProxyStamp
    ) -> [ProxyAction] {
        guard let state = channels[question.channel] else { return [] }
        var correlation = stamp.identifier(0)
        var message = SocketMessage(
            type: "", channel: question.channel, application: "dpp", body: question.body,
            id: stamp.identifier(1), timestamp: stamp.text)
        switch question.kind {
        case .terms: message.type = state.kind.create
        case .payment: message.type = SocketMessage.Kind.payment
        case .proof(let transaction):
            message.type = SocketMessage.Kind.proof
            // The originals correlate a proof by its transaction.
            correlation = transaction
            message.headers = [("X-Tx-Id", [transaction])]
        }
        message.correlation = correlation
        let frame = message.bytes
        let wallets = state.members.filter { members[$0]?.isInternal == true }
        let able = wallets.filter { members[$0].map { frame.count <= $0.frameBytes } ?? false }
        guard !able.isEmpty else {
            return number.map {
                [.answer(question: $0, ProxyProblem.tooLarge.answer(stamp.identifier(2)))]
            } ?? []
        }
        var actions = able.map { ProxyAction.send(member: $0, frame: frame) }
        if case .proof = question.kind {
            // Nothing is answered to a proof.
            channels[question.channel]?.waiting.removeAll { $0.digest == digest }
            let answer = ProxyAnswer(status: 201, body: .null)
            actions.append(.keep(.answer(channel: question.channel, digest: digest, answer)))
            channels[question.channel]?.answers[digest] = answer
            return actions + (number.map { [.answer(question: $0, answer)] } ?? [])
        }
        pending[correlation] = Pending(
            channel: question.channel, digest: digest, kind: question.kind, body: question.body,
            deadline: stamp.now + options.answerMilliseconds,
            questions: number.map { [$0] } ?? [])
        asked[digest] = correlation
        return actions
    }

    // MARK: - Frames

    /// A member has sent a frame.
    public mutating func receive(
        _ frame: [UInt8], from number: Int, _ stamp: ProxyStamp
    ) -> [ProxyAction] {
        guard let member = members[number], member.channel != Self.healthChannel else { return [] }
        let message: SocketMessage
        do throws(DirectPaymentError) { message = try SocketMessage(frame) } catch {
            return [.send(member: number, frame: error.frame(member.channel, stamp).bytes)]
        }
        switch message.type {
        case SocketMessage.Kind.health: return []
        case SocketMessage.Kind.getInfo: return [info(number, member, stamp)]
        case SocketMessage.Kind.joined, SocketMessage.Kind.left,
            SocketMessage.Kind.channelExpired, SocketMessage.Kind.channelClosed:
            return []
        default: break
        }
        if Self.answers(message.type) {
            // Whoever is not the payee's wallet answers nothing: the originals take the first frame
            // with the right correlation from anybody.
            guard member.isInternal else { return [] }
            if let asked = pending[message.correlation], asked.channel == member.channel {
                return conclude(message, asked, stamp)
            }
        }
        return broadcast(message, frame, in: member.channel)
    }

    static func answers(_ type: String) -> Bool {
        type.hasSuffix(".response") || type.hasSuffix(".error")
            || type == SocketMessage.Kind.acknowledgement
    }

    private func info(_ number: Int, _ member: Member, _ stamp: ProxyStamp) -> ProxyAction {
        let message = SocketMessage(
            type: SocketMessage.Kind.info, channel: member.channel,
            body: ["members": ForeignJSON(channels[member.channel]?.members.count ?? 0)],
            id: stamp.identifier(0), timestamp: stamp.text)
        return .send(member: number, frame: message.bytes)
    }

    /// What no question over HTTP waits for goes to all members, the sender among them.
    private func broadcast(
        _ message: SocketMessage, _ frame: [UInt8], in channel: String
    ) -> [ProxyAction] {
        var message = message
        message.channel = channel
        let bytes = message.bytes
        return (channels[channel]?.members ?? []).compactMap { number in
            guard let member = members[number], bytes.count <= member.frameBytes else { return nil }
            return .send(member: number, frame: bytes)
        }
    }

    private mutating func conclude(
        _ message: SocketMessage, _ asked: Pending, _ stamp: ProxyStamp
    ) -> [ProxyAction] {
        pending[message.correlation] = nil
        self.asked[asked.digest] = nil
        var actions: [ProxyAction] = []
        let answer: ProxyAnswer
        if message.type.hasSuffix(".error") {
            answer = Self.failure(message.body)
        } else if asked.kind == .terms {
            (answer, actions) = terms(message, asked.channel, stamp)
        } else {
            let isRefused = message.body["error"]?.integer.map { $0 > 0 } ?? false
            answer = ProxyAnswer(status: isRefused ? 422 : 201, body: message.body)
        }
        if asked.kind == .payment {
            // What a wallet has said of a payment it has said for good.
            channels[asked.channel]?.waiting.removeAll { $0.digest == asked.digest }
            channels[asked.channel]?.answers[asked.digest] = answer
            actions.append(.keep(.answer(channel: asked.channel, digest: asked.digest, answer)))
        }
        return actions + asked.questions.map { .answer(question: $0, answer) }
    }

    private static func failure(_ body: ForeignJSON) -> ProxyAnswer {
        switch body["code"]?.string {
        case "404", "N0001", "N00001": ProxyAnswer(status: 404, body: body)
        case "400": ProxyAnswer(status: 400, body: body)
        case "409", "D001": ProxyAnswer(status: 409, body: body)
        case "E001", "U102", "422": ProxyAnswer(status: 422, body: body)
        default: ProxyAnswer(status: 500, body: body)
        }
    }

    /// A wallet's terms as they go out: payments come through here.
    private mutating func terms(
        _ message: SocketMessage, _ channel: String, _ stamp: ProxyStamp
    ) -> (ProxyAnswer, [ProxyAction]) {
        let bad = ProxyProblem.badAnswer.answer(stamp.identifier(0))
        guard let (terms, dialect, _) = try? PaymentTerms.read(message.body),
            !terms.outputs.isEmpty || !terms.promises.isEmpty,
            terms.outputs.isEmpty || dialect == .bip270 || terms.fees != nil
        else { return (bad, []) }
        channels[channel]?.kind =
            message.type == SocketMessage.TermsKind.terms.response
            ? .terms : .request
        let body =
            dialect == .enveloped
            ? message.body : message.body.setting("paymentUrl", .string(address(of: channel)))
        let expires = terms.expires?.milliseconds
        channels[channel]?.terms = (body, expires)
        return (
            ProxyAnswer(status: 200, body: body),
            [.keep(.terms(channel: channel, body, expires: expires))]
        )
    }

    /// Where the payments of a channel are sent.
    public func address(of channel: String) -> String {
        options.publicURL + "/api/v1/payment/" + channel
    }
}

extension ForeignJSON {
    /// The object with another value for a member, whatever the case of its name.
    func setting(_ name: String, _ value: ForeignJSON) -> ForeignJSON {
        guard case .object(let members) = self else { return self }
        let wanted = name.lowercased()
        guard members.contains(where: { $0.name.lowercased() == wanted }) else {
            return .object(members + [Member(name, value)])
        }
        return .object(
            members.map { $0.name.lowercased() == wanted ? Member(name, value) : $0 })
    }
}

extension DirectPaymentError {
    /// The error as the protocol tells it to whoever sent what is wrong.
    func frame(_ channel: String, _ stamp: ProxyStamp) -> SocketMessage {
        SocketMessage(
            type: SocketMessage.Kind.error, channel: channel,
            body: [
                "Title": "Bad Request", "Description": .string(message), "ErrCode": "400",
            ], id: stamp.identifier(0), timestamp: stamp.text)
    }

    /// A sentence for people.
    public var message: String {
        switch self {
        case .malformedMessage(let reason): "a message cannot be read: \(reason)"
        case .malformed(let document, let reason): "the \(document) cannot be read: \(reason)"
        case .requirement(let name): "'\(name)' is required, and not known here"
        case .unknownSchema(let version): "the store has version \(version)"
        }
    }
}
