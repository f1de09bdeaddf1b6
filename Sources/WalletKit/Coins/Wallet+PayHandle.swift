// Paying a handle in bitcoins: what its server has promised is paid once, whatever happens between.
import Bitcoin
import Bytes
import Coins
import Cryptography
import Documents
import Headers
import Network
import Paymail

/// A payment to a handle, on its way.
public struct HandlePayment: Sendable {
    /// Who is paid.
    public let handle: PaymailHandle
    /// What his server wants to be paid, and its name for it.
    public let destination: PeerDestination
    /// The name under which the payment is kept.
    public let name: String
    /// The transaction.
    public let row: CoinTransactionRow
}

extension Wallet {
    /// Asks for outputs and makes the transaction that pays them. Nothing leaves this machine.
    /// - Parameters:
    ///   - id: the same gives the same payment; nil: a new one.
    ///   - note: for who is paid.
    /// - Throws: `PaymailError`, `NetworkError`; as `draftCoins`.
    public func draftPayment(
        to handle: PaymailHandle, satoshis: UInt64, id: String?, with client: PaymailClient
    ) throws -> HandlePayment {
        let random = try random(id.map { "paymail " + $0 })
        let name = Invoice.identifier(Hash.sha256(Array(random.utf8)))
        let known = try paymentStore.read(name, .destination).flatMap {
            try? ForeignJSON($0.withoutNewline)
        }
        let destination: PeerDestination
        if let known {
            guard known["handle"]?.string == handle.description,
                known["satoshis"]?.integer == Int(satoshis), let answer = known["answer"]
            else { throw WalletError.idReused(id: id ?? "") }
            destination = try PeerDestination(answer.bytes, satoshis: satoshis)
        } else {
            destination = try client.destination(for: handle, satoshis: satoshis)
            let kept: ForeignJSON = [
                "answer": destination.json, "handle": .string(handle.description),
                "satoshis": ForeignJSON(Int(satoshis)),
            ]
            try holding(paymentStore) {
                try paymentStore.write(name, .destination, kept.bytes + [UInt8(ascii: "\n")])
            }
        }
        let row = try draftCoins(
            paying: destination.outputs, label: "\(handle), \(destination.reference)")
        return HandlePayment(handle: handle, destination: destination, name: name, row: row)
    }

    /// Hands the transaction over: its coins are spent from now on. The same again does no harm.
    /// - Throws: `PaymailError.refused` where the other side does not want it: then it is given up,
    ///   and its coins are free; `RequestError.unanswered` where nobody has answered; failures of
    ///   storage.
    public func handOver(
        _ payment: HandlePayment, note: String, with client: PaymailClient
    ) throws -> TransactionReceipt {
        let id = payment.row.stored.transaction.id
        let handed = try handOutCoins(id)
        let now = surroundings.now()
        try holding(paymentStore) {
            let request = CoinRequest(
                id: payment.name, network: try coinNetwork(),
                outputs: payment.destination.outputs, memo: payment.handle.description,
                issued: now, expiry: .latest, relay: nil)
            if try paymentStore.read(payment.name, .coins) == nil {
                try paymentStore.write(
                    payment.name, .coins, request.document + [UInt8(ascii: "\n")])
            }
            try paymentStore.write(payment.name, .payment, Array((id.displayed + "\n").utf8))
        }
        do {
            let offers = try client.capabilities(of: payment.handle.domain)
            let payload: TransactionPayload =
                offers.offers(.receiveBEEF)
                ? .beef(try handed.evidence.binary(.v1)) : .raw(handed.transaction.bytes)
            return try client.send(
                payload, id, to: payment.handle, reference: payment.destination.reference,
                note: note)
        } catch let error as PaymailError {
            guard case .refused(let status, _, _) = error, (400..<500).contains(status),
                status != 429
            else { throw error }
            try dropCoins(id)
            throw error
        } catch let error as NetworkError {
            throw RequestError.unanswered(
                url: payment.handle.description, reason: PeerError.sentence(for: error))
        }
    }
}
