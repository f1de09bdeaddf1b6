// wallet coin rescan: blocks of a node, looked through for coins.
import Broadcasting
import CommandKit
import HeaderService
import Headers
import Network
import WalletKit

enum CoinRescanCommand {
    static let command = Command<Context>(
        "rescan", summary: "look through blocks for this wallet's coins",
        details: [
            "Takes the node's headers, and reads the blocks that were not looked through before: "
                + "what was paid to this wallet, what it has paid, whatever waits for its proof. "
                + "Each block is verified by its header. For cron, where a node is what you have.",
            "To restore a seed, say where it began: `--from HEIGHT`. Addresses are looked for up "
                + "to `--gap` beyond the last that was used. `--account` adds another account of "
                + "the seed: m/44'/0'/0' is what most other wallets use.",
        ],
        options: [
            CommandOption(
                "node", value: "URL",
                summary: "a node, as node://HOST:PORT (the first of coin.broadcast)"),
            CommandOption(
                "from", value: "HEIGHT", summary: "the first block (where the last look ended)"),
            CommandOption(
                "gap", value: "N", summary: "addresses beyond the last used one (20)"),
            CommandOption(
                "account", value: "PATH", summary: "another account of the seed, as m/44'/0'/0'",
                isRepeating: true),
        ],
        examples: [
            CommandExample("wallet coin rescan --node node://127.0.0.1:18444", "what is new"),
            CommandExample(
                "wallet coin rescan --from 780000 --account \"m/44'/0'/0'\"", "a restored seed"),
        ]
    ) { invocation, context in
        let wallet = try context.wallet()
        var options = RescanOptions()
        options.from = try invocation.integer("from", in: 0...Int(Int32.max))
        options.gap = try invocation.integer("gap", in: 1...10_000) ?? options.gap
        options.accounts = invocation.values("account")
        let target = try node(invocation, wallet)
        guard case .node(let host, let port) = target else { throw noNode }
        try CoinHeaders.follow(target, wallet, context)
        let reader = BlockReader(host: host, port: port, try context.broadcastSurroundings())
        let rescan = try HeadersCommand.mending(context) {
            try wallet.rescanCoins(options, over: reader) { height, last in
                context.surroundings.onProgress("blocks", Double(height) / Double(max(1, last)))
            }
        }
        for row in rescan.found { try context.console.write(row.row.json + "\n") }
        let heights = rescan.heights.map { "blocks \($0.lowerBound) to \($0.upperBound)" }
        context.say(
            (heights ?? "no new blocks") + ", \(rescan.found.count) transactions found")
    }

    private static var noNode: Failure {
        Failure(
            .refused, "no-node", "no node is named whose blocks could be read",
            hint: "'--node node://HOST:PORT', or one in 'coin.broadcast'")
    }

    private static func node(
        _ invocation: Invocation, _ wallet: Wallet
    ) throws -> BroadcastTarget {
        if let text = invocation.value("node") {
            return try BroadcastTarget(text, try wallet.coinNetwork())
        }
        for endpoint in try wallet.broadcastEndpoints() {
            if case .node = endpoint.target { return endpoint.target }
        }
        throw noNode
    }
}
