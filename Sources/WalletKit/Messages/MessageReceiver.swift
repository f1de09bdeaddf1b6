// Taking messages in: what is judged, in which order, and what is durable when it is acknowledged.
import Bytes
import Documents
import Files
import Synchronization

/// A message that was taken, now or before.
public struct TakenMessage: Sendable {
    /// The message.
    public let message: Message
    /// The acknowledgement, a document without newline: always the same one.
    public let acknowledgement: [UInt8]
    /// Whether it was taken now.
    public let isNew: Bool
}

/// Takes messages for one wallet; safe to use from any thread.
final class MessageReceiver: Sendable {
    private struct Usage {
        var messages = 0
        var bytes = 0
        var counted: Timestamp?
    }

    let store: InboxStore
    let identity: MessageIdentity
    private let acquaintances: Acquaintances
    private let admission: InboxAdmission
    private let limits: (messages: Int, bytes: Int)
    /// Whether a hook is to be told of a message.
    private let isAnnounced: @Sendable () -> Bool
    /// What there is; also the lock that lets one thread of this process write at a time.
    private let usage = Mutex(Usage())

    /// What other processes take is counted again after this time.
    private static let countMilliseconds: Int64 = 2_000
    private static let dayMilliseconds: Int64 = 86_400_000

    init(
        _ store: InboxStore, _ identity: MessageIdentity, _ acquaintances: Acquaintances,
        admission: InboxAdmission, limits: (messages: Int, bytes: Int),
        isAnnounced: @escaping @Sendable () -> Bool
    ) {
        self.store = store
        self.identity = identity
        self.acquaintances = acquaintances
        self.admission = admission
        self.limits = limits
        self.isAnnounced = isAnnounced
    }

    /// Takes a line: when this returns, the message is durable, and taken once.
    /// - Throws: `Refusal` for what is wrong with the message; `MessageError.notAdmitted`, `.full`;
    ///   `FileError`, `WalletError.busy`; key failures.
    func take(_ line: [UInt8]) throws -> TakenMessage {
        let (message, standing) = try judge(line)
        // Also long after: whoever was not told that it was taken asks again.
        if let known = try store.acknowledgement(of: message.hash) {
            return TakenMessage(message: message, acknowledgement: known, isNew: false)
        }
        try checkTime(message)
        try admit(message, standing)
        let acknowledgement = try identity.acknowledge(message.hash).document
        return try usage.withLock { usage throws in
            try store.locked {
                if let known = try store.acknowledgement(of: message.hash) {
                    return TakenMessage(message: message, acknowledgement: known, isNew: false)
                }
                let size = line.count + acknowledgement.count + 2
                try makeRoom(for: size, standing, &usage)
                try store.take(message, acknowledgement, isAnnounced: isAnnounced())
                usage.messages += 1
                usage.bytes += size
                return TakenMessage(message: message, acknowledgement: acknowledgement, isNew: true)
            }
        }
    }

    /// All that the message shows by itself.
    private func judge(_ line: [UInt8]) throws(Refusal) -> (Message, Acquaintance) {
        guard line.count <= Limits.lineBytes else { throw DocumentLines.tooLong }
        let message = try Message(try Envelope(line: line))
        for document in message.documents {
            do throws(Refusal) { _ = try CarriedDocument(document) } catch {
                throw error.with("document", document.hash.hexadecimal)
            }
        }
        guard message.terms.to.utf8.elementsEqual(identity.domain.utf8) else {
            throw Refusal(
                .wrongDomain,
                "the message is for '\(message.terms.to)', this is '\(identity.domain)'",
                ["domain": identity.domain])
        }
        try message.checkSignatures()
        return (message, try acquaintances.standing(of: message))
    }

    private func checkTime(_ message: Message) throws(Refusal) {
        let now = identity.surroundings.now().milliseconds
        let sent = message.terms.sent.milliseconds
        guard sent > now - MessageLimits.ageDays * Self.dayMilliseconds else {
            throw Refusal(
                .expired, "the message was sent more than \(MessageLimits.ageDays) days ago")
        }
        guard sent < now + MessageLimits.aheadMinutes * 60_000 else {
            throw Refusal(.notYetActive, "the message was sent in the future")
        }
    }

    private func admit(_ message: Message, _ standing: Acquaintance) throws(MessageError) {
        switch (admission, standing) {
        case (.open, _), (.peers, .peer), (.peers, .contact): return
        case (.peers, _), (.none, _):
            throw .notAdmitted(from: message.terms.from, domain: message.terms.domain)
        }
    }

    /// Strangers have half of the room, so that they never keep those out who are known.
    private func makeRoom(
        for size: Int, _ standing: Acquaintance, _ usage: inout Usage
    ) throws {
        let now = identity.surroundings.now()
        let isRecent = usage.counted.map {
            $0 <= now && now.milliseconds - $0.milliseconds < Self.countMilliseconds
        }
        if isRecent != true {
            (usage.messages, usage.bytes) = try store.usage()
            usage.counted = now
        }
        let isKnown =
            if case .peer = standing { true } else if case .contact = standing { true } else {
                false
            }
        let share = isKnown ? 1 : 2
        guard usage.messages < max(1, limits.messages / share) else {
            throw MessageError.full(what: "inbox", limit: limits.messages / share)
        }
        guard usage.bytes + size <= limits.bytes / share else {
            throw MessageError.full(what: "inbox", limit: limits.bytes / share)
        }
    }
}
