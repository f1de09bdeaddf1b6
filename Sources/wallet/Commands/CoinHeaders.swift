// Headers for coins, taken when they are needed.
import Broadcasting
import CommandKit
import HeaderService
import Headers
import Network
import WalletKit

enum CoinHeaders {
    /// Takes the node's headers, unless another process does so.
    static func follow(
        _ target: BroadcastTarget, _ wallet: Wallet, _ context: Context
    ) throws {
        try HeadersCommand.mending(context) {
            let directory = try wallet.makeCoinHeaders()
            let chain: SharedChain
            do {
                chain = try SharedChain(directory, try wallet.coinNetwork(), .writing)
            } catch HeaderError.busy { return }
            let source = try HeaderSource(target.description, try wallet.coinNetwork())
            let loop = try EventLoop()
            defer { loop.stop() }
            var surroundings = context.followSurroundings(loop)
            surroundings.report = { _, event in
                if case .reorganised(let fork, let removed, _) = event {
                    Attendance.say("\(removed) blocks above \(fork) have left the chain")
                }
            }
            for (_, outcome) in try HeaderFollower(chain, [source], surroundings).run(once: true) {
                switch outcome {
                case .caughtUp, .stopped: break
                case .failed(let error): throw error
                case .dropped(let error):
                    throw Failure(
                        .refused, "false-source",
                        "'\(target)' sends false headers: \(Failure(error).message)")
                }
            }
        }
    }

    /// Runs `body`; where a block is not known yet, the headers of the first node of
    /// `coin.broadcast` are taken, and it is run again.
    static func following<Result>(
        _ wallet: Wallet, _ context: Context, _ body: () throws -> Result
    ) throws -> Result {
        do { return try body() } catch let error where isBehind(error) {
            for endpoint in try wallet.broadcastEndpoints() {
                guard case .node = endpoint.target else { continue }
                try follow(endpoint.target, wallet, context)
                return try judging(context, body)
            }
            return try judging(context) { throw error }
        } catch {
            return try judging(context) { throw error }
        }
    }

    /// Runs `body`; what is false is called as `wallet headers verify` calls it.
    static func judging<Result>(_ context: Context, _ body: () throws -> Result) throws -> Result {
        do { return try body() } catch let error as HeaderError {
            switch error {
            case .noStore, .busy, .unusable, .otherChain: throw error
            default:
                throw Failure(
                    .refused, error.proofCode, DisplayText.neutralised(error.message))
            }
        }
    }

    private static func isBehind(_ error: any Error) -> Bool {
        switch error {
        case ChainRefusal.notYet, ChainRefusal.unknownHeader, HeaderError.noStore: true
        default: false
        }
    }
}
