// What a processor needs of the wallet behind it.
import Bytes
import Documents

/// A clearing domain that is served to others. Calls come from any thread and may block, except
/// where it says that they return at once.
public protocol ServedDomain: AnyObject, Sendable {
    /// Who this is.
    var identity: DomainIdentity { get }

    /// The time.
    var now: Timestamp { get }

    /// Clears one line (an instruction, a request or a unit) together with whatever comes at the
    /// same time. Returns at once. `answer` is called once, on any thread, when the answer is
    /// durable.
    func clear(_ line: [UInt8], _ answer: @escaping @Sendable (ClearedLine) -> Void)

    /// Lines that wait for their answer.
    var waitingLines: Int { get }

    /// The document, or instruction within a transaction, of a hash; nil where there is none.
    /// - Throws: `ServiceFailure`.
    func document(_ hash: Digest256) throws -> ServedDocument?

    /// The counters of an address, ordered by symbol; all of its counters or that of one symbol.
    /// - Throws: `ServiceFailure`.
    func counters(of address: Address, symbol: Address?, page: Page) throws -> [ServedCounter]

    /// The outputs of an address in one unit, the latest first: all of them, or only the one that
    /// is not spent.
    /// - Throws: `ServiceFailure`.
    func outputs(of key: CounterKey, isUnspent: Bool, page: Page) throws -> [ServedOutput]

    /// The units that have a definition or a counter, ordered by symbol.
    /// - Throws: `ServiceFailure`.
    func units(page: Page) throws -> [ServedUnit]

    /// One unit; nil where nothing is known of it.
    /// - Throws: `ServiceFailure`.
    func unit(_ symbol: Address) throws -> ServedUnit?

    /// Who has a counter in a unit, its issuer not included, ordered by address.
    /// - Throws: `ServiceFailure`.
    func holders(of symbol: Address, page: Page) throws -> [ServedCounter]

    /// A block's document by height; nil where there is none.
    /// - Throws: `ServiceFailure`.
    func block(height: Int) throws -> [UInt8]?

    /// A stack's document by height; nil where there is none.
    /// - Throws: `ServiceFailure`.
    func stack(height: Int) throws -> [UInt8]?

    /// The proof that a document is in a block (`Limits.proofBytes`, a line).
    /// - Throws: `ServiceFailure`.
    func proof(of hash: Digest256) throws -> ServedProof

    /// The proof of a counter at the last block, or that there was none.
    /// - Throws: `ServiceFailure`.
    func balanceProof(of key: CounterKey) throws -> ServedProof

    /// The last checkpoint, a signed note; nil before the first block.
    /// - Throws: `ServiceFailure`.
    func checkpoint() throws -> [UInt8]?

    /// A tile or entry bundle by its C2SP path, `tile/0/000`; nil where there is none.
    /// - Throws: `ServiceFailure`.
    func tile(_ path: String) throws -> [UInt8]?

    /// Witnesses a checkpoint of another log (c2sp.org/tlog-witness).
    func addCheckpoint(_ body: [UInt8]) -> WitnessAnswer

    /// The documents of the log from line `position` on (the first is 0), at most `limit`.
    /// - Throws: `ServiceFailure`.
    func events(from position: Int, limit: Int) throws -> [ServedEvent]

    /// The number of lines of the log: where the next event will stand.
    var position: Int { get }

    /// Calls `wake` on any thread whenever documents have been added; `wake` returns at once.
    func observe(_ wake: @escaping @Sendable () -> Void)

    /// The custodial user whose bearer token this is; nil where it is nobody's.
    /// - Throws: `ServiceFailure`.
    func user(token: String) throws -> ServedUser?

    /// Signs a promise in the name of a user, within the allowance, and clears it. `answer` as in
    /// `clear`.
    func pay(
        _ order: PaymentOrder, as user: ServedUser,
        _ answer: @escaping @Sendable (ClearedLine) -> Void)

    /// Whether an address may clear here for the first time (`domain.admission`).
    /// - Throws: `ServiceFailure`.
    func isAdmitted(_ address: Address) throws -> Bool

