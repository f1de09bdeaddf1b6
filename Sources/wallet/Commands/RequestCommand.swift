// wallet request, wallet requests: asking to be paid.
import CommandKit
import Documents
import WalletKit

enum RequestCommand {
    static let command = Command<Context>(
        "request", summary: "ask to be paid",
        details: [
            "Prints a signed invoice, one line of JSON, which asks for AMOUNT of UNIT, and keeps "
                + "it below `.wallet/requests`. Whoever has the line can pay it: `wallet pay FILE`; the "
                + "promise that this gives is taken by `wallet requests take`.",
            "With `--proxy URL`, or the setting `request.proxy`, it can be paid at a relay (see "
                + "`wallet proxy`), though nobody can reach this machine: the address `pay:?r=URL` "
                + "is shown, `--uri` prints it in the place of the invoice, and `--qr` draws it, "
                + "with the program `qrencode`. This wallet answers for as long as `wallet proxy "
                + "connect` runs.",
            "UNIT may be BSV or sat, unless a unit of that code is known: then a Bitcoin "
                + "transaction is asked for (see `wallet coin`), from any wallet that speaks the "
                + "protocol, and the request's own document is printed.",
            "A request is paid once: the same payment sent twice has the same answer, another one "
                + "is refused. With `--id KEY` the same call gives the same request again.",
        ],
        options: [
            CommandOption("memo", value: "TEXT", summary: "what it is for"),
            CommandOption(
                "expires", value: "WHEN",
                summary: "until when it can be paid: 15m, 24h, 2030-01-31 (request.expires)"),
            CommandOption(
                "for", value: "WHO", completion: .dynamic("own"),
                summary: "which of your addresses receives (user.address, or 'me')"),
            CommandTable.Shared.id,
            CommandOption(
                "proxy", value: "URL", summary: "the relay where it is paid (request.proxy)"),
            CommandOption("uri", summary: "print the address where it is paid, not the invoice"),
            CommandOption("qr", summary: "draw that address as a QR code, on standard error"),
        ],
        arguments: [CommandTable.Shared.amountArgument, CommandTable.Shared.unitArgument],
        examples: [
            CommandExample("wallet request 4 BEER --memo 'two pints'", "an invoice to pass on"),
            CommandExample(
                "wallet request 4 BEER --proxy https://relay.example --qr",
                "to be paid at a relay, by phone"),
        ],
        group: CommandTable.Group.direct, seeAlso: ["requests", "pay", "proxy", "channel"]
    ) { invocation, context in
        var order = RequestOrder(amount: invocation.argument(0), unit: invocation.argument(1))
        order.memo = invocation.value("memo")
        order.expires = invocation.value("expires")
        order.target = invocation.value("for")
        order.id = invocation.value("id")
        order.relay = invocation.value("proxy")
        let wallet = try context.wallet()
        if try wallet.isForCoins(order.unit) {
            return try askForCoins(order, invocation, wallet, context)
        }
        let relay = try order.relay ?? wallet.configuration.text(Settings.requestProxy) ?? ""
        if invocation.flag("uri") || invocation.flag("qr"), relay.isEmpty { throw noRelay }
        let invoice = try wallet.request(order)
        let report = try wallet.request(named: invoice.identifier)
        let terms = invoice.terms
        let bill = try Bill(lines: [invoice.document])
        context.say(
            "request \(invoice.identifier) asks for \(bill.unit.grouped(terms.amount)) "
                + "\(DisplayText.neutralised(terms.code)) until \(terms.expiry.text)")
        try tell(report, invocation, context, document: invoice.document)
        try context.publish(report)
    }

    /// The document, or where it is paid, and the drawing.
    static func tell(
        _ report: PaymentRequestReport, _ invocation: Invocation, _ context: Context,
        document: [UInt8]
    ) throws {
        try tell(report.link, invocation, context, document: document)
    }

    private static func askForCoins(
        _ order: RequestOrder, _ invocation: Invocation, _ wallet: Wallet, _ context: Context
    ) throws {
        let relay = try order.relay ?? wallet.configuration.text(Settings.requestProxy) ?? ""
        if invocation.flag("uri") || invocation.flag("qr"), relay.isEmpty { throw noRelay }
        let request = try wallet.requestCoins(order)
        context.say(
            "request \(request.id) asks for \(CoinAmount.text(request.satoshis)) "
                + "\(CoinAmount.unit) until \(request.expiry.text)")
        try tell(request.link, invocation, context, document: request.document)
        try context.publish(request.id, relay: request.relay, request.link)
    }

    /// The document, or where it is paid, and the drawing.
    static func tell(
        _ link: PaymentLink?, _ invocation: Invocation, _ context: Context, document: [UInt8]
    ) throws {
        let uri = link?.uri
        if invocation.flag("uri") || invocation.flag("qr"), uri == nil { throw noRelay }
        if let uri {
            if invocation.flag("uri") {
                try context.console.write(uri + "\n")
            } else {
                context.say("to be paid at \(uri)")
            }
        }
        if !invocation.flag("uri") { try context.console.write(document + [UInt8(ascii: "\n")]) }
        try context.console.flush()
        if invocation.flag("qr"), let uri { context.console.say(try context.drawing(of: uri)) }
    }

    private static var noRelay: Failure {
        Failure(
            .refused, "no-relay", "the request is at no relay, so it has no address",
            hint: "'--proxy URL' names one, 'wallet config set request.proxy URL' for all")
    }
}
