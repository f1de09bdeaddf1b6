// What goes on beside a server that takes coins: a thread that follows headers and looks at blocks.
import Broadcasting
import CommandKit
import Dispatch
import Glibc
import HeaderService
import Headers
import Network
import Synchronization
import WalletKit

/// Follows the nodes of `coin.broadcast` while a server runs.
final class CoinAttendance: Sendable {
    private let follower: HeaderFollower?
    private let keeper: CoinKeeper
    private let isOver = Atomic<Bool>(false)
    private let group = DispatchGroup()

    private static let pauseMicroseconds: UInt32 = 200_000

    /// Begins; nil where the wallet names nobody to follow.
    static func begin(_ context: Context) throws -> CoinAttendance? {
        let wallet = try context.wallet()
        let targets = try wallet.broadcastEndpoints().map(\.target)
        guard !targets.isEmpty else { return nil }
        return try CoinAttendance(context, wallet, targets)
    }

    private init(_ context: Context, _ wallet: Wallet, _ targets: [BroadcastTarget]) throws {
        let network = try wallet.coinNetwork()
        var sources: [HeaderSource] = []
        var reader: BlockReader?
        for target in targets {
            guard case .node(let host, let port) = target else { continue }
            sources.append(try HeaderSource(target.description, network))
            if reader == nil {
                reader = BlockReader(host: host, port: port, try context.broadcastSurroundings())
            }
        }
        let isQuiet = context.isQuiet
        keeper = try CoinKeeper(wallet, try context.broadcaster(), reader) { event in
            if !isQuiet { Attendance.say(Self.sentence(event)) }
        }
        follower =
            try sources.isEmpty
            ? nil : Self.follower(sources, try wallet.makeCoinHeaders(), network, context)
        run()
    }

    /// Nil where another process follows already.
    private static func follower(
        _ sources: [HeaderSource], _ directory: String, _ network: ChainNetwork,
        _ context: Context
    ) throws -> HeaderFollower? {
        do {
            let chain = try SharedChain(directory, network, .writing)
            return HeaderFollower(chain, sources, context.followSurroundings(try EventLoop()))
        } catch HeaderError.busy { return nil }
    }

    private func run() {
        if let follower {
            DispatchQueue(label: "headers").async(group: group) {
                do { _ = try follower.run(once: false) } catch {
                    Attendance.say("wallet: " + Failure(error).message)
                }
            }
        }
        DispatchQueue(label: "coins").async(group: group) { [self] in
            var last = ""
            while !isOver.load(ordering: .relaxed) {
                do { try keeper.look() } catch {
                    // Said once, not at every look.
                    let text = Failure(error).message
                    if text != last { Attendance.say("wallet: " + text) }
                    last = text
                }
                usleep(Self.pauseMicroseconds)
            }
        }
    }

    /// Ends, and waits for what is going on.
    func end() {
        isOver.store(true, ordering: .relaxed)
        follower?.stop()
        group.wait()
    }

    private static func sentence(_ event: CoinKeeper.Event) -> String {
        switch event {
        case .proved(let row):
            "transaction \(row.stored.transaction.id.displayed.prefix(16)), "
                + "\(CoinAmount.text(signed: row.stored.delta)) \(CoinAmount.unit): "
                + row.stored.state.sentence
        case .demoted(let id):
            "the block of transaction \(id.displayed.prefix(16)) has left the chain"
        case .dropped(let id):
            "transaction \(id.displayed.prefix(16)) is given up: miners refuse it"
        case .complaint(let text): "wallet: " + text
        }
    }
}
