// Failures of coins, as people see them.
import Bitcoin
import Broadcasting
import Coins
import CommandKit
import WalletKit

extension Failure {
    /// What is wrong with coins.
    static func coins(_ error: CoinError) -> Failure {
        let status: ExitStatus
        var hint: String?
        switch error {
        case .unknownSchema: status = .storage
        case .invalidPath: status = .usage
        case .unsupported:
            status = .refused
            hint = "its ancestors, or the proof that it is mined, make it count"
        default: status = .refused
        }
        return Failure(status, error.code, DisplayText.neutralised(error.message), hint: hint)
    }

    /// What is wrong with a transaction, a script, an address.
    static func bitcoin(_ error: BitcoinError) -> Failure {
        switch error {
        case .insufficientFunds(let needed, let available):
            Failure(
                .refused, error.code,
                needed == .max
                    ? error.message
                    : "\(CoinAmount.text(needed)) \(CoinAmount.unit) are needed with the fee, "
                        + "\(CoinAmount.text(available)) are free",
                hint: "'wallet coin balance' tells what counts and what is held",
                details: ["available": String(available), "needed": String(needed)])
        case .invalidAddress: Failure(.refused, "invalid-address", error.message)
        default: Failure(.refused, error.code, DisplayText.neutralised(error.message))
        }
    }

    /// What a node does wrong.
    static func node(_ error: NodeError) -> Failure {
        switch error {
        case .misbehaved:
            Failure(.refused, "false-source", DisplayText.neutralised(error.message))
        default: Failure(.network, "node", DisplayText.neutralised(error.message))
        }
    }

    /// What keeps the store of coins from being used; nil for other errors.
    static func coinStorage(_ error: any Error) -> Failure? {
        CoinStorageFault(error).map {
            Failure(
                $0.isBusy ? .busy : .storage, $0.isBusy ? "busy" : "coins",
                "the store of coins cannot be used: \($0.reason)")
        }
    }
}
