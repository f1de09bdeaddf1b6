// The wallet as a payee, behind whatever protocol it is paid by.
import Bitcoin
import Broadcasting
import Bytes
import Channels
import Coins
import DirectPayment
import Documents
import Files
import Headers
import Network
import Synchronization

/// Answers for the requests of one wallet. Safe to call from several threads; each call opens the
/// wallet anew, so that it sees what other processes have done.
public final class InvoiceDesk: PaymentDesk, @unchecked Sendable {  // Safe: see `lock`.
    /// The wallet is touched under it.
    private let lock = Mutex(())
    private let wallet: Wallet
    private let channels: ChannelTransport?
    private let onComplaint: @Sendable (String) -> Void
    /// Verifies a proof against headers, and keeps it; nil where this wallet has no headers.
    private let proofs: MinerProofs?
    /// Gives bitcoins that were received to miners; nil: that is done elsewhere.
    private let broadcaster: Broadcaster?

    /// - Parameters:
    ///   - wallet: opened once more here, for it may not be shared among threads.
    ///   - channels: how channels are reached; nil: payments have none.
    ///   - broadcaster: gives bitcoins that were received to miners; nil: that is done elsewhere.
    ///   - onComplaint: a sentence about what went wrong and did not keep the payment from counting.
    /// - Throws: `ConfigurationError`; failures of storage.
    public init(
        wallet: Wallet, channels: ChannelTransport?,
        proofs: MinerProofs? = nil, broadcaster: Broadcaster? = nil,
        onComplaint: @escaping @Sendable (String) -> Void
    ) throws {
        self.wallet = try wallet.again()
        self.channels = channels
        self.proofs = proofs
        self.broadcaster = broadcaster
        self.onComplaint = onComplaint
    }

    private func with<Result>(_ body: (Wallet) throws -> Result) throws -> Result {
        try lock.withLock { _ in try body(try wallet.again()) }
    }

    /// Opens the key that signs receipts: a passphrase is asked for now, not when somebody pays.
    /// - Throws: key failures.
    public func openKey() throws { _ = try lock.withLock { _ in try wallet.deviceKey() } }

    /// What binds the channel of a request to this wallet; nil where there is no such request.
    /// - Throws: failures of storage.
    public func secret(of id: String) throws -> String? {
        try with { try $0.requestStore.read(id, .secret) }
            .map { String(decoding: $0, as: UTF8.self) }
    }

    /// Changes when a request is made: cheap to look at.
    /// - Throws: `FileError`.
    public func mark() throws(FileError) -> Int64 {
        try FileSystem.status(wallet.requestStore.directory)?.modified ?? 0
    }

    /// The requests that can be paid now, with what binds their channels to this wallet.
    /// - Throws: failures of storage.
    public func pending() throws -> [(id: String, secret: String)] {
        try with { wallet in
            let coins = try wallet.coinRequests().compactMap { report -> (String, String)? in
                let request = report.request
                guard report.state == .pending || report.state == .paid, request.relay != nil,
                    wallet.surroundings.now() < request.expiry,
                    let secret = try wallet.requestStore.read(request.id, .secret)
                else { return nil }
                return (request.id, String(decoding: secret, as: UTF8.self))
            }
            return try coins.map { (id: $0.0, secret: $0.1) }
                + wallet.requests().compactMap {
                    request in
                    // Who has paid may ask again for as long as the request stands.
                    guard request.state == .pending || request.state == .paid,
                        request.invoice.terms.url != nil,
                        wallet.surroundings.now() < request.invoice.terms.expiry,
                        let secret = try wallet.requestStore.read(
                            request.invoice.identifier, .secret)
                    else { return nil }
                    return (request.invoice.identifier, String(decoding: secret, as: UTF8.self))
                }
        }
    }

    /// Leaves proofs of sealed payments in their channels.
    /// - Throws: failures of storage.
    public func deliverProofs() throws -> ProofDeliveries {
        guard let channels else { return ProofDeliveries() }
        return try with { try $0.deliverProofs(over: channels) }
    }

    // MARK: - PaymentDesk

    /// The terms of a request, as `PaymentDesk` has it.
    public func terms(for invoice: String, dialect: PaymentDialect) throws -> PaymentTerms {
        try refusing {
            try with { wallet in
                if let request = try wallet.coinRequest(invoice) {
                    return try wallet.terms(of: request)
                }
                return try wallet.terms(ofRequest: invoice)
            }
        }
    }

