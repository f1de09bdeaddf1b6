// Receiving coins: transactions, proofs, in whatever form they come.
import Bitcoin
import Bytes
import Coins
import Documents
import Headers

/// A payment in coins that was taken.
public struct TakenCoins: Sendable {
    /// The transaction, in internal order.
    public let transaction: Digest256
    /// Satoshis of the outputs that were asked for.
    public let satoshis: UInt64
    /// Whether it counts already.
    public let isVerified: Bool
    /// How far it is believed.
    public let state: TransactionState
}

/// What may be received.
public enum ReceivedCoins: Sendable {
    case transaction(BitcoinTransaction)
    case beef(BEEF)
    case path(BUMP)
    case proof(TSCProof)

    /// Reads a transaction with or without its ancestors (BEEF), or a proof (TSC, BUMP): binary, or
    /// hexadecimal digits, or JSON.
    /// - Throws: `BitcoinError`, `HeaderError`.
    public init(_ bytes: [UInt8]) throws {
        let binary = PresentedProof.binary(bytes)
        // A transaction begins with its version, 1 or 2: no proof is one to its last byte.
        if let transaction = try? BitcoinTransaction(binary) {
            self = .transaction(transaction)
            return
        }
        switch try PresentedProof(bytes) {
        case .tsc(let proof): self = .proof(proof)
        case .bump(let path): self = .path(path)
        case .beef(let beef): self = .beef(beef)
        }
    }
}

extension Wallet {
    /// Takes what somebody has sent; nothing of it counts before it was verified.
    /// - Returns: the transactions that were taken or proved.
    /// - Throws: `CoinError`, `HeaderError`, `ChainRefusal`; failures of storage.
    public func receiveCoins(
        _ received: ReceivedCoins, label: String
    ) throws -> [CoinTransactionRow] {
        let store = try coinStoreWithAccount()
        let now = surroundings.now().milliseconds
        let chain = try coinChain()
        func required() throws -> HeaderStore {
            guard let chain else { throw HeaderError.noStore(path: try coinHeaders()) }
            return chain
        }
        let stored: [StoredTransaction]
        switch received {
        case .transaction(let transaction):
            stored = [try store.take(transaction, label: label, now: now)]
        case .beef(let beef):
            stored = [try store.take(beef, try required(), label: label, now: now)]
        case .path(let path): stored = try store.take(path, try required(), now: now)
        case .proof(let proof): stored = [try store.take(proof, try required(), now: now)]
        }
        return stored.map { CoinTransactionRow($0, tip: chain?.tip.height) }
    }

    /// Takes a payment of outputs that were asked for.
    /// - Parameters:
    ///   - bytes: a transaction, or a BEEF.
    ///   - outputs: each of them must be paid in full.
    ///   - label: what it is for.
    /// - Throws: `CoinError.underpaid`, and as `receiveCoins`.
    public func takeCoins(
        _ bytes: [UInt8], paying outputs: [TransactionOutput], label: String
    ) throws -> TakenCoins {
        let received = try ReceivedCoins(bytes)
        let transaction: BitcoinTransaction
        switch received {
        case .transaction(let whole): transaction = whole
        case .beef(let beef):
            guard let subject = beef.entries.first(where: { $0.id == beef.subject })?.transaction
            else { throw CoinError.unsupported(beef.subject) }
            transaction = subject
        case .path, .proof: throw CoinError.nothingProved
        }
        try Self.check(transaction, pays: outputs)
        let row = try receiveCoins(received, label: label)
        let state = row.first?.stored.state ?? .unverified
        return TakenCoins(
            transaction: transaction.id, satoshis: outputs.reduce(0) { $0 + $1.satoshis },
            isVerified: state == .mined || state == .supported, state: state)
    }

    /// Each output that was asked for has one of its own in the transaction.
    static func check(
        _ transaction: BitcoinTransaction, pays outputs: [TransactionOutput]
    ) throws {
        var left = transaction.outputs
        var paid: UInt64 = 0
        let expected = outputs.reduce(UInt64(0)) { $0 + $1.satoshis }
        var isShort = false
        for output in outputs {
            // The smallest one that is enough: a larger one may be another's.
            let fitting = left.indices
                .filter { left[$0].script == output.script && left[$0].satoshis >= output.satoshis }
                .min { left[$0].satoshis < left[$1].satoshis }
            guard let fitting else {
                isShort = true
                continue
            }
            paid += output.satoshis
            left.remove(at: fitting)
        }
        guard !isShort else {
            throw CoinError.underpaid(
                transaction: transaction.id, expected: expected, got: paid)
        }
    }
}
