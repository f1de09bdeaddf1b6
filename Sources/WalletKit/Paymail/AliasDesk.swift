// The wallet behind a server of Paymail.
import Bitcoin
import Broadcasting
import Bytes
import Coins
import Cryptography
import Documents
import Files
import Headers
import Network
import Paymail
import Synchronization

/// Answers for the aliases of one wallet. Safe to call from several threads; each call opens the
/// wallet anew, so that it sees what other processes have done.
public final class AliasDesk: PaymailDesk, @unchecked Sendable {  // Safe: see `lock`.
    /// The wallet is touched under it.
    private let lock = Mutex(())
    private let wallet: Wallet
    private let keys = Mutex<[Address: AliasKey]>([:])
    private let options: Options
    private let spares = Mutex(SpareOutputs())

    /// What the desk is told.
    public struct Options: Sendable {
        /// Whether senders of the older kind wait for a word.
        public var asksForApproval = false
        /// How long a promised output may be paid.
        public var referenceSeconds = 86_400
        /// Takes what was taken to miners, before the sender is answered; nil: nobody does.
        public var broadcaster: Broadcaster?
        /// Told of each transaction that was taken, once it is kept.
        public var onTaken: @Sendable (TakenCoins, _ label: String) -> Void
        /// Told what went wrong here, and did not keep a payment from counting.
        public var onComplaint: @Sendable (String) -> Void

        /// The usual behaviour.
        public init(
            onTaken: @escaping @Sendable (TakenCoins, _ label: String) -> Void,
            onComplaint: @escaping @Sendable (String) -> Void
        ) {
            self.onTaken = onTaken
            self.onComplaint = onComplaint
        }
    }

    /// - Parameter wallet: opened once more here, for it may not be shared among threads.
    /// - Throws: `ConfigurationError`; failures of storage.
    public init(wallet: Wallet, _ options: Options) throws {
        self.wallet = try wallet.again()
        self.options = options
    }

    private func with<Result>(_ body: (Wallet) throws -> Result) throws -> Result {
        try lock.withLock { _ in try body(try wallet.again()) }
    }

    /// Opens the keys that sign: a passphrase is asked for now, not when somebody pays. Goes on
    /// with what was interrupted.
    /// - Throws: key failures; failures of coins and of storage.
    public func begin() throws {
        try with { wallet in
            for alias in try wallet.aliases() { _ = try key(alias, wallet) }
            _ = try wallet.coinStoreWithAccount()
            let store = ReferenceStore(directory: try wallet.paymailDirectory())
            try store.directory.held {
                for reference in try store.interrupted() { try resume(reference, store, wallet) }
            }
        }
    }

    private func key(_ alias: PaymailAlias, _ wallet: Wallet) throws -> AliasKey {
        let address = Address(of: alias.publicKey)
        if let known = keys.withLock({ $0[address] }) { return known }
        let opened = try wallet.aliasSigningKey(alias)
        keys.withLock { $0[address] = opened }
        return opened
    }

    private func alias(_ name: String, _ wallet: Wallet) throws -> PaymailAlias {
        guard let alias = try wallet.alias(name) else { throw PaymailRefusal.unknownAlias(name) }
        return alias
    }

    // MARK: - Who

    /// As `PaymailDesk` has it.
    public func identity(of alias: String) throws -> PaymailIdentity {
        let known = try with { try self.alias(alias, $0) }
        return PaymailIdentity(
            publicKey: known.publicKey, name: known.name, avatar: known.avatar)
    }

    /// As `PaymailDesk` has it.
    public func owns(_ publicKey: [UInt8], alias: String) throws -> Bool {
        try with { try self.alias(alias, $0) }.publicKey == publicKey
    }

    /// As `PaymailDesk` has it.
    public func sign(_ message: [UInt8], for alias: String) throws -> String? {
        try with { try key(try self.alias(alias, $0), $0) }.signMessage(message)
    }

    /// As `PaymailDesk` has it.
    public func promiseDestination(of handle: PaymailHandle) throws -> SignedEnvelope {
        try with { wallet in
            let alias = try alias(handle.alias, wallet)
            let destination = try wallet.promiseDestination(of: alias, handle)
            return try key(alias, wallet).envelope(destination.json.bytes)
        }
    }

    // MARK: - Coins

    /// As `PaymailDesk` has it.
    public func destination(for alias: String, satoshis: UInt64) throws -> PeerDestination {
        try with { wallet in
            _ = try self.alias(alias, wallet)
            let reference = Hexadecimal.encode(try wallet.surroundings.random.bytes(16))
            let store = ReferenceStore(directory: try wallet.paymailDirectory())
            let now = wallet.surroundings.now()
            return try store.directory.held {
                let spare = try spares.withLock { try $0.next(store, now) }
                let outputs =
                    try spare.map { [TransactionOutput(satoshis: satoshis, script: $0.script)] }
                    ?? wallet.coinDestination(
                        satoshis: satoshis, label: "paymail \(alias), \(reference)")
                let promised = PeerReference(
                    alias: alias,
                    destination: PeerDestination(outputs: outputs, reference: reference),
                    satoshis: satoshis, created: now,
                    expires: now.adding(milliseconds: Int64(options.referenceSeconds) * 1_000)
                        ?? .latest)
                try store.keep(promised)
                if let spare { try store.forget(spare.reference) }
                return promised.destination
            }
        }
    }

