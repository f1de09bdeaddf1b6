// The inbox of this wallet: taking messages, looking at them, and doing what they ask for.
import Bytes
import Documents
import Files

/// What has become of one document of a message.
public struct MessageOutcome: Sendable {
    /// The document.
    public let hash: Digest256
    /// What it is, in a word.
    public let kind: String
    /// What has become of it: `cleared`, `kept`, `known`, `named`, `read`, `saved`, `left`, or a
    /// refusal's code.
    public let outcome: String
    /// What came of it: the transaction; nil where nothing did.
    public let document: [UInt8]?
    /// Why it was refused; nil where it was not.
    public let refusal: Refusal?

    init(
        _ hash: Digest256, _ kind: String, _ outcome: String, document: [UInt8]? = nil,
        refusal: Refusal? = nil
    ) {
        self.hash = hash
        self.kind = kind
        self.outcome = outcome
        self.document = document
        self.refusal = refusal
    }
}

extension Wallet {
    private static let dayMilliseconds: Int64 = 86_400_000

    func inboxStore() throws -> InboxStore {
        InboxStore(
            wallet: directory, waitSeconds: try configuration.integer(Settings.coreWait),
            onWait: surroundings.onWait)
    }

    /// - Parameter admission: whose messages are taken; nil for what the configuration says.
    func receiver(_ admission: InboxAdmission? = nil) throws -> MessageReceiver {
        let configured = try configuration.text(Settings.inboxAdmission)
            .flatMap { InboxAdmission(rawValue: $0) }
        let hook = hooks.path(of: .postReceive)
        return MessageReceiver(
            try inboxStore(), try messageIdentity(), try acquaintances(),
            admission: admission ?? configured ?? .open,
            limits: (
                try configuration.integer(Settings.inboxLimit),
                try configuration.integer(Settings.inboxLimitBytes)
            )
        ) { (try? FileSystem.status(hook)) != nil }
    }

    // MARK: - Taking

    /// Takes a message: when this returns, it is durable, and taken once. Hooks are not told; see
    /// `announceReceived`.
    /// - Parameter line: the message, without newline.
    /// - Throws: `Refusal` for what is wrong with the message; `MessageError.notAdmitted`, `.full`;
    ///   failures of storage; key failures.
    public func receive(message line: [UInt8]) throws -> TakenMessage {
        try receiver().take(line)
    }

    /// Takes messages, one a line, and answers each line in order: with the acknowledgement, or
    /// with the error.
    /// - Throws: `FileError` and other failures of storage, key failures, what `answer` throws.
    public func receive(
        _ streams: [InputStream],
        _ answer: (Result<TakenMessage, any Error>) throws -> Void
    ) throws {
        let receiver = try receiver()
        try DocumentLines.forEach(streams) { line, locate in
            do {
                guard let line else { throw DocumentLines.tooLong }
                try answer(.success(try receiver.take(line)))
            } catch let refusal as Refusal {
                try answer(.failure(locate(refusal)))
            } catch let error as MessageError {
                try answer(.failure(error))
            }
        }
    }

    // MARK: - Looking

    /// The messages, in the order in which they were taken.
    /// - Throws: failures of storage; `MessageError.damaged`.
    public func inbox() throws -> [InboxEntry] { try inboxStore().entries() }

    /// The message whose hash begins with `prefix`.
    /// - Throws: `WalletError.unknown`, `.ambiguous`, `.invalidArgument`; as `inbox`.
    public func inboxEntry(_ prefix: String) throws -> InboxEntry {
        try inboxStore().entry(prefix: prefix)
    }

    /// How far the sender of a message is known now.
    /// - Throws: `ConfigurationError`, `WalletError.invalidName`.
    public func standing(of message: Message) throws -> Acquaintance {
        (try? acquaintances().standing(of: message)) ?? .stranger
    }

    /// A message as a row of a report, with the members `MessageRow.inboxFields`.
    /// - Throws: as `standing`.
    public func row(of entry: InboxEntry) throws -> ReportRow {
        try MessageRow.row(of: entry, standing(of: entry.message), book)
    }

    /// Notes that somebody has looked at a message.
    /// - Throws: failures of storage.
    public func markRead(_ entry: InboxEntry) throws {
        guard entry.status == .new else { return }
        try inboxStore().update(entry.message.hash) { $0.status = .read }
    }

    // MARK: - Deciding

    /// Notes that a message is refused. What it carries stays as it is.
    /// - Throws: failures of storage.
    public func refuse(_ entry: InboxEntry) throws {
        try inboxStore().update(entry.message.hash) { $0.status = .refused }
    }

    /// Deletes a message; it is not taken again.
    /// - Throws: failures of storage.
    public func delete(_ entry: InboxEntry) throws {
        let store = try inboxStore()
        _ = try store.delete(entry.message.hash)
        let age = MessageLimits.ageDays * Self.dayMilliseconds
        // Those that were sent later than that may come again.
        if let before = surroundings.now().adding(milliseconds: -2 * age) {
            try store.prune(before: before)
        }
    }

    /// Keeps what has become of a message's documents; where none was refused, it is accepted.
    func note(_ outcomes: [MessageOutcome], of entry: InboxEntry) throws {
        try inboxStore().update(entry.message.hash) { entry in
            for outcome in outcomes { entry.outcomes[outcome.hash] = outcome.outcome }
            entry.status = outcomes.contains { $0.refusal != nil } ? .read : .accepted
        }
    }
}
