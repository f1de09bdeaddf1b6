// This wallet's domain as others see it over the network.
import Bytes
import Documents
import Files
import Graphstore
import Hashtable
import Service
import Synchronization

/// A domain that is served: one writer for all who ask, one sync for all who ask at once.
public final class LiveDomain: ServedDomain {
    /// Who this is.
    public let identity: DomainIdentity
    let ledger: SharedLedger
    let owner: SharedWallet
    let surroundings: Surroundings
    private let commits: GroupCommit?
    private let watchers: Watchers
    /// Users and whoever else may clear; nil where nothing is cleared.
    let custody: Custody?
    let admission: Admission?
    /// The names that an order may use.
    let book: AddressBook
    /// Where messages are taken; nil where nothing is written.
    let inbox: LiveInbox?
    /// Where other replicas are met; nil where nothing is written.
    let replicas: LiveReplicas?
    let holderCounts = HolderCounts()
    let tail = EventTail()

    /// Opens the ledger of `wallet` for a server.
    /// - Parameter wallet: nobody else uses it from now on.
    /// - Parameter isReadOnly: whether nothing is ever written: another process may clear.
    /// - Parameter version: the program's.
    /// - Parameter nanoseconds: a clock that only goes forward; nil to look for other processes'
    ///   documents at every question.
    /// - Parameter messages: how answers to messages leave; nil where none does.
    /// - Parameter onFailure: called once if the ledger cannot be written any more.
    /// - Throws: failures of storage; `KeyError`, and what asking for the passphrase throws.
    public init(
        wallet: Wallet, isReadOnly: Bool, version: String,
        nanoseconds: (@Sendable () -> UInt64)? = nil, messages: MessageTransport? = nil,
        onFailure: @escaping @Sendable (any Error) -> Void
    ) throws {
        let domain = try wallet.ownDomain()
        // Allowances are counted by days: the clock of a server never goes back.
        let surroundings = wallet.surroundings.steady()
        self.surroundings = surroundings
        let opened = try wallet.ledger(isReadOnly ? .readOnly : .readWrite)
        try opened.catchUp()
        identity = try Self.identity(of: opened, domain, version)
        custody = isReadOnly ? nil : try wallet.custody(surroundings)
        book = wallet.book
        admission = isReadOnly ? nil : try wallet.admission()
        var clearing: (run: Clearing, device: Address, signer: ReceiptSigner)?
        if !isReadOnly {
            // Whoever starts a server is asked for the passphrase now, not at the first payment.
            clearing = (
                Clearing(domain: domain, policy: try wallet.policy()),
                try wallet.deviceAddress(), try wallet.receiptSigner()
            )
        }
        inbox = isReadOnly ? nil : try LiveInbox(wallet.again(), messages)
        replicas =
            isReadOnly ? nil : LiveReplicas(try wallet.again(), program: "wallet \(version)")
        owner = SharedWallet(wallet)
        let shared = SharedLedger(opened, nanoseconds: nanoseconds)
        let watchers = Watchers()
        ledger = shared
        self.watchers = watchers
        commits = clearing.map { clearing in
            Self.commits(shared, clearing, watchers, surroundings, onFailure)
        }
        commits?.start()
    }

    private static func commits(
        _ ledger: SharedLedger, _ clearing: (run: Clearing, device: Address, signer: ReceiptSigner),
        _ watchers: Watchers, _ surroundings: Surroundings,
        _ onFailure: @escaping @Sendable (any Error) -> Void
    ) -> GroupCommit {
        let signer = clearing.signer
        return GroupCommit(
            clear: { lines in
                defer { watchers.wake() }
                return try ledger.exclusively { ledger in
                    let run = ClearingRun(
                        ledger: ledger, clearing: clearing.run, device: clearing.device,
                        options: .init(), now: surroundings.now
                    ) { signer }
                    return try run.clearTogether(lines)
                }
            },
            idle: { ledger.exclusively { $0.finish() } },
            onFailure: onFailure)
    }

    private static func identity(
        of ledger: Ledger, _ domain: String, _ version: String
    ) throws -> DomainIdentity {
        guard case .device(let device, let envelope) = try ledger.document(at: 0),
            let key = device.endorsements.signatures.first?.publicKey
        else { throw ledger.corruption(at: .start, "the log does not begin with a device") }
        let verifier = try VerifierKey(name: try KeyName(domain), kind: .ed25519, publicKey: key)
        return DomainIdentity(
            domain: domain, verifierKey: verifier.text, certificates: [Array(envelope.bytes)],
            version: version)
    }

    /// The time.
    public var now: Timestamp { surroundings.now() }

    /// Answers what waits, writes the index, and clears nothing any more.
    public func stop() {
        inbox?.stop()
        commits?.stop()
        ledger.exclusively { $0.finish() }
    }

    /// Clears one line with whatever comes at the same time.
    public func clear(_ line: [UInt8], _ answer: @escaping @Sendable (ClearedLine) -> Void) {
        guard let commits else {
            return answer(.undecided(ServiceFailure("read-only", "nothing is cleared here")))
        }
        commits.submit(line, answer)
    }

    /// Lines that wait for their answer.
    public var waitingLines: Int { commits?.waitingLines ?? 0 }

    /// Calls `wake` whenever documents have been added.
    public func observe(_ wake: @escaping @Sendable () -> Void) { watchers.add(wake) }

    /// Looks whether another process has added documents; to be called now and then.
    public func look() {
        let before = position
        _ = try? ledger.read { _ in }
        if position != before { watchers.wake() }
    }

    /// The number of lines of the log.
    public var position: Int { ledger.exclusively { $0.graph.coverage.lines } }
}

/// Who wants to know that documents have been added.
final class Watchers: Sendable {
    private let calls = Mutex<[@Sendable () -> Void]>([])

    func add(_ call: @escaping @Sendable () -> Void) { calls.withLock { $0.append(call) } }

    func wake() { for call in calls.withLock({ $0 }) { call() } }
}

/// The wallet behind a server, for what is rarely asked: proofs and cosignatures.
///
final class SharedWallet: @unchecked Sendable {  // Safe: the wallet is touched under `lock`.
    private let lock = Mutex(())
    private let wallet: Wallet

    init(_ wallet: Wallet) { self.wallet = wallet }

    /// Runs `body` with the wallet, and with the log as it stands now.
    func use<Result>(_ body: (Wallet) throws -> Result) throws -> Result {
        try lock.withLock { _ in
            try wallet.reader().catchUp()
            return try body(wallet)
        }
    }
}

extension ServiceFailure {
    /// What strangers are told of a failure: neither paths nor reasons.
    init(_ error: any Error) {
        switch error {
        case let failure as ServiceFailure: self = failure
        case WalletError.busy: self.init("busy", "another process writes to the ledger")
        default: self.init("storage", "the ledger cannot be read")
        }
    }

    /// Runs `body`; whatever it throws becomes a failure that may be shown.
    static func wrapping<Result>(_ body: () throws -> Result) throws -> Result {
        do { return try body() } catch { throw ServiceFailure(error) }
    }
}
