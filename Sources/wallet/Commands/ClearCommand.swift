// wallet clear: where promises take effect.
import CommandKit
import Documents
import WalletKit

enum ClearCommand {
    static let command = Command<Context>(
        "clear", summary: "clear promises against balances",
        details: [
            "Reads instructions, one a line, from each FILE or from standard input: "
                + "IOUs, limits, units, or requests `{\"data\":{\"inputs\":[...]}}` whose "
                + "instructions clear together or not at all.",
            "Answers every line with one line, in the same order: with the transaction, "
                + "once it is durable, or with `{\"error\":{...}}`, which holds a code, a "
                + "message and details. If anything was refused, the exit status is 1.",
            "What has cleared before is answered with the stored transaction and changes "
                + "nothing: a stream that broke off may safely be sent again.",
            "`--atomic` reads all of its input before it decides, and clears every line "
                + "or none. `--stop` leaves what has cleared before the first refusal, and "
                + "does not answer what follows it.",
            "With `--domain` a peer clears (see `wallet peer`), one line after the other.",
        ],
        options: [
            CommandOption(
                "dry-run", short: "n", summary: "judge and answer, but keep nothing"),
            CommandOption("atomic", summary: "clear all lines or none"),
            CommandOption("stop", summary: "stop at the first refusal"),
            CommandOption(
                "domain", value: "PEER", completion: .dynamic("peers"),
                summary: "send them to a peer instead, and verify and keep its receipts"),
        ],
        arguments: [
            CommandArgument(
                "FILE", summary: "instructions; '-' or none for standard input", completion: .file,
                isOptional: true, isRepeating: true)
        ],
        examples: [
            CommandExample("wallet pay 3 BEER --to bob | wallet clear", "clear one payment"),
            CommandExample("wallet clear --atomic wages.ndjson", "all of them or none"),
            CommandExample("wallet clear --domain shop wages.ndjson", "have the peer clear them"),
        ],
        group: CommandTable.Group.promise, seeAlso: ["issue", "pay", "balance", "verify", "peer"]
    ) { invocation, context in
        for names in [["atomic", "stop"], ["domain", "atomic"], ["domain", "dry-run"]] {
            if let error = invocation.conflict(among: names) { throw error }
        }
        if let name = invocation.value("domain") {
            var delivery = Delivery(context, try context.session(name))
            try delivery.send(invocation, stops: invocation.flag("stop"))
            return delivery.tell()
        }
        var options = ClearingOptions()
        options.isDryRun = invocation.flag("dry-run")
        if invocation.flag("atomic") { options.onRefusal = .clearNothing }
        if invocation.flag("stop") { options.onRefusal = .stop }
        let counts = try context.wallet().clear(LineByLine.streams(invocation), options) {
            try context.console.write($0)
            try context.console.flush()
        }
        tell(counts, options, context)
        context.runHooks()
    }

    /// Clears a document that this process has signed.
    static func clearOwn(_ document: [UInt8], _ context: Context) throws {
        try context.console.flush()
        let (answer, counts) = try context.wallet().clear(document)
        try context.console.write(answer)
        tell(counts, .init(), context)
        context.runHooks()
    }

    private static func tell(
        _ counts: ClearingCounts, _ options: ClearingOptions, _ context: Context
    ) {
        for complaint in counts.complaints {
            context.console.say(
                context.console.errorStyle.red("wallet: ")
                    + DisplayText.neutralised(context.named(complaint)))
        }
        if counts.refused > counts.complaints.count {
            context.console.say("wallet: and \(counts.refused - counts.complaints.count) more")
        }
        var parts = ["\(counts.cleared) cleared"]
        if counts.replayed > 0 { parts.append("\(counts.replayed) had cleared before") }
        if counts.refused > 0 { parts.append("\(counts.refused) refused") }
        context.say(parts.joined(separator: ", ") + (options.isDryRun ? " (dry run)" : ""))
        if counts.refused > 0 { context.status = .refused }
    }
}
