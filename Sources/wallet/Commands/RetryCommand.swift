// wallet retry, wallet cancel: what a merge has taken back.
import CommandKit
import Documents
import WalletKit

enum RetryCommand {
    static let command = Command<Context>(
        "retry", summary: "clear again what a merge has taken back",
        details: [
            "A payment that cleared on one device and bounced when the devices met waits here, "
                + "until it clears after all, expires, or is cancelled. `wallet sync` tries all "
                + "of them; this does so now.",
            "`--list` shows what waits and why it bounced.",
        ],
        options: [CommandOption("list", summary: "list what waits"), CommandTable.Shared.format],
        arguments: [
            CommandArgument(
                "ID", summary: "the beginning of an instruction's hash; all by default",
                isOptional: true, isRepeating: true)
        ],
        examples: [
            CommandExample("wallet retry --list", "what waits?"),
            CommandExample("wallet retry", "try all of it"),
        ], group: CommandTable.Group.share, seeAlso: ["sync", "cancel", "clear"]
    ) { invocation, context in
        let wallet = try context.wallet()
        if invocation.flag("list") { return try list(wallet, invocation, context) }
        let ids = invocation.arguments
        let result = try wallet.retry(ids.isEmpty ? nil : ids)
        for refusal in result.waiting {
            let hash = refusal.instructions.first?.hexadecimal.prefix(12) ?? ""
            context.console.say("\(refusal.code): \(hash): \(refusal.message)")
        }
        context.say(
            "\(result.cleared) cleared, \(result.expired) expired, \(result.waiting.count) waiting")
        if !result.waiting.isEmpty || result.expired > 0 { context.status = .refused }
    }

    private static func list(
        _ wallet: Wallet, _ invocation: Invocation, _ context: Context
    ) throws {
        var report = try Report(
            context,
            [
                .init("id", "ID"), .init("amount", "AMOUNT", .right), .init("unit", "UNIT"),
                .init("to", "TO"), .init("expiry", "EXPIRES"),
                .init("reason", "REASON", isElastic: true),
            ], fields: ["id", "amount", "unit", "to", "expiry", "reason", "code", "since"],
            format: invocation.value("format"))
        let resolver = try wallet.resolver()
        for item in try wallet.waiting() {
            var amount = "", unit = "", target = ""
            if case .iou(let iou) = try Instruction(Envelope(line: item.document)) {
                amount = iou.terms.amount.text
                unit = try resolver.view(iou.terms.symbol).label
                target = resolver.name(iou.terms.target)
            }
            try report.add(
                ReportRow([
                    "id": .text(item.hash.hexadecimal), "amount": .text(amount),
                    "unit": .text(unit), "to": .text(target), "expiry": .text(item.expiry.text),
                    "reason": .text(item.report?.message ?? ""),
                    "code": .text(item.report?.code ?? ""), "since": .text(item.since.text),
                ]))
        }
        try report.flush()
    }
}

enum CancelCommand {
    static let command = Command<Context>(
        "cancel", summary: "take back a promise that waits to clear",
        details: [
            "Signs a cancellation with the key that signed the promise, and clears it: from then "
                + "on the promise clears nowhere in this domain. What has cleared cannot be "
                + "cancelled."
        ],
        arguments: [
            CommandArgument(
                "ID", summary: "the beginning of an instruction's hash; see 'wallet retry --list'",
                isRepeating: true)
        ],
        examples: [CommandExample("wallet cancel 5f2ab1", "no beer after all")],
        group: CommandTable.Group.share, seeAlso: ["retry", "sync"]
    ) { invocation, context in
        for answer in try context.wallet().cancel(invocation.arguments) {
            try context.console.write(answer)
            if ReportedResult.isRefusal(answer) { context.status = .refused }
        }
    }
}
