// wallet serve: a processor for many users.
import CommandKit
import Glibc
import WalletKit

enum ServeCommand {
    static let command = Command<Context>(
        "serve", summary: "serve this domain to others over HTTP",
        details: [
            "Answers WebWallet's API: `POST /transaction` clears promises, one a request, many at once with "
                + "`Content-Type: application/x-ndjson`; what is asked at the same time is synced together, and "
                + "nothing is answered before it is durable. `GET /` says who this is, `GET /openapi.json` "
                + "describes every call, `GET /events` follows the log as a WebSocket or as Server-Sent Events, "
                + "`GET /metrics` is for Prometheus.",
            "Accounts are addresses: nobody registers, whoever signs may clear, as long as `domain.admission` "
                + "is open. For people without keys, see `wallet user`. Other commands and cron go on using the "
                + "wallet beside the server, `wallet seal` too.",
            "The wallet's passphrase is asked for at the start, if it has one. SIGTERM lets running requests end.",
            "As a service of systemd, in `/etc/systemd/system/wallet.service`:",
            """
                [Unit]
                After=network.target
                [Service]
                User=wallet
                ExecStart=/usr/local/bin/wallet -C /srv/wallet serve
                Restart=on-failure
                LimitNOFILE=65536
                NoNewPrivileges=true
                ProtectSystem=strict
                ReadWritePaths=/srv/wallet
                [Install]
                WantedBy=multi-user.target
            """,
            "Behind nginx, which ends TLS, with `wallet config set serve.proxied true`:",
            """
                location / {
                    proxy_pass http://127.0.0.1:2015;
                    proxy_http_version 1.1;
                    proxy_set_header Host $host;
                    proxy_set_header X-Forwarded-For $remote_addr;
                    proxy_request_buffering off;
                    proxy_buffering off;
                }
                location = /events {
                    proxy_pass http://127.0.0.1:2015;
                    proxy_http_version 1.1;
                    proxy_set_header Host $host;
                    proxy_set_header X-Forwarded-For $remote_addr;
                    proxy_set_header Upgrade $http_upgrade;
                    proxy_set_header Connection upgrade;
                    proxy_buffering off;
                    proxy_read_timeout 1h;
                }
            """,
        ],
        options: [
            CommandOption(
                "listen", value: "HOST:PORT",
                summary: "where to listen; `unix:PATH` for a socket (serve.listen)",
                isRepeating: true),
            CommandOption(
                "tls-cert", value: "FILE", completion: .file,
                summary: "serve HTTPS with this certificate chain"),
            CommandOption(
                "tls-key", value: "FILE", completion: .file, summary: "the certificate's key"),
            CommandOption("read-only", summary: "show, but clear nothing"),
            CommandOption(
                "public-url", value: "URL",
                summary: "where others reach this server (serve.public-url)"),
        ],
        examples: [
            CommandExample("wallet serve", "on this machine only, port 2015"),
            CommandExample(
                "wallet serve --listen 0.0.0.0:443 --tls-cert c.pem --tls-key k.pem",
                "for the world, over HTTPS"),
            CommandExample(
                "wallet serve --read-only --listen unix:wallet.sock", "to show, for this user alone"
            ),
        ],
        group: CommandTable.Group.share, seeAlso: ["peer", "user", "clear", "seal"]
    ) { invocation, context in
        let wallet = try context.wallet()
        var options = ServingOptions(version: CommandTable.version)
        options.listen = invocation.values("listen")
        if options.listen.isEmpty {
            options.listen = [try wallet.configuration.text(Settings.serveListen) ?? ""]
        }
        options.tls = try invocation.tlsFiles()
        options.isReadOnly = invocation.flag("read-only")
        options.publicURL = invocation.value("public-url")
        options.nanoseconds = { Live.nanoseconds() }
        options.messages = context.messageTransport()
        try run(try WalletServer(wallet: wallet, options), context)
    }

    private static func run(_ server: WalletServer, _ context: Context) throws {
        try SignalWatch.stopping(by: { server.requestStop() }) {
            for url in try server.start() {
                context.say("serving '\(server.domain)' at \(url)")
                if context.isJSON {
                    let row = ReportRow(["domain": .text(server.domain), "url": .text(url)])
                    try context.console.write(row.json + "\n")
                }
            }
            try context.console.flush()
            try server.wait()
        }
        context.say("stopped")
    }
}
