// wallet headers follow: the chain from nodes and other services.
import CommandKit
import Glibc
import HeaderService
import Headers
import Network
import WalletKit

extension HeadersCommand {
    static let sourceOptions: [CommandOption] = [
        CommandOption(
            "interval", value: "SECONDS", summary: "between two looks at a service (10)"),
        CommandOption(
            "token-file", value: "FILE", completion: .file,
            summary: "the access token that services are shown"),
    ]

    static let follow = Command<Context>(
        "follow", summary: "take headers from nodes and services, as they come",
        details: [
            "SOURCE is a node of the network, `node://HOST:PORT`, or the URL of another service of "
                + "headers. Several are followed at once: each header is checked, so that none of "
                + "them need be trusted. One that sends what is false is dropped; one that fails is "
                + "tried again, later and later.",
            "A branch with more work takes the place of the end of the chain; it is said what has "
                + "left. Proofs above the fork are to be verified again.",
        ],
        options: storeOptions + sourceOptions + [
            CommandOption("once", summary: "until the sources have nothing more")
        ],
        arguments: [
            CommandArgument("SOURCE", summary: "a node or a service", isRepeating: true)
        ],
        examples: [
            CommandExample("wallet headers follow node://seed.example", "until it is stopped"),
            CommandExample(
                "wallet headers follow --once https://headers.example", "from another service"),
        ], group: CommandTable.Group.secure, needsWallet: false
    ) { invocation, context in
        let network = try network(invocation)
        let sources = try sources(invocation.arguments, network)
        let loop = try EventLoop()
        defer { loop.stop() }
        let surroundings = try surroundings(invocation, context, loop)
        try mending(context) {
            let chain = try SharedChain(
                try directory(invocation, context, makes: true), network, .writing)
            let follower = HeaderFollower(chain, sources, surroundings)
            let outcomes = try SignalWatch.stopping(by: { follower.stop() }) {
                try follower.run(once: invocation.flag("once"))
            }
            let tip = chain.tip
            context.say("the tip is \(tip.height), '\(tip.hash.displayed)'")
            if context.isJSON {
                let row = ReportRow([
                    "event": .text("end"), "height": .number(tip.height),
                    "hash": .text(tip.hash.displayed),
                ])
                try context.console.write(row.json + "\n")
            }
            try judge(outcomes)
        }
    }

    static func sources(_ words: [String], _ network: ChainNetwork) throws -> [HeaderSource] {
        guard words.count <= HeaderServiceLimits.sources else {
            throw Failure(
                .usage, "too-many-sources", "at most \(HeaderServiceLimits.sources) are followed")
        }
        return try words.map { word throws(NetworkError) in try HeaderSource(word, network) }
    }

    /// None left that was not false is a failure; so is none that has answered.
    private static func judge(
        _ outcomes: [(source: HeaderSource, outcome: FollowOutcome)]
    ) throws {
        for (_, outcome) in outcomes {
            switch outcome {
            case .caughtUp, .stopped: return
            case .dropped, .failed: break
            }
        }
        for (source, outcome) in outcomes {
            switch outcome {
            case .dropped(let error):
                throw Failure(
                    .refused, "false-source", "'\(source)' was dropped: \(sentence(error))",
                    details: ["source": "\(source)"])
            case .failed(let error): throw error
            case .caughtUp, .stopped: break
            }
        }
    }

    static func sentence(_ error: any Error) -> String {
        if let bad = error as? BadHeader { return bad.message }
        return (error as? HeaderError)?.message ?? Failure(error).message
    }

    static func surroundings(
        _ invocation: Invocation, _ context: Context, _ loop: EventLoop
    ) throws -> FollowSurroundings {
        let interval = try invocation.integer("interval", in: 1...86_400) ?? 10
        let token = try invocation.value("token-file").map { path in
            String(decoding: try WholeInput.read(path, limit: 4_096), as: UTF8.self)
                .split(whereSeparator: \.isWhitespace).first.map(String.init) ?? ""
        }
        let report = FollowReport(isJSON: context.isJSON, isQuiet: context.isQuiet)
        var surroundings = context.followSurroundings(loop)
        surroundings.token = token
        surroundings.intervalMilliseconds = Int64(interval) * 1_000
        surroundings.report = { report.tell($0, $1) }
        return surroundings
    }
}
