// wallet lease: who seals.
import CommandKit
import WalletKit

enum LeaseCommand {
    static let command = Command<Context>(
        "lease", summary: "which device seals",
        details: [
            "Blocks are final, so one device at a time seals: the first one, until another takes "
                + "the lease. Of two chains of blocks the one of the higher term counts, also "
                + "where it is the shorter one; so take it by force only from a device that is "
                + "lost."
        ],
        subcommands: [show, take, release], defaultSubcommand: "show",
        group: CommandTable.Group.share, seeAlso: ["device", "sync", "seal"])

    private static let show = Command<Context>(
        "show", summary: "show who holds the lease",
        examples: [CommandExample("wallet lease", "who seals, and until when")]
    ) { _, context in try write(try context.wallet().lease(), context) }

    private static let duration = CommandOption(
        "for", value: "DURATION", summary: "how long (30d)")

    private static let take = Command<Context>(
        "take", summary: "seal on this device from now on",
        options: [
            duration,
            CommandOption("force", summary: "from a device that has not let it go"),
        ],
        examples: [CommandExample("wallet lease take", "when the old holder has released it")]
    ) { invocation, context in
        try write(
            try context.wallet().takeLease(
                for: try milliseconds(invocation), isForced: invocation.flag("force")), context)
    }

    private static let release = Command<Context>(
        "release", summary: "let the lease go",
        options: [
            CommandOption("to", value: "DEVICE", summary: "the device that holds it next"),
            duration,
        ],
        examples: [CommandExample("wallet lease release --to 3f9a", "the phone seals from now on")]
    ) { invocation, context in
        try write(
            try context.wallet().releaseLease(
                to: invocation.value("to"), for: try milliseconds(invocation)), context)
    }

    private static func milliseconds(_ invocation: Invocation) throws -> Int64 {
        try DurationText.parse(invocation.value("for") ?? "30d").components.seconds * 1000
    }

    private static func write(_ lease: LeaseReport, _ context: Context) throws {
        let row = ReportRow([
            "holder": .text(lease.holder.text), "term": .number(lease.term),
            "until": .text(lease.until?.text ?? ""), "own": .boolean(lease.isOwn),
        ])
        if context.isJSON { return try context.console.write(row.json + "\n") }
        try context.console.write(
            lease.holder.text + (lease.isOwn ? " this device" : "")
                + (lease.until.map { " until \($0)" } ?? "") + "\n")
    }
}