    /// As `PaymailDesk` has it.
    public func output(
        for alias: String, _ request: SenderRequest
    ) throws -> ApprovalDecision {
        try with { wallet in
            _ = try self.alias(alias, wallet)
            return try wallet.decision(for: alias, request, asks: options.asksForApproval)
        }
    }

    /// As `PaymailDesk` has it.
    public func subject(of payload: TransactionPayload) throws -> Digest256? {
        try? Self.transaction(payload).id
    }

    /// As `PaymailDesk` has it.
    public func take(_ submission: PeerSubmission, for alias: String) throws -> TransactionReceipt {
        let sent = try Self.transaction(submission.payload)
        let isUnsent = try with { wallet in
            let store = ReferenceStore(directory: try wallet.paymailDirectory())
            return try store.directory.held { try take(sent, submission, alias, store, wallet) }
        }
        if isUnsent { try broadcast(sent.id, submission.reference) }
        return TransactionReceipt(transaction: sent.id)
    }

    /// - Returns: whether miners are still to be told.
    private func take(
        _ sent: BitcoinTransaction, _ submission: PeerSubmission, _ alias: String,
        _ store: ReferenceStore, _ wallet: Wallet
    ) throws -> Bool {
        let name = submission.reference
        guard let reference = try store.reference(name), reference.alias == alias else {
            throw PaymailRefusal.unknownReference
        }
        // What miners have refused since has paid nothing: the reference is free again.
        if let paid = try store.paid(name),
            try wallet.coinStore().stored(paid).state == .dropped
        {
            try store.release(name, of: paid)
        }
        // An interrupted claim is settled first: it may be another transaction's.
        if try store.paid(name) == nil, let claim = try store.claim(name),
            claim.transaction != sent.id
        {
            try resume(name, store, wallet)
        }
        let known = try store.paid(name) ?? store.claim(name)?.transaction
        _ = try reference.judge(sent, paid: known, at: wallet.surroundings.now())
        guard try store.paid(name) == nil else {
            // Whoever took it before may have been interrupted then.
            return try !wallet.coinStore().stored(sent.id).isSent
        }
        try store.setClaim(
            name, ReferenceStore.Claim(transaction: sent.id, payload: submission.payload))
        try settle(reference, submission.payload, store, wallet)
        return true
    }

    /// Takes a transaction to miners, while others are answered. Where all who looked at it refuse
    /// it, the reference is free again.
    private func broadcast(_ id: Digest256, _ reference: String) throws {
        guard let broadcaster = options.broadcaster else { return }
        do {
            let sending = try wallet.again().sendCoins(id, over: broadcaster)
            guard sending.isDropped else { return }
        } catch {
            return options.onComplaint("\(id.displayed) was taken, but not sent to miners")
        }
        try with { wallet in
            let store = ReferenceStore(directory: try wallet.paymailDirectory())
            try store.directory.held { try store.release(reference, of: id) }
        }
        throw PaymailRefusal.unverified(reason: "miners refuse it")
    }

    /// Takes the coins of a claim, and says so; a claim that is refused is forgotten.
    private func settle(
        _ reference: PeerReference, _ payload: TransactionPayload, _ store: ReferenceStore,
        _ wallet: Wallet
    ) throws {
        let label = "paymail \(reference.alias), \(reference.destination.reference)"
        let taken: TakenCoins
        do {
            taken = try wallet.takeCoins(
                payload.bytes, paying: reference.destination.outputs, label: label)
        } catch {
            guard let refusal = Self.refusal(error, reference) else { throw error }
            try store.dropClaim(reference.destination.reference)
            throw refusal
        }
        try store.setPaid(reference.destination.reference, taken.transaction)
        options.onTaken(taken, label)
    }

    private func resume(_ name: String, _ store: ReferenceStore, _ wallet: Wallet) throws {
        guard let claim = try store.claim(name), let reference = try store.reference(name) else {
            return
        }
        guard try store.paid(name) == nil else { return try store.dropClaim(name) }
        do { try settle(reference, claim.payload, store, wallet) } catch is PaymailRefusal {}
    }

    // MARK: - Reading

    private static func transaction(
        _ payload: TransactionPayload
    ) throws(PaymailRefusal) -> BitcoinTransaction {
        do {
            switch payload {
            case .raw(let bytes): return try BitcoinTransaction(bytes)
            case .beef(let bytes):
                let beef = try BEEF(bytes)
                guard
                    let subject = beef.entries.first(where: { $0.id == beef.subject })?.transaction
                else { throw PaymailRefusal.unreadable(reason: "the transaction is not in it") }
                return subject
            }
        } catch let refusal as PaymailRefusal {
            throw refusal
        } catch let error as BitcoinError {
            throw .unreadable(reason: error.message)
        } catch {
            throw .unreadable(reason: "it is no BEEF")
        }
    }

    /// What is the sender's to mend; nil for what is ours.
    private static func refusal(
        _ error: any Error, _ reference: PeerReference
    ) -> PaymailRefusal? {
        switch error {
        case CoinError.underpaid: .underpaid(satoshis: reference.satoshis)
        case CoinError.unknownSchema, CoinError.tooMany, CoinError.invalidPath: nil
        case let error as CoinError: .unverified(reason: error.message)
        case let error as BitcoinError: .unverified(reason: error.message)
        case HeaderError.noStore:
            .unavailable(reason: "proofs cannot be verified here at the moment")
        case let refusal as ChainRefusal: .unverified(reason: refusal.message)
        case is HeaderError: .unverified(reason: "its proofs lead to no block that is known here")
        default: nil
        }
    }
}