    /// Takes a message into the inbox of the wallet behind the domain; the same message again gets
    /// the same answer. By default no message is taken.
    /// - Parameter line: the message, without newline.
    /// - Throws: `ServiceFailure`.
    func receive(message line: [UInt8]) throws -> ReceivedMessage

    /// Answers another replica. By default none is met.
    /// - Parameter frames: AUTH, then frames of wsync/1.
    /// - Throws: `ServiceFailure`.
    func exchange(frames: [UInt8]) throws -> ReplicaAnswer
}

extension ServedDomain {
    /// Takes nothing.
    public func receive(message line: [UInt8]) throws -> ReceivedMessage { .notAdmitted("nobody") }
}

extension ServedDomain {
    /// Meets nobody.
    public func exchange(frames: [UInt8]) throws -> ReplicaAnswer { .notServed }
}

/// What another replica is answered.
public enum ReplicaAnswer: Sendable {
    /// Frames.
    case answered([UInt8])
    /// No device of the domain has signed the request, or not now.
    case notAuthentic(String)
    /// What came is no frame.
    case refused(code: String, String)
    /// Replicas are not met here.
    case notServed
}

/// What has become of a message.
public enum ReceivedMessage: Sendable {
    /// It is stored: the acknowledgement, without newline. `isNew`: it was stored just now.
    case taken([UInt8], isNew: Bool)
    /// It is no message for this domain.
    case refused(Refusal)
    /// Messages of this address are not taken.
    case notAdmitted(String)
    /// There is no room for it.
    case full(limit: Int)
}

/// Who a processor is.
public struct DomainIdentity: Sendable {
    /// The domain's name.
    public let domain: String
    /// The domain key as a C2SP verifier key.
    public let verifierKey: String
    /// The certificates of the devices that sign receipts: documents, a line each.
    public let certificates: [[UInt8]]
    /// The program's version.
    public let version: String

    /// An identity.
    public init(domain: String, verifierKey: String, certificates: [[UInt8]], version: String) {
        self.domain = domain
        self.verifierKey = verifierKey
        self.certificates = certificates
        self.version = version
    }
}

/// What has become of a line.
public enum ClearedLine: Sendable {
    /// It has cleared now: the stored document, without newline.
    case cleared([UInt8], Digest256)
    /// It had cleared before: the stored document, without newline.
    case replayed([UInt8], Digest256)
    /// The rules refuse it.
    case refused(Refusal)
    /// A user's order is refused before it becomes a promise: `allowance-exceeded`, `id-reused`,
    /// `unknown-name`, `ambiguous-name`, `invalid-argument`, or a clearing rule's code.
    case declined(code: String, message: String, details: [String: String])
    /// It was not decided: storage failed, the server stops, or too much waits. It may be sent
    /// again.
    case undecided(ServiceFailure)
}

/// Why a call has no answer; nothing is known to have changed.
public struct ServiceFailure: Error, Sendable, Equatable {
    /// A stable code: `storage`, `busy`, `stopping`, `read-only`, `no-key` ….
    public let code: String
    /// A sentence for people, without paths or secrets.
    public let message: String

    /// A failure.
    public init(_ code: String, _ message: String) {
        self.code = code
        self.message = message
    }
}

/// A part of a long list.
public struct Page: Sendable, Equatable {
    /// Entries to leave out at the beginning.
    public let skip: Int
    /// Entries at most.
    public let limit: Int

    /// A part.
    public init(skip: Int, limit: Int) {
        self.skip = skip
        self.limit = limit
    }
}

/// A document and what it is.
public struct ServedDocument: Sendable {
    /// The document as it stands in the log, without newline.
    public let line: [UInt8]
    /// Its kind.
    public let kind: DocumentKind
    /// The transaction that it has cleared in, where it is an instruction.
    public let transaction: Digest256?

    /// A document.
    public init(line: [UInt8], kind: DocumentKind, transaction: Digest256?) {
        self.line = line
        self.kind = kind
        self.transaction = transaction
    }
}

