// Proofs of Bitcoin transactions that others send: believed as far as our own headers go.
import Bytes
import Channels
import DirectPayment
import Documents
import Headers

/// Verifies proofs against headers that this wallet has followed, and keeps them in
/// `.wallet/proofs.db`.
public struct MinerProofs: Sendable {
    private let receiver: ProofReceiver
    private let now: @Sendable () -> Timestamp

    private static let name = "proofs.db"

    /// - Parameter headers: the directory of a followed chain.
    /// - Throws: failures of storage; `HeaderError`.
    public init(_ wallet: Wallet, headers: String, _ network: ChainNetwork) throws {
        let now = wallet.surroundings.now
        receiver = try ProofReceiver(
            wallet.directory + "/" + Self.name,
            StoredHeaders(headers, network, now: { now().milliseconds }))
        self.now = now
    }

    /// Takes a callback.
    /// - Parameter transaction: 64 hexadecimal digits, as they are shown.
    /// - Throws: `PaymentRefusal` for what is false; failures of storage.
    public func take(_ transaction: String, _ envelope: ForeignJSON) throws {
        guard let digest = Digest256(displayed: transaction) else {
            throw PaymentRefusal(.falseProof, "this is no name of a transaction")
        }
        do {
            _ = try receiver.take(
                ProofCallback(envelope.bytes), expecting: digest, now: now().milliseconds)
        } catch ProofError.unknownBlock {
            throw PaymentRefusal(.unavailable, ProofError.unknownBlock.message)
        } catch let error as ProofError {
            throw PaymentRefusal(.falseProof, error.message)
        }
    }

    /// Looks at all proofs again where another branch has become the longest; a sentence for each
    /// transaction whose block has left the chain, or is in it again.
    /// - Throws: failures of storage; `HeaderError`.
    public func follow() throws -> [String] {
        let changes = try receiver.follow()
        return changes.orphaned.map {
            "the block of the transaction \($0.displayed) is no longer in the longest chain"
        }
            + changes.restored.map {
                "the block of the transaction \($0.displayed) is in the longest chain again"
            }
    }
}
