// Frames of members: answers to questions over HTTP, and what payers and wallets say to each other.
import Bytes
import Cryptography
import Documents

extension ProxyCore {
    /// A member has sent a frame.
    public mutating func receive(
        _ frame: [UInt8], from number: Int, _ stamp: ProxyStamp
    ) -> [ProxyAction] {
        guard let member = members[number], member.channel != Self.healthChannel else { return [] }
        let message: SocketMessage
        do throws(DirectPaymentError) { message = try SocketMessage(frame) } catch {
            return [complaint(error.message, number, member)]
        }
        switch message.type {
        case SocketMessage.Kind.health: return []
        case SocketMessage.Kind.getInfo: return [info(number, member, stamp)]
        case SocketMessage.Kind.joined, SocketMessage.Kind.left, SocketMessage.Kind.info,
            SocketMessage.Kind.error, SocketMessage.Kind.channelExpired,
            SocketMessage.Kind.channelClosed:
            return []
        default: break
        }
        guard member.isInternal else { return payerSays(message, number, member, stamp) }
        channels[member.channel]?.heard = stamp.now
        if let asked = pending[message.correlation], asked.question.channel == member.channel {
            guard Self.answers(message.type, asked.question.kind) else { return [] }
            return conclude(message, asked, stamp)
        }
        return walletSays(message, number, member)
    }

    /// Whether a type is an answer at all: nobody but the payee's wallet may send one.
    static func answers(_ type: String) -> Bool {
        type.hasSuffix(".response") || type.hasSuffix(".error") || type.hasSuffix(".ack")
    }

    /// Whether a type answers a question of a kind.
    private static func answers(_ type: String, _ kind: ProxyQuestion.Kind) -> Bool {
        switch kind {
        case .terms:
            SocketMessage.TermsKind.allCases.contains { [$0.response, $0.error].contains(type) }
        case .payment:
            [SocketMessage.Kind.acknowledgement, SocketMessage.Kind.paymentError].contains(type)
        case .proof:
            [SocketMessage.Kind.proofTaken, SocketMessage.Kind.proofError].contains(type)
        }
    }

    private func complaint(_ reason: String, _ number: Int, _ member: Member) -> ProxyAction {
        let failure = SocketFailure(
            title: "Bad Request", description: reason, code: "400", channel: member.channel)
        return .send(member: number, frame: failure.bytes)
    }

    private func info(_ number: Int, _ member: Member, _ stamp: ProxyStamp) -> ProxyAction {
        let message = SocketMessage(
            type: SocketMessage.Kind.info, channel: member.channel,
            body: ["members": ForeignJSON(channels[member.channel]?.members.count ?? 0)],
            id: stamp.identifier(0), timestamp: stamp.text)
        return .send(member: number, frame: message.bytes)
    }

    // MARK: - Payers and wallets among themselves

    /// What a payer says is for the payee's wallets, and echoed to him; other payers do not hear it.
    private mutating func payerSays(
        _ message: SocketMessage, _ number: Int, _ member: Member, _ stamp: ProxyStamp
    ) -> [ProxyAction] {
        // The originals let anybody answer.
        guard !Self.answers(message.type) else { return [] }
        let askers = channels[member.channel]?.askers ?? [:]
        let isTaken = askers[message.correlation].map { $0 != number } ?? false
        guard !isTaken, pending[message.correlation] == nil else {
            return [complaint("the correlation is somebody else's", number, member)]
        }
        guard askers.count < Limits.proxyAskers || askers[message.correlation] != nil else {
            return [complaint("too many questions", number, member)]
        }
        channels[member.channel]?.askers[message.correlation] = number
        let wallets = wallets(member.channel)
        guard !wallets.isEmpty else {
            return echo(message, to: [number], member.channel)
                + asleep(message, number, member, stamp)
        }
        return echo(message, to: wallets + [number], member.channel)
    }

    private func echo(
        _ message: SocketMessage, to numbers: [Int], _ channel: String
    ) -> [ProxyAction] {
        var message = message
        message.channel = channel
        let bytes = message.bytes
        return numbers.compactMap { number in
            guard let member = members[number], bytes.count <= member.frameBytes else { return nil }
            return .send(member: number, frame: bytes)
        }
    }