    /// Takes a payment, as `PaymentDesk` has it.
    public func receive(
        _ payment: Payment, for invoice: String
    ) throws -> PaymentAcknowledgement {
        if let request = try with({ try $0.coinRequest(invoice) }) {
            return try receiveCoins(payment, request)
        }
        guard case .promises(let lines) = payment.means else {
            throw PaymentRefusal(.invalid, "a promise is asked for, not a Bitcoin transaction")
        }
        guard lines.count == 1 else {
            throw PaymentRefusal(.invalid, "one promise is expected, there are \(lines.count)")
        }
        return try refusing {
            try with { wallet in
                let taken = try wallet.takePayment(lines[0], for: invoice)
                var acknowledgement = PaymentAcknowledgement(
                    reference: invoice, transactions: [taken.payment.hexadecimal],
                    memo: taken.invoice.terms.memo ?? "", channel: place(of: invoice, wallet),
                    mode: PaymentMode.promise)
                acknowledgement.receipts = [taken.receipt]
                return acknowledgement
            }
        }
    }

    private func receiveCoins(
        _ payment: Payment, _ request: CoinRequest
    ) throws -> PaymentAcknowledgement {
        guard case .transactions(let transactions, let ancestry) = payment.means else {
            throw PaymentRefusal(.invalid, "a Bitcoin transaction is asked for, not a promise")
        }
        guard transactions.count == 1 else {
            throw PaymentRefusal(
                .invalid, "one transaction is expected, there are \(transactions.count)")
        }
        return try refusing {
            try with { wallet in
                let channel = place(of: request.id, wallet)
                let taken = try wallet.takeCoinPayment(
                    transactions[0], ancestry: ancestry, for: request
                ) { id in
                    try broadcaster.map {
                        try wallet.sendCoins(
                            id, over: $0, callback: wallet.proofCallback(of: request.id))
                    }
                }
                return PaymentAcknowledgement(
                    reference: request.id, transactions: [taken.transaction.displayed],
                    memo: request.memo, channel: channel, mode: PaymentMode.native)
            }
        }
    }

    /// Takes the proof of a Bitcoin transaction, as `PaymentDesk` has it.
    public func proof(
        _ transaction: String, _ envelope: ForeignJSON, for invoice: String
    ) throws {
        guard let proofs else {
            throw PaymentRefusal(
                .falseProof, "this wallet follows no headers that a proof could lead to")
        }
        try proofs.take(transaction, envelope)
        try with { try $0.proveCoins(envelope.bytes) }
    }

    /// Signs with the key of who is to be paid, where it can sign what others can verify.
    public func sign(_ payload: String, for invoice: String) throws -> SignedEnvelope {
        try with { try $0.signed(payload, forRequest: invoice) }
    }

    /// A payment counts whether or not there is a channel for its proof.
    private func place(of invoice: String, _ wallet: Wallet) -> ProofChannel? {
        guard let channels else { return nil }
        do {
            return try wallet.proofPlace(of: invoice, over: channels)?.forPayer
        } catch {
            onComplaint(
                "there is no channel for the proof of '\(invoice)': "
                    + (ProofPlace.sentence(for: error) ?? "\(error)"))
            return nil
        }
    }

    /// What is wrong, in the words of the protocol.
    private func refusing<Result>(_ body: () throws -> Result) throws -> Result {
        do {
            return try body()
        } catch let error as RequestError {
            switch error {
            case .expired, .cancelled: throw PaymentRefusal(.expired, error.message)
            case .paid: throw PaymentRefusal(.alreadyPaid, error.message)
            case .mismatch, .refused: throw PaymentRefusal(.invalid, error.message)
            default: throw error
            }
        } catch let error as CoinError {
            throw PaymentRefusal(.invalid, error.message)
        } catch let error as BitcoinError {
            throw PaymentRefusal(.invalid, error.message)
        } catch let error as DirectPaymentError {
            throw PaymentRefusal(.invalid, error.message)
        } catch let error as HeaderError {
            if case .noStore = error { throw error }
            throw PaymentRefusal(.invalid, "the ancestry is false: \(error.message)")
        } catch let refusal as ChainRefusal {
            throw PaymentRefusal(.invalid, "the ancestry is not of this chain: \(refusal.message)")
        } catch let refusal as Refusal {
            throw PaymentRefusal(
                .invalid, "\(refusal.code.rawValue): \(refusal.message)")
        } catch WalletError.unknown(what: "request", name: _, suggestions: _) {
            throw PaymentRefusal(.unknownInvoice, "invoice not found")
        }
    }
}
