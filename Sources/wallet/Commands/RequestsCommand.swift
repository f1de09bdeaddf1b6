// wallet requests: what was asked for, and what has become of it.
import Bytes
import CommandKit
import WalletKit

enum RequestsCommand {
    static let command = Command<Context>(
        "requests", summary: "list, show and cancel requests for payment",
        details: [
            "A request is pending, paid, expired or cancelled. `--paid` lists the requests of "
                + "others that this wallet has paid. ID is a request's name, or the beginning of "
                + "it.",
            "Where the setting `request.channels` names a channel server, each payment has a "
                + "channel of its own: once the block is sealed, `wallet requests deliver` leaves "
                + "the proof there (`wallet proxy connect` does so by itself), and payer and payee "
                + "each read it with `wallet requests proof`.",
        ],
        subcommands: [list, show, take, cancel, deliver, proof], defaultSubcommand: "list",
        group: CommandTable.Group.direct, seeAlso: ["request", "pay", "proxy", "channel"])

    static let idArgument = CommandArgument(
        "ID", summary: "a request, by the beginning of its name", completion: .dynamic("requests"))

    private static let list = Command<Context>(
        "list", summary: "list requests, the latest first",
        options: [
            CommandOption("paid", summary: "list requests of others that this wallet has paid"),
            CommandOption(
                "state", value: "STATE",
                completion: .choice(RequestState.allCases.map(\.rawValue)),
                summary: "only these: pending, paid, expired or cancelled"),
            CommandTable.Shared.format,
        ],
        examples: [
            CommandExample("wallet requests", "what was asked for"),
            CommandExample("wallet requests list --state pending --json", "for scripts"),
        ]
    ) { invocation, context in
        let wallet = try context.wallet()
        var report = try Report(
            context,
            [
                .init("id", "REQUEST"), .init("state", "STATE"),
                .init("amount", "AMOUNT", .right), .init("unit", "UNIT"),
                .init("expiry", "EXPIRES"), .init("memo", "MEMO"),
            ], fields: PaymentRequestReport.fields, format: invocation.value("format"))
        let wanted = invocation.value("state")
        let isPaid = invocation.flag("paid")
        let promises = try (isPaid ? wallet.paidRequests() : wallet.requests()).map(\.row)
        let coins = try wallet.coinRequests(paid: isPaid).map(\.row)
        for row in (promises + coins).sorted(by: { $0["issued"] > $1["issued"] })
        where wanted == nil || row["state"] == wanted {
            try report.add(row, shown: ["expiry": String(row["expiry"].prefix(16))])
        }
        try report.flush()
    }

    private static let show = Command<Context>(
        "show", summary: "show a request: its invoice, and where it is paid",
        options: [
            CommandOption("uri", summary: "print the address where it is paid"),
            CommandOption("qr", summary: "draw that address as a QR code"),
            CommandOption("receipt", summary: "print the transaction that paid it"),
        ], arguments: [idArgument],
        examples: [
            CommandExample("wallet requests show 7hG2", "the invoice"),
            CommandExample("wallet requests show 7hG2 --qr", "for the customer's phone"),
        ]
    ) { invocation, context in
        let wallet = try context.wallet()
        if let report = try wallet.coinRequest(named: invocation.argument(0)) {
            return try show(report, invocation, wallet, context)
        }
        let request = try wallet.request(named: invocation.argument(0))
        if invocation.flag("receipt") {
            return try context.console.write(
                try wallet.receipt(ofRequest: request.invoice.identifier) + [UInt8(ascii: "\n")])
        }
        context.say(
            "request \(request.invoice.identifier) is \(request.state.rawValue)")
        if context.isJSON { return try context.console.write(request.row.json + "\n") }
        try RequestCommand.tell(
            request, invocation, context, document: request.invoice.document)
    }

    private static func show(
        _ report: CoinRequestReport, _ invocation: Invocation, _ wallet: Wallet,
        _ context: Context
    ) throws {
        if invocation.flag("receipt") {
            guard let transaction = report.transaction else {
                throw WalletError.unknown(
                    what: "receipt of request", name: report.request.id, suggestions: [])
            }
            let evidence = try wallet.coinEvidence(transaction).binary(.v1)
            return try context.console.write(Hexadecimal.encode(evidence) + "\n")
        }
        context.say(
            "request \(report.request.id) is \(report.state.rawValue)"
                + (report.proof.map { ", its transaction \($0)" } ?? ""))
        if context.isJSON { return try context.console.write(report.row.json + "\n") }
        try RequestCommand.tell(
            report.request.link, invocation, context, document: report.request.document)
    }

    private static let take = Command<Context>(
        "take", summary: "take a payment that was handed over",
        details: [
            "FILE holds the promise that `wallet pay` printed for a request that is at no relay. "
                + "It is cleared here if it is what the request asks for, and the transaction is "
                + "printed: the payer's receipt."
        ],
        arguments: [
            CommandArgument(
                "FILE", summary: "a file with the promise; '-' for standard input",
                completion: .file)
        ],
        examples: [CommandExample("wallet requests take promise.json", "and clear it")]
    ) { invocation, context in
        let wallet = try context.wallet()
        for line in try DocumentFile.lines(invocation.argument(0)) {
            let taken = try wallet.takePayment(line)
            try context.console.write(taken.receipt + [UInt8(ascii: "\n")])
            context.say(
                "request \(taken.invoice.identifier) "
                    + (taken.isNew ? "is paid" : "had been paid by this promise"))
        }
    }

    private static let cancel = Command<Context>(
        "cancel", summary: "take a request back", arguments: [idArgument],
        examples: [CommandExample("wallet requests cancel 7hG2", "nobody can pay it any more")]
    ) { invocation, context in
        let wallet = try context.wallet()
        if let report = try wallet.coinRequest(named: invocation.argument(0)) {
            try wallet.cancelCoinRequest(report.request)
            return context.say("request \(report.request.id) is cancelled")
        }
        let request = try wallet.cancelRequest(invocation.argument(0))
        context.say("request \(request.invoice.identifier) is cancelled")
        if context.isJSON { try context.console.write(request.row.json + "\n") }
    }
}