    /// A payer at a socket is told the terms that were kept, or that nobody is there.
    private func asleep(
        _ message: SocketMessage, _ number: Int, _ member: Member, _ stamp: ProxyStamp
    ) -> [ProxyAction] {
        let words = SocketMessage.TermsKind.allCases.first { $0.create == message.type }
        guard words != nil || message.type == SocketMessage.Kind.payment else { return [] }
        var answer = SocketMessage(
            type: words?.error ?? SocketMessage.Kind.paymentError, channel: member.channel,
            correlation: message.correlation, application: "dpp", id: stamp.identifier(0),
            timestamp: stamp.text)
        if let words, let terms = channels[member.channel]?.terms,
            terms.expires.map({ $0 > stamp.now }) ?? true
        {
            answer.type = words.response
            return [.send(member: number, frame: answer.bytes(body: terms.body))]
        }
        let problem = words == nil ? ProxyProblem.asleep : .unknownInvoice
        return [
            .send(member: number, frame: answer.bytes(body: problem.answer(stamp).body))
        ]
    }

    /// What a wallet says goes to whoever asked it, and to the payee's other wallets; what nobody
    /// asked for, to all, the sender among them, as the originals have it.
    private mutating func walletSays(
        _ message: SocketMessage, _ number: Int, _ member: Member
    ) -> [ProxyAction] {
        let all = channels[member.channel]?.members ?? []
        guard Self.answers(message.type) else {
            return echo(message, to: all, member.channel)
        }
        guard let asker = channels[member.channel]?.askers[message.correlation] else { return [] }
        return echo(message, to: wallets(member.channel) + [asker], member.channel)
    }

    // MARK: - Answers to questions over HTTP

    private mutating func conclude(
        _ message: SocketMessage, _ asked: Pending, _ stamp: ProxyStamp
    ) -> [ProxyAction] {
        let channel = asked.question.channel
        var actions: [ProxyAction] = []
        let answer: ProxyAnswer
        if message.type.hasSuffix(".error") {
            answer = Self.failure(message.body)
        } else if asked.question.kind == .terms {
            (answer, actions) = terms(message, channel, stamp)
        } else if case .proof = asked.question.kind {
            answer = ProxyAnswer(status: 201, .null)
        } else {
            let isRefused = message.body["error"]?.integer.map { $0 > 0 } ?? false
            answer = ProxyAnswer(status: isRefused ? 422 : 201, message.body)
        }
        // What was said of a payment is said to whoever asks again; what may pass is not noted.
        if asked.question.kind != .terms, answer.status < 500 {
            note(answer, to: asked.digest, in: channel)
            if channels[channel]?.secret != nil {
                actions.append(
                    .keep(.answer(channel: channel, digest: asked.digest, answer)))
            }
        }
        drop(message.correlation)
        return actions + asked.askers.map { .answer(question: $0.number, answer) }
    }

    private static func failure(_ body: ForeignJSON) -> ProxyAnswer {
        let status =
            switch body["code"]?.string {
            case "404", "N0001", "N00001": 404
            case "400": 400
            case "409", "D001": 409
            case "422", "E001", "U102": 422
            case "503": 503
            default: 500
            }
        return ProxyAnswer(status: status, body)
    }

    /// A wallet's terms as they go out: payments come through here.
    private mutating func terms(
        _ message: SocketMessage, _ channel: String, _ stamp: ProxyStamp
    ) -> (ProxyAnswer, [ProxyAction]) {
        guard let (terms, dialect, _) = try? PaymentTerms.read(message.body),
            !terms.outputs.isEmpty || !terms.promises.isEmpty,
            terms.outputs.isEmpty || dialect == .bip270 || terms.fees != nil
        else { return (ProxyProblem.badAnswer.answer(stamp), []) }
        channels[channel]?.kind =
            message.type == SocketMessage.TermsKind.terms.response ? .terms : .request
        // What is signed stays as it is: its wallet knows where it is reached.
        let body =
            dialect == .enveloped
            ? message.body : message.body.setting("paymentUrl", .string(address(of: channel)))
        let answer = ProxyAnswer(status: 200, body)
        guard let state = channels[channel], state.secret != nil,
            state.terms?.body != answer.body
        else { return (answer, []) }
        let expires = terms.expires?.milliseconds
        channels[channel]?.terms = (answer.body, expires)
        return (answer, [.keep(.terms(channel: channel, answer.body, expires: expires))])
    }

    /// Where the payments of a channel are sent.
    public func address(of channel: String) -> String {
        options.publicURL + "/api/v1/payment/" + channel
    }
}
