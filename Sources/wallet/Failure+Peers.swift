// Failures of peers and of the network, as people see them.
import CommandKit
import Network
import Service
import WalletKit

extension Failure {
    /// What went wrong between two machines.
    static func network(_ error: NetworkError) -> Failure {
        let status: ExitStatus =
            switch error {
            case .invalidURL: .usage
            case .cannotListen, .unusableCertificate: .storage
            default: .network
            }
        return Failure(status, error.code, PeerError.sentence(for: error))
    }

    /// What a peer does wrong, or cannot do.
    static func peer(_ error: PeerError) -> Failure {
        Failure(
            status(of: error), error.code, "\(error)", hint: hint(for: error),
            details: error.details)
    }

    private static func status(of error: PeerError) -> ExitStatus {
        switch error {
        case .noAnswer(_, .stated(let error)), .unsent(_, .stated(let error)):
            error.isTemporary ? .network : .refused
        case .noAnswer, .unsent: .network
        case .damaged: .storage
        default: .refused
        }
    }

    private static func hint(for error: PeerError) -> String? {
        switch error {
        case .unsent(let peer, _):
            "the promise is kept: 'wallet peer resend \(peer)' sends it again, and it clears once"
        case .keyChanged(let peer, _, _):
            "ask its operator; 'wallet peer remove \(peer)' and 'wallet peer add --key VKEY' pin "
                + "another key"
        case .falseReceipt, .forked, .unproved:
            "what it has signed is kept as 'receipts.ndjson' in '.wallet/peers', and can be shown "
                + "to others"
        default: nil
        }
    }
}
