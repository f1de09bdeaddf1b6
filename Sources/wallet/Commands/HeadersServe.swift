// wallet headers serve: the chain for others, over HTTP and WebSockets.
import CommandKit
import HeaderService
import Headers
import Network
import WalletKit

extension HeadersCommand {
    static let serve = Command<Context>(
        "serve", summary: "serve the chain to others over HTTP",
        details: [
            "Answers the questions of two services of headers, under their own paths and in their "
                + "own shapes: HeaderSV's (`/api/v1/chain/…`, no tokens, 204 for what is not there) "
                + "and the block headers service's, once called Pulse (`Authorization: Bearer`, "
                + "errors with codes, `merkleroot/verify`, webhooks, Centrifuge at "
                + "`/connection/websocket`). `/api/v1/chain/feed` is a plain WebSocket: one event a "
                + "message. Headers come in binary where `application/octet-stream` is asked for.",
            "Reading needs no token, unless `--private` is given; webhooks and tokens do. The "
                + "administrator's token is random, made at the first start and shown that once: "
                + "only its hash is kept. `POST /api/v1/access` with it makes tokens for others.",
            "Webhooks that lead into private networks are refused, unless "
                + "`--allow-private-webhooks` is given.",
            "Without `--follow` it shows what `wallet headers follow` or `import` write beside it. "
                + "SIGTERM lets running requests end.",
        ],
        options: storeOptions + sourceOptions + [
            CommandOption(
                "listen", value: "HOST:PORT",
                summary: "where to listen; `unix:PATH` for a socket (127.0.0.1:8080)",
                isRepeating: true),
            CommandOption(
                "tls-cert", value: "FILE", completion: .file,
                summary: "serve HTTPS with this certificate chain"),
            CommandOption(
                "tls-key", value: "FILE", completion: .file, summary: "the certificate's key"),
            CommandOption(
                "follow", value: "SOURCE", summary: "take headers from a node or a service",
                isRepeating: true),
            CommandOption("private", summary: "nobody reads without a token"),
            CommandOption(
                "allow-private-webhooks", summary: "call webhooks in private networks too"),
        ],
        examples: [
            CommandExample(
                "wallet headers serve --follow node://seed.example", "for this machine"),
            CommandExample(
                "wallet headers serve --store /srv/headers --listen 0.0.0.0:8080",
                "for the world, a chain that another process follows"),
        ], group: CommandTable.Group.secure, needsWallet: false
    ) { invocation, context in
        try mending(context) { try run(invocation, context) }
    }

    private static func run(_ invocation: Invocation, _ context: Context) throws {
        let network = try network(invocation)
        let sources = try sources(invocation.values("follow"), network)
        let directory = try directory(invocation, context, makes: !sources.isEmpty)
        let words = invocation.values("listen")
        let addresses = try (words.isEmpty ? ["127.0.0.1:8080"] : words)
            .map { word throws(NetworkError) in try ListenAddress(word) }
        let tls = try invocation.tlsFiles()
        let chain = try SharedChain(directory, network, sources.isEmpty ? .reading : .writing)
        let loop = try EventLoop()
        defer { loop.stop() }
        let follower =
            sources.isEmpty
            ? nil : HeaderFollower(chain, sources, try surroundings(invocation, context, loop))
        let (options, now) = options(invocation, context, loop, follower)
        let service = try HeaderService(chain, directory: directory, options)
        let token = try service.makeAdministrator()
        let server = HeaderServer(
            chain, service, loop: loop, addresses: addresses, tls: tls, follower: follower,
            clock: now)
        try SignalWatch.stopping(by: { server.requestStop() }) {
            for url in try server.start() {
                context.say("listening on \(url)")
                guard context.isJSON else { continue }
                let row = ReportRow([
                    "url": .text(url), "network": .text(network.rawValue),
                    "adminToken": token.map { .text($0) },
                ])
                try context.console.write(row.json + "\n")
            }
            if let token, !context.isJSON {
                // Not kept quiet: it is never shown again.
                context.console.say("the administrator's token, shown this once: \(token)")
            }
            try context.console.flush()
            try server.wait()
        }
        context.say("stopped")
    }

    private static func options(
        _ invocation: Invocation, _ context: Context, _ loop: EventLoop,
        _ follower: HeaderFollower?
    ) -> (HeaderOptions, @Sendable () -> Int64) {
        let clock = context.surroundings.now
        let now: @Sendable () -> Int64 = { clock().milliseconds / 1000 }
        let report = FollowReport(isJSON: context.isJSON, isQuiet: false)
        let isOpen = invocation.flag("allow-private-webhooks")
        var options = HeaderOptions(
            now: now, random: context.surroundings.random,
            http: HTTPClient(loop: loop, allowsPrivateAddresses: isOpen),
            peers: { follower?.peers.map(\.description) ?? [] },
            onFailure: { report.tell($0) })
        options.isPrivate = invocation.flag("private")
        options.allowsPrivateWebhooks = isOpen
        return (options, now)
    }
}
