// What follows when a message has been taken: the hook is told, and what it answers is sent.
import Bytes
import Documents
import Files

/// What hooks have made of messages.
public struct ReceivedReport: Sendable {
    /// Answers that were queued to be sent.
    public internal(set) var answers: [OutboxEntry] = []
    /// Sentences for people about what went wrong.
    public internal(set) var complaints: [String] = []
}

extension Wallet {
    /// Answers to answers to answers: beyond this many nobody answers by itself.
    // limit: automatic answers in one conversation
    private static let automaticAnswers = 8

    /// Tells the hook `post-receive` of messages that it has not been told of, and signs what it
    /// answers, as messages to whom it answers. Each message is told at least once.
    /// - Throws: failures of storage; key failures.
    public func announceReceived() throws -> ReceivedReport {
        var report = ReceivedReport()
        let store = try inboxStore()
        // A server runs for long: what is in the directory is looked at anew each time.
        let hooks = Hooks(wallet: directory, configuration, surroundings)
        for hash in try store.unannounced() {
            // A marker without a message is what a crash has left of one that was not taken.
            if let entry = try store.entry(hash) {
                do { try hooks.announce(event(of: entry)) } catch let error as HookError {
                    report.complaints.append(error.message)
                    continue
                }
            }
            try store.announced(hash)
        }
        let results = try hooks.runPending { result in
            do {
                if let answer = try self.answer(result) { report.answers.append(answer) }
            } catch let refusal as Refusal {
                report.complaints.append(
                    "the answer of '\(result.event.hook.rawValue)' is not sent: "
                        + "\(refusal.code.rawValue): \(refusal.message)")
            } catch let error as MessageError {
                report.complaints.append(
                    "the answer of '\(result.event.hook.rawValue)' is not sent: \(error)")
            }
        }
        report.complaints += results.filter { !$0.isSuccess }.map(\.complaint)
        return report
    }

    private func event(of entry: InboxEntry) throws -> HookEvent {
        let message = entry.message
        let row = try row(of: entry)
        return HookEvent(
            .postReceive, key: message.hash.hexadecimal, time: entry.acknowledgement.received,
            documents: message.documents.map { Array($0.bytes) },
            details: [
                "message": .text(message.hash.hexadecimal), "domain": .text(message.terms.domain),
                "from": .text(message.terms.from.text), "known": .text(row["known"]),
                "name": .text(row["from"]), "subject": message.terms.subject.map { .text($0) },
                "answers": message.terms.answers.map { .text($0.hexadecimal) },
            ])
    }

    /// Signs what a hook has answered, and keeps it to be delivered; nil where it answered nothing.
    /// The same answers to the same event make the same message.
    /// - Throws: `Refusal` for a line that is no document, or an instruction that is not signed;
    ///   `MessageError`; failures of storage, key failures.
    public func answer(_ result: HookResult) throws -> OutboxEntry? {
        let lines = result.answers
        guard !lines.isEmpty,
            let hash = Digest256(hexadecimal: result.event.details["message"]),
            let entry = try inboxStore().entry(hash)
        else { return nil }
        for line in lines {
            let envelope = try Envelope(line: line)
            try envelope.check()
            // What leaves by itself must bind somebody: the hook signs with `wallet pay`.
            switch try CarriedDocument(envelope) {
            case .instruction(let instruction): try instruction.checkSignatures()
            case .unit(let unit): try unit.checkSignatures()
            default: break
            }
        }
        guard try conversation(before: entry.message) < Self.automaticAnswers else {
            throw Refusal(
                .refusedByPolicy,
                "\(Self.automaticAnswers) messages have answered each other already")
        }
        var letter = Letter()
        letter.documents = lines
        return try post(
            letter, to: try recipient(answering: entry),
            event: (result.event.id, result.event.time))
    }

    /// How many messages lead to `message`, each answering the one before.
    private func conversation(before message: Message) throws -> Int {
        let (inbox, outbox) = (try inboxStore(), try outboxStore())
        var count = 0
        var next = message.terms.answers
        while let hash = next, count < Self.automaticAnswers {
            count += 1
            let earlier = try inbox.entry(hash)?.message ?? outbox.message(hash)
            next = earlier?.terms.answers
        }
        return count
    }
}