/// A counter.
public struct ServedCounter: Sendable {
    /// Address and symbol.
    public let key: CounterKey
    /// Net and limits.
    public let state: CounterState
    /// The output that last changed it.
    public let pointer: Transaction.Pointer?

    /// A counter.
    public init(key: CounterKey, state: CounterState, pointer: Transaction.Pointer?) {
        self.key = key
        self.state = state
        self.pointer = pointer
    }
}

/// An output with its pointer.
public struct ServedOutput: Sendable {
    /// Where it stands.
    public let pointer: Transaction.Pointer
    /// The output.
    public let output: Transaction.Output
    /// When its transaction cleared.
    public let time: Timestamp

    /// An output.
    public init(pointer: Transaction.Pointer, output: Transaction.Output, time: Timestamp) {
        self.pointer = pointer
        self.output = output
        self.time = time
    }
}

/// A unit of account with what the ledger knows of it.
public struct ServedUnit: Sendable {
    /// The issuer's address.
    public let symbol: Address
    /// The definition's document, without newline; nil where the issuer has signed none.
    public let definition: [UInt8]?
    /// What has been issued and not redeemed.
    public let supply: Amount
    /// The ceiling of the supply.
    public let ceiling: Bound
    /// Addresses that have a counter, the issuer not counted.
    public let holders: Int

    /// A unit.
    public init(
        symbol: Address, definition: [UInt8]?, supply: Amount, ceiling: Bound, holders: Int
    ) {
        self.symbol = symbol
        self.definition = definition
        self.supply = supply
        self.ceiling = ceiling
        self.holders = holders
    }
}

/// Whether there is a proof.
public enum ServedProof: Sendable {
    /// The proof, a document without newline. `isFinal`: it will never be another.
    case proof([UInt8], isFinal: Bool)
    /// The document is there, but in no block yet.
    case notSealed
    /// There is nothing of this name, or no block.
    case unknown
}

/// A witness's answer, as tlog-witness has it.
public struct WitnessAnswer: Sendable {
    /// The HTTP status.
    public let status: Int
    /// `text/plain` or `text/x.tlog.size`.
    public let contentType: String
    /// The cosignature lines, or what is wrong.
    public let body: [UInt8]

    /// An answer.
    public init(status: Int, contentType: String, body: [UInt8]) {
        self.status = status
        self.contentType = contentType
        self.body = body
    }
}

/// A document that was added to the log.
public struct ServedEvent: Sendable {
    /// The line of the log, from 0.
    public let position: Int
    /// The kind of the document.
    public let kind: DocumentKind
    /// Its identity.
    public let hash: Digest256
    /// The document, without newline.
    public let line: [UInt8]
    /// The counters that it has changed; empty for other kinds than transactions.
    public let counters: [CounterKey]

    /// An event.
    public init(
        position: Int, kind: DocumentKind, hash: Digest256, line: [UInt8], counters: [CounterKey]
    ) {
        self.position = position
        self.kind = kind
        self.hash = hash
        self.line = line
        self.counters = counters
    }
}

/// Somebody whose key the wallet holds.
public struct ServedUser: Sendable {
    /// The name.
    public let name: String
    /// The address.
    public let address: Address
    /// What the user may pay a day, for each unit that has a bound; by symbol.
    public let allowances: [(symbol: Address, daily: Amount, left: Amount)]

    /// A user.
    public init(
        name: String, address: Address,
        allowances: [(symbol: Address, daily: Amount, left: Amount)]
    ) {
        self.name = name
        self.address = address
        self.allowances = allowances
    }
}

/// What a custodial user wants to be paid.
public struct PaymentOrder: Sendable {
    /// How much, as typed.
    public let amount: String
    /// Code or symbol.
    public let unit: String
    /// Name or address.
    public let target: String
    /// A note for the other side.
    public let note: String?
    /// Makes a repeated order the same order.
    public let id: String?

    /// An order.
    public init(amount: String, unit: String, target: String, note: String?, id: String?) {
        self.amount = amount
        self.unit = unit
        self.target = target
        self.note = note
        self.id = id
    }
}
