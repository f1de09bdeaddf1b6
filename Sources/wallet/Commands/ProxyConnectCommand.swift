// wallet proxy connect: this wallet answers its requests for payment through a relay.
import CommandKit
import DirectPayment
import Dispatch
import Glibc
import Network
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
        let held = try daemon.hold()
        try withExtendedLifetime(held) { try run(invocation, context) }
    }

    /// The command that goes on in the background.
    private static func words(_ invocation: Invocation) -> [String] {
        var words = ["proxy", "connect"]
        if let path = invocation.value("admit-secret-file") {
            words += ["--admit-secret-file", path]
        }
        if let url = invocation.optionalArgument(0) { words.append(url) }
        return words
    }

    private static func run(_ invocation: Invocation, _ context: Context) throws {
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
        let desk = try InvoiceDesk(
            wallet: wallet, channels: context.channelTransport(),
            onComplaint: { Log.say("wallet: " + $0) })
        try desk.openKey()
        let link = try context.link(to: try Wallet.relay(text), desk, options) { event in
            Log.tell(event, isJSON: isJSON, isQuiet: isQuiet)
        }
        link.beginHealth()
        let attendance = Attendance(link: link, desk: desk, isOnce: invocation.flag("once"))
        try attendance.run()
        context.say("stopped")
    }
}

/// Keeps a link at what the wallet has to be paid.
private struct Attendance {
    let link: WalletLink
    let desk: InvoiceDesk
    let isOnce: Bool

    private static let pauseMilliseconds = 50
    /// Looks at everything every so many pauses, at new requests at once.
    private static let wholePauses = 40
    /// A run that ends by itself gives everybody this many pauses to come in.
    private static let oncePauses = 400
    /// And this many after the last one came in, for what waits.
    private static let oncePatience = 20

    func run() throws {
        let isEnded = DispatchSemaphore(value: 0)
        let signals = [SIGTERM, SIGINT, SIGHUP].map { number in
            signal(number, SIG_IGN)
            let source = DispatchSource.makeSignalSource(
                signal: number, queue: DispatchQueue(label: "signals"))
            source.setEventHandler { isEnded.signal() }
            source.activate()
            return source
        }
        defer {
            for source in signals { source.cancel() }
            link.stop()
        }
        var rounds = 0
        var settled = 0
        var mark: Int64?
        repeat {
            let isWhole = rounds % Self.wholePauses == 0
            let now = try desk.mark()
            if isWhole || now != mark { try attend() }
            if isWhole { try deliver() }
            mark = now
            rounds += 1
            if isOnce {
                let isIn = link.invoices.allSatisfy { $0.key == "health" || $0.value }
                settled = isIn ? settled + 1 : 0
                if settled > Self.oncePatience || rounds > Self.oncePauses { return }
            }
        } while isEnded.wait(timeout: .now() + .milliseconds(Self.pauseMilliseconds)) == .timedOut
    }

    /// Is at the relay for what can be paid, and for nothing else.
    private func attend() throws {
        let pending = try desk.pending()
        for request in pending { link.open(request.id, secret: request.secret) }
        let wanted = Set(pending.map(\.id))
        for id in link.invoices.keys where id != "health" && !wanted.contains(id) {
            link.close(id)
        }
    }

    private func deliver() throws {
        let deliveries = try desk.deliverProofs()
        for complaint in deliveries.complaints { Log.say("wallet: " + complaint) }
        if deliveries.delivered > 0 { Log.say(deliveries.summary) }
    }
}

/// What a link says, from whatever thread.
private enum Log {
    static func say(_ text: String) {
        _ = (DisplayText.neutralised(text) + "\n").withCString {
            write(STDERR_FILENO, $0, strlen($0))
        }
    }

    static func tell(_ event: LinkEvent, isJSON: Bool, isQuiet: Bool) {
        switch event {
        case .joined(let invoice):
            if !isQuiet, invoice != "health" { say("answering for request \(invoice)") }
        case .lost(let invoice, let reason, let milliseconds):
            if invoice != "health" {
                say("request \(invoice): \(reason); again in \(milliseconds / 1_000 + 1) s")
            }
        case .closed: break
        case .answered(let invoice, let type):
            if !isQuiet { say("request \(invoice): answered \(type)") }
        case .failed(let invoice, let error):
            say("wallet: request \(invoice): \(Failure(error).message)")
        }
    }
}
