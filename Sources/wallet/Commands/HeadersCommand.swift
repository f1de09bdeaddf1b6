// wallet headers: Bitcoin's block headers, and what can be verified by them.
import Bytes
import CommandKit
import Files
import Headers
import WalletKit

enum HeadersCommand {
    static let command = Command<Context>(
        "headers", summary: "keep Bitcoin's block headers, and verify proofs by them",
        details: [
            "A chain of headers is what it takes to know, without trusting anybody, whether a "
                + "transaction was mined: 80 bytes a block. Every header is checked by the rules of "
                + "its network: its work, its difficulty, its time, known blocks; of several "
                + "branches the one with the most work counts.",
            "The chain lies in `.wallet/headers/NETWORK` of the wallet, or in the directory that "
                + "`--store` names: then no wallet is needed. One process writes at a time, others "
                + "may read meanwhile.",
            "With `--stacks` the headers of this wallet's own stacks are meant, `stacks/headers`.",
        ],
        subcommands: [follow, importing, serve, show, tip, verify], defaultSubcommand: "tip",
        group: CommandTable.Group.secure, needsWallet: false, seeAlso: ["verify", "seal"])

    static let storeOptions: [CommandOption] = [
        CommandOption(
            "store", value: "DIR", completion: .directory,
            summary: "the directory of the chain, instead of the wallet's"),
        CommandOption(
            "network", value: "NAME",
            completion: .choice(ChainNetwork.allCases.map(\.rawValue)),
            summary: "mainnet, testnet, stn or regtest (mainnet)"),
    ]

    static let stacks = CommandOption("stacks", summary: "the headers of this wallet's own stacks")

    /// The network that was named.
    static func network(_ invocation: Invocation) throws -> ChainNetwork {
        guard let name = invocation.value("network") else { return .mainnet }
        guard let network = ChainNetwork(rawValue: name) else {
            throw invocation.invalid("network", expected: "mainnet, testnet, stn or regtest")
        }
        return network
    }

    /// The directory of the chain. Its parent is made where the chain is to be written.
    static func directory(
        _ invocation: Invocation, _ context: Context, makes: Bool
    ) throws -> String {
        if let path = invocation.value("store") {
            guard path.hasPrefix("/") else { return try context.workingDirectory() + "/" + path }
            return path
        }
        let wallet: Wallet
        do { wallet = try context.wallet() } catch let error as WalletError {
            var failure = Failure(error)
            failure.hint = "'--store DIR' says where the headers are"
            throw failure
        }
        let folder = wallet.directory + "/headers"
        if makes, try FileSystem.status(folder) == nil {
            try FileSystem.makeDirectory(folder)
            try FileSystem.synchronizeDirectory(wallet.directory)
        }
        return folder + "/" + (try network(invocation).rawValue)
    }

    /// The chain that is asked.
    static func lookup(_ invocation: Invocation, _ context: Context) throws -> any HeaderLookup {
        if let error = invocation.conflict(among: ["stacks", "store"]) { throw error }
        return try mending(context) {
            guard invocation.flag("stacks") else {
                return try HeaderStore(
                    try directory(invocation, context, makes: false), network(invocation), .reading)
            }
            let path = try context.wallet().directory + "/stacks/headers"
            guard try FileSystem.status(path) != nil else { throw HeaderError.noStore(path: path) }
            return try StackHeaders(try FileSystem.read(path, limit: Limits.headersBytes))
        }
    }

    /// The chain, to be written.
    static func writing(_ invocation: Invocation, _ context: Context) throws -> HeaderStore {
        try mending(context) {
            try HeaderStore(
                try directory(invocation, context, makes: true), network(invocation), .writing)
        }
    }

    /// Runs `body`; what headers refuse becomes a failure of its own code.
    static func mending<Result>(_ context: Context, _ body: () throws -> Result) throws -> Result {
        do { return try body() } catch let error as BadHeader {
            throw Failure(
                .refused, "invalid-header", error.message, details: ["index": "\(error.index)"])
        } catch let error as HeaderError {
            throw failure(error)
        } catch let refusal as ChainRefusal {
            throw Failure(.refused, refusal.code, refusal.message)
        }
    }

    /// A failure of its own code.
    static func failure(_ error: HeaderError) -> Failure {
        switch error {
        case .busy: Failure(.busy, "busy", error.message)
        case .noStore:
            Failure(
                .storage, "no-headers", error.message,
                hint: "'wallet headers follow' or 'wallet headers import' makes them")
        case .unusable: Failure(.storage, "headers-unusable", error.message)
        case .otherChain(let height, _) where height == 0:
            Failure(
                .storage, "other-network", "the headers there are of another network",
                hint: "'--network NAME' says which")
        case .malformedText(let line, _):
            Failure(.refused, "malformed-headers", error.message, details: ["line": "\(line)"])
        case .truncated: Failure(.refused, "malformed-headers", error.message)
        default: Failure(.refused, "invalid-header", error.message)
        }
    }
}

extension PlacedHeader {
    /// The names that services of headers use, so that one program reads both.
    func row(_ chain: any HeaderLookup) throws -> ReportRow {
        ReportRow([
            "height": .number(height), "hash": .text(hash.displayed),
            "prevBlockHash": .text(header.previous.displayed),
            "merkleRoot": .text(header.merkleRoot.displayed),
            "version": .number(Int(header.version)),
            "creationTimestamp": .number(Int(header.time)),
            "difficultyTarget": .number(Int(header.bits)), "nonce": .number(Int(header.nonce)),
            "state": .text(state == .longest ? "LONGEST_CHAIN" : "STALE"),
            "chainWork": .text("\(try chain.work(of: self))"),
            "confirmations": .number(state == .longest ? chain.tip.height - height + 1 : 0),
        ])
    }
}
