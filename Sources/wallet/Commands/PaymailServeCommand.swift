// wallet paymail serve: answers for this wallet's aliases.
import CommandKit
import Glibc
import Network
import Paymail
import WalletKit

enum PaymailServeCommand {
    static let command = Command<Context>(
        "serve", summary: "answer for this wallet's aliases",
        details: [
            "A server of Paymail (bsvalias): the list at `/.well-known/bsvalias`, keys, profiles, "
                + "outputs for coins, transactions alone and with proofs, and where IOUs go. Tell "
                + "the world by an SRV record `_bsvalias._tcp.DOMAIN`, or by answering at DOMAIN, "
                + "port 443, with TLS here or in front.",
            "Each payment gets an output of its own under a reference. A reference is paid once, "
                + "in full, by one transaction; whoever sends the same again is told the same. "
                + "Nothing counts as balance before it was verified. Where `coin.broadcast` names "
                + "services, they are sent each transaction before its sender is answered.",
            "With `--validate-senders` requests must be signed by who asks, and his server is "
                + "asked for his key. With `--approve` senders of the older kind wait until "
                + "`wallet paymail approve` says yes.",
            "While it runs, the headers of the nodes of `coin.broadcast` are followed, and their "
                + "blocks looked through; miners' services are asked: proofs of what was paid come "
                + "by themselves.",
            "Aliases that are added while it runs are answered for at once. SIGTERM lets running "
                + "requests end.",
        ],
        options: [
            CommandOption(
                "domain", value: "DOMAIN", summary: "what stands behind the '@'", isRequired: true),
            CommandOption(
                "listen", value: "HOST:PORT",
                summary: "where to listen; `unix:PATH` for a socket (127.0.0.1:3000)",
                isRepeating: true),
            CommandOption(
                "public-url", value: "URL", summary: "where others reach it (as it listens)"),
            CommandOption(
                "tls-cert", value: "FILE", completion: .file,
                summary: "serve HTTPS with this certificate chain"),
            CommandOption(
                "tls-key", value: "FILE", completion: .file, summary: "the certificate's key"),
            CommandOption("behind-proxy", summary: "peers are named by X-Forwarded-For"),
            CommandOption(
                "validate-senders", summary: "requests and transactions are signed by the sender"),
            CommandOption("approve", summary: "senders of the older kind wait for a word"),
            CommandOption(
                "reference-time", value: "SECONDS",
                summary: "how long a promised output may be paid (86400)"),
            CommandOption(
                "rate", value: "N",
                summary: "requests of a network in a second, half of an alias's; 0: any (30)"),
            Context.resolveOption,
        ],
        examples: [
            CommandExample("wallet paymail serve --domain localhost", "on this machine, to try it"),
            CommandExample(
                "wallet paymail serve --domain example.com --listen 0.0.0.0:443 --tls-cert c.pem "
                    + "--tls-key k.pem --public-url https://example.com", "for the world"),
        ]
    ) { invocation, context in
        let options = try options(invocation, context)
        let desk = try AliasDesk(
            wallet: try context.wallet(), try deskOptions(invocation, context, options))
        try desk.begin()
        let words = invocation.values("listen")
        let server = try PaymailServer(
            PaymailService(desk, options),
            listen: try (words.isEmpty ? ["127.0.0.1:3000"] : words)
                .map { word throws(NetworkError) in try ListenAddress(word) },
            tls: try invocation.tlsFiles())
        let coins = try CoinAttendance.begin(context)
        defer { coins?.end() }
        try SignalWatch.stopping(by: { server.requestStop() }) {
            try context.listening(at: try server.start())
            server.wait()
        }
        context.say("stopped")
    }

    private static func deskOptions(
        _ invocation: Invocation, _ context: Context, _ options: PaymailOptions
    ) throws -> AliasDesk.Options {
        var desk = AliasDesk.Options(
            onTaken: { taken, label in
                complain(
                    "took \(taken.transaction.displayed), \(taken.satoshis) satoshis (\(label))")
            }, onComplaint: { complain($0) })
        desk.asksForApproval = options.asksForApproval
        if let seconds = try invocation.integer("reference-time", in: 1...31_536_000) {
            desk.referenceSeconds = seconds
        }
        if try !context.wallet().broadcastEndpoints().isEmpty {
            desk.broadcaster = try context.broadcaster()
        }
        return desk
    }

    private static func complain(_ text: String) {
        _ = "wallet: \(text)\n".withCString { write(STDERR_FILENO, $0, strlen($0)) }
    }

    private static func options(
        _ invocation: Invocation, _ context: Context
    ) throws -> PaymailOptions {
        guard let domain = invocation.value("domain")?.lowercased() else {
            throw invocation.usageError(.missingArgument, "'--domain DOMAIN' is needed")
        }
        guard PaymailHandle.fault(domain: domain) == nil else {
            throw invocation.invalid("domain", expected: "the name of a domain")
        }
        let now = context.surroundings.now
        var options = PaymailOptions(
            domain: domain, publicURL: try invocation.publicURL(), now: { now() },
            onFailure: { complain("a request has failed: \(Failure($0).message)") })
        options.asksForApproval = invocation.flag("approve")
        options.requiresSender = invocation.flag("validate-senders")
        options.isBehindProxy = invocation.flag("behind-proxy")
        if options.requiresSender {
            options.senders = try context.paymailClient(
                invocation.values("resolve"), isForStrangers: true)
        }
        if let rate = try invocation.integer("rate", in: 0...1_000_000) {
            options.peerAllowance = allowance(perSecond: rate)
            options.aliasAllowance = allowance(perSecond: 2 * rate)
        }
        if try context.wallet().coinNetwork() != .mainnet {
            options.suffixes = ["-testnet", "-stn"]
        }
        return options
    }

    private static func allowance(perSecond rate: Int) -> BucketSize? {
        rate == 0 ? nil : BucketSize(capacity: 10 * rate, perSecond: rate)
    }
}
