// wallet proxy serve: a relay for the wallets of others.
import CommandKit
import Cryptography
import DirectPayment
import Files
import Glibc
import Network
import WalletKit

enum ProxyServeCommand {
    static let command = Command<Context>(
        "serve", summary: "run a relay",
        details: [
            "Payers ask `GET /api/v1/payment/ID` for terms and `POST` a payment there; proofs go "
                + "to `/api/v1/proofs/TXID?i=ID`; wallets open `/ws/ID?internal=true`. Payers who "
                + "prefer sockets join `/ws/ID`; with `--mode socket` they have to.",
            "A channel belongs to the wallet that joined it first with a secret: nobody else may "
                + "answer there. With `--store`, terms are shown and payments taken while such a "
                + "wallet sleeps: the payer is told so, and asks again. Without it, that lasts as "
                + "long as this process.",
            "`GET /health` answers 204; `GET /metrics` is for Prometheus. Behind a server that ends "
                + "TLS say `--behind-proxy` and `--public-url`: it has to pass WebSockets on, and "
                + "write `X-Forwarded-For`.",
            "No wallet is needed, and none is touched. SIGTERM closes the sockets and ends it.",
        ],
        options: [
            CommandOption(
                "listen", value: "HOST:PORT",
                summary: "where to listen; `unix:PATH` for a socket (127.0.0.1:8445)",
                isRepeating: true),
            CommandOption(
                "public-url", value: "URL", summary: "where payers reach it (as it listens)"),
            CommandOption(
                "store", value: "DIR", completion: .directory,
                summary: "keep terms and messages for wallets that sleep"),
            CommandOption(
                "mode", value: "MODE",
                completion: .choice(ProxyOptions.Mode.allCases.map(\.rawValue)),
                summary: "hybrid: payers over HTTP; socket: over sockets alone (hybrid)"),
            CommandOption(
                "admit-secret-file", value: "FILE", completion: .file,
                summary: "only wallets that show this may open channels"),
            CommandOption("require-secret", summary: "refuse wallets that bind no channel: payd's"),
            CommandOption(
                "tls-cert", value: "FILE", completion: .file,
                summary: "serve HTTPS with this certificate chain"),
            CommandOption(
                "tls-key", value: "FILE", completion: .file, summary: "the certificate's key"),
            CommandOption("behind-proxy", summary: "peers are named by X-Forwarded-For"),
            CommandOption(
                "answer-time", value: "SECONDS", summary: "how long a wallet has to answer (10)"),
            CommandOption(
                "channel-time", value: "SECONDS",
                summary: "how long sockets of a channel stay open (7200)"),
            CommandOption(
                "keep-time", value: "SECONDS",
                summary: "how long things are kept after the terms expire (604800)"),
            CommandOption(
                "connections", value: "N", summary: "connections at one time (32768)"),
            CommandOption(
                "connections-per-address", value: "N",
                summary: "connections at one time from one address (1024)"),
        ],
        examples: [
            CommandExample("wallet proxy serve", "on this machine, to try it"),
            CommandExample(
                "wallet proxy serve --listen 0.0.0.0:443 --tls-cert c.pem --tls-key k.pem "
                    + "--public-url https://relay.example --store /srv/relay", "for the world"),
        ], needsWallet: false
    ) { invocation, context in
        let serving = try serving(invocation)
        let surroundings = context.surroundings
        let isQuiet = context.isQuiet
        let server: ProxyServer
        do {
            server = try ProxyServer(
                serving,
                ProxyService.Surroundings(
                    now: { surroundings.now().milliseconds }, random: surroundings.random,
                    onFailure: { if !isQuiet { complain("cannot store: \($0)") } }))
        } catch DirectPaymentError.storage(let path, let reason) {
            throw Failure(.storage, "proxy-store", "'\(path)' cannot be used: \(reason)")
        }
        try run(server, context)
    }

    private static func complain(_ text: String) {
        _ = "wallet: \(text)\n".withCString { write(STDERR_FILENO, $0, strlen($0)) }
    }

    private static func run(_ server: ProxyServer, _ context: Context) throws {
        try SignalWatch.stopping(by: { server.requestStop() }) {
            try context.listening(at: try server.start())
            server.wait()
        }
        context.say("stopped")
    }
}
