// wallet reindex: the index, from the log alone.
import CommandKit
import WalletKit

enum ReindexCommand {
    static let command = Command<Context>(
        "reindex", summary: "rebuild the index, verifying everything",
        details: [
            "Reads the whole log, verifies every hash and signature, derives every transaction again from its "
                + "instructions, and writes a new index. The old one stays until the new one is whole."
        ],
        examples: [CommandExample("wallet reindex", "after a disk has been repaired")],
        group: CommandTable.Group.keep, seeAlso: ["verify"]
    ) { _, context in
        let report = try context.wallet().reindex()
        context.say(
            "verified \(report.documents) documents, \(report.transactions) transactions, "
                + "\(report.signatures) signatures")
        if context.isJSON { try context.console.write(report.row.json + "\n") }
    }
}
