// wallet witness: which logs this wallet witnesses.
import CommandKit
import WalletKit

enum WitnessCommand {
    static let command = Command<Context>(
        "witness", summary: "cosign other domains' checkpoints",
        details: [
            "A witness cosigns a log's checkpoint only if the log has grown from the one that it cosigned last, "
                + "and never two roots of one size (C2SP tlog-witness). Whoever wants a witness's "
                + "cosignature on a checkpoint need not trust the log alone: it cannot show two histories.",
            "The log asks with `wallet witness request`, the witness answers with `wallet witness add-checkpoint`, and "
                + "`wallet checkpoint --add -` adds the answer to the log's checkpoint. A policy names the "
                + "witness by its key: `wallet witness key`.",
            "A log that has signed two roots of one size is refused with `equivocation`: the accusation, a document "
                + "that proves it to anybody, is written to standard output and kept in "
                + "`.wallet/peers/`.",
            "What a witness has seen must not be lost or doubled: a copy of this wallet, or one brought back from a "
                + "backup, must not witness the same logs.",
        ],
        subcommands: [addCheckpoint, forget, key, list, request, show, trust],
        defaultSubcommand: "list", group: CommandTable.Group.secure,
        seeAlso: ["checkpoint", "verify", "seal"])

    private static let logArgument = CommandArgument(
        "NAME",
        summary: "the log: its origin or the beginning of it, or a name in the address book",
        completion: .dynamic("logs"))

    private static let key = Command<Context>(
        "key", summary: "print the key that this wallet cosigns with",
        details: ["Prints the witness's verifier key, named after this wallet's domain."],
        examples: [CommandExample("wallet witness key", "what a policy names")]
    ) { invocation, context in
        let key = try context.wallet().witnessVerifierKey()
        guard context.isJSON else { return try context.console.write(key.text + "\n") }
        let row = ReportRow(["key": .text(key.text), "name": .text(key.name.description)])
        try context.console.write(row.json + "\n")
    }

    private static let trust = Command<Context>(
        "trust", summary: "witness a log from now on",
        details: [
            "VKEY is the log's verifier key, as its owner prints it with `wallet checkpoint --key`; its name is the "
                + "log's origin. A log that was forgotten goes on from what was seen of it."
        ],
        arguments: [CommandArgument("VKEY", summary: "the log's verifier key")],
        examples: [
            CommandExample(
                "wallet witness trust \"$(wallet -C ../pub checkpoint --key)\"",
                "witness the wallet next door")
        ]
    ) { invocation, context in
        let log = try context.wallet().trustLog(invocation.argument(0))
        context.say("witnessing '\(DisplayText.neutralised(log.origin))'")
        if context.isJSON { try context.console.write(log.row.json + "\n") }
    }

    private static let forget = Command<Context>(
        "forget", summary: "witness a log no more",
        details: ["What was seen of it is kept, in case that it is trusted again."],
        arguments: [logArgument],
        examples: [CommandExample("wallet witness forget pub", "cosign nothing of 'pub'")]
    ) { invocation, context in
        let log = try context.wallet().forgetLog(invocation.argument(0))
        context.say("'\(DisplayText.neutralised(log.origin))' is witnessed no more")
        if context.isJSON { try context.console.write(log.row.json + "\n") }
    }

    private static let list = Command<Context>(
        "list", summary: "list the logs that are witnessed",
        options: [CommandTable.Shared.format],
        examples: [CommandExample("wallet witness", "origins, and what was seen of each")]
    ) { invocation, context in
        var report = try Report(
            context,
            [
                .init("origin", "ORIGIN", isElastic: true), .init("size", "SIZE", .right),
                .init("time", "COSIGNED"), .init("accusations", "ACCUSATIONS", .right),
            ], fields: WitnessedLog.fields, format: invocation.value("format"))
        for log in try context.wallet().witnessedLogs() {
            // A cosignature's time has no fraction.
            try report.add(log.row, shown: ["time": String(log.row["time"].prefix(19))])
        }
        try report.flush()
    }

    private static let show = Command<Context>(
        "show", summary: "show the last checkpoint seen of a log", arguments: [logArgument],
        examples: [CommandExample("wallet witness show pub", "what was cosigned last, and when")]
    ) { invocation, context in
        let log = try context.wallet().witnessedLog(invocation.argument(0))
        if context.isJSON { return try context.console.write(log.row.json + "\n") }
        var table = TextTable(columns: [.init(""), .init("")])
        for (name, value) in log.row.members { table.add([name, value.text]) }
        try context.console.write(table.render(showsHeader: false))
    }
}
