// wallet audit: a second opinion on a log.
import Audit
import CommandKit
import WalletKit

enum AuditCommand {
    static let command = Command<Context>(
        "audit", summary: "replay a log by a second implementation of the rules",
        details: [
            "Replays a domain's log from its first line and compares every balance, every "
                + "root and every signature with what stands there. The rules of clearing, the "
                + "trees and the blocks are written a second time for this, and share no code "
                + "with those that clear and seal.",
            "Without arguments it replays this wallet's log, and compares the counters at "
                + "its end with the index. With SEGMENTs it replays these files, in this order "
                + "and from the first block on, `00000000-HASH.ndjson` and so forth, perhaps a "
                + "journal at the end; no wallet is needed. Whose log it is, the report says: "
                + "compare the key with the one that you trust.",
            "It stops at the first thing that is not as it must be, with its code, its file"
                + " and its byte, and the status 1.",
        ],
        arguments: [
            CommandArgument(
                "SEGMENT", summary: "files of a log, in order (this wallet's)", completion: .file,
                isOptional: true, isRepeating: true)
        ],
        examples: [
            CommandExample("wallet audit", "this wallet's log and index"),
            CommandExample(
                "wallet audit documents/0*.ndjson", "somebody's sealed segments"),
        ],
        group: CommandTable.Group.secure, seeAlso: ["fsck", "verify", "seal"]
    ) { invocation, context in
        do {
            let paths = invocation.arguments
            guard paths.isEmpty else {
                return try say(
                    AuditReport(auditing: paths, context.surroundings), "", context)
            }
            let audit = try context.wallet().audit()
            if let difference = audit.difference {
                throw Failure(
                    .refused, "index-differs", difference,
                    hint: "'wallet fsck' says more")
            }
            try say(audit.report, ", and the index has the same counters", context)
        } catch let finding as AuditFinding {
            throw Failure(
                .refused, finding.code.rawValue,
                "'\(finding.place.file)', byte \(finding.place.offset): \(finding.message)",
                details: [
                    "file": finding.place.file, "offset": String(finding.place.offset),
                ])
        }
    }

    private static func say(_ report: AuditReport, _ more: String, _ context: Context) throws {
        var rows = try Report(
            context,
            [
                .init("documents", "DOCUMENTS", .right),
                .init("transactions", "TRANSACTIONS", .right),
                .init("signatures", "SIGNATURES", .right), .init("blocks", "BLOCKS", .right),
                .init("stacks", "STACKS", .right), .init("counters", "COUNTERS", .right),
                .init("domain", "DOMAIN", isElastic: true),
            ], fields: [], format: nil)
        try rows.add(report.row)
        try rows.flush()
        try context.console.flush()
        context.say(
            "every transaction follows from its instructions, every block from its documents\(more)"
        )
    }
}
