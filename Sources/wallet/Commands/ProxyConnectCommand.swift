// wallet proxy connect: this wallet answers its requests for payment through a relay.
import CommandKit
import DirectPayment
import Files
import WalletKit

enum ProxyConnectCommand {
    static let command = Command<Context>(
        "connect", summary: "answer this wallet's requests for payment through a relay",
        details: [
            "Dials out to the relay and waits there for payers, so nobody has to reach this "
                + "machine. Requests that are made while it runs are taken up within a second; each "
                + "payment is cleared here, once, and its receipt sent back. Connections that are "
                + "lost are made again.",
            "Where `request.channels` names a channel server, each payment gets a channel, and "
                + "its proof is left there once its block is sealed.",
            "`--daemon` goes on in the background and writes to `.wallet/connect/log`; `--stop` ends "
                + "it. One wallet has one of them. `--once` takes what waits at the relay, and "
                + "ends: for cron.",
        ],
        options: [
            CommandOption(
                "daemon", summary: "go on in the background, with a log below .wallet"),
            CommandOption("stop", summary: "end the one in the background"),
            CommandOption("once", summary: "answer what waits, then end"),
            CommandOption(
                "admit-secret-file", value: "FILE", completion: .file,
                summary: "what the relay's operator has given out, where not everybody may join"),
            CommandOption(
                "headers", value: "DIR", completion: .directory,
                summary: "block headers that miners' proofs are verified by (.wallet/headers)"),
            HeadersCommand.storeOptions[1],
        ],
        arguments: [
            CommandArgument(
                "URL", summary: "the relay: wss://HOST or https://HOST (request.proxy)",
                isOptional: true)
        ],
        examples: [
            CommandExample("wallet proxy connect wss://relay.example", "until interrupted"),
            CommandExample("wallet proxy connect --daemon", "in the background"),
        ]
    ) { invocation, context in
        if let error = invocation.conflict(among: ["daemon", "stop", "once"]) { throw error }
        let daemon = BackgroundRun(directory: try context.wallet().directory)
        if invocation.flag("stop") { return try daemon.stop(context) }
        if invocation.flag("daemon") { return try daemon.start(words(invocation), context) }
        let ending = Ending()
        let held = try daemon.hold()
        try withExtendedLifetime(held) { try run(invocation, context, ending) }
    }

    /// The command that goes on in the background.
    private static func words(_ invocation: Invocation) -> [String] {
        var words = ["proxy", "connect"]
        if let path = invocation.value("admit-secret-file") {
            words += ["--admit-secret-file", path]
        }
        for name in ["headers", "network"] {
            if let value = invocation.value(name) { words += ["--" + name, value] }
        }
        if let url = invocation.optionalArgument(0) { words.append(url) }
        return words
    }

    private static func run(
        _ invocation: Invocation, _ context: Context, _ ending: Ending
    ) throws {
        let wallet = try context.wallet()
        guard
            let text = try invocation.optionalArgument(0)
                ?? wallet.configuration.text(Settings.requestProxy), !text.isEmpty
        else {
            throw invocation.usageError(
                .missingArgument, "no relay is named: 'URL', or the setting 'request.proxy'")
        }
        var options = LinkOptions()
        options.admission = try invocation.value("admit-secret-file").map {
            SecretInput.text(try PassphraseSource(path: $0).read(confirm: false))
        }
        let isJSON = context.isJSON
        let isQuiet = context.isQuiet
        let proofs = try proofs(invocation, context)
        let desk = try InvoiceDesk(
            wallet: wallet, channels: context.channelTransport(), proofs: proofs,
            broadcaster: try wallet.broadcastEndpoints().isEmpty ? nil : context.broadcaster(),
            onComplaint: { Attendance.say("wallet: " + $0) })
        try desk.openKey()
        let link = try context.link(to: try Wallet.relay(text), desk, options) { event in
            Attendance.tell(event, isJSON: isJSON, isQuiet: isQuiet)
        }
        link.beginHealth()
        let attendance = Attendance(
            link: link, desk: desk, proofs: proofs, ending: ending, isOnce: invocation.flag("once"))
        let coins = try CoinAttendance.begin(context)
        defer { coins?.end() }
        try attendance.run()
        context.say("stopped")
    }

    /// What verifies miners' proofs; nil where no headers are kept.
    private static func proofs(
        _ invocation: Invocation, _ context: Context
    ) throws -> MinerProofs? {
        let wallet = try context.wallet()
        let network = try HeadersCommand.network(invocation)
        let usual = wallet.directory + "/headers/" + network.rawValue
        let path = invocation.value("headers")
        guard try path != nil || FileSystem.status(usual) != nil else { return nil }
        return try HeadersCommand.mending(context) {
            try MinerProofs(wallet, headers: path ?? usual, network)
        }
    }
}
