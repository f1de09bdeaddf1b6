// wallet fsck: every byte verified.
import CommandKit
import Files
import WalletKit

enum FsckCommand {
    static let command = Command<Context>(
        "fsck", summary: "verify every byte of the wallet",
        details: [
            "Reads everything and believes nothing: the form, the hash and the signatures "
                + "of every document; every transaction, derived again from its instructions; "
                + "devices' chains without gaps; every block with its segment's name and bytes, "
                + "the block before it, the roots of the log, of its contents and of all "
                + "balances, and the signatures of the key that certified the first device; "
                + "stacks with their work and their blocks; tiles, headers, checkpoint and "
                + "cosignatures in `.wallet/stacks/`; the index, compared table by table with one"
                + " that is made anew beside it; the files of keys and the configuration.",
            "Each finding is a row: `damage`, or a `note` on what an interruption has left "
                + "behind, which is no damage. The status is 0 where nothing is damaged, 3 where "
                + "something is. Other writers wait while it runs; a wallet on a disk that cannot"
                + " be written is checked all the same.",
            "With `--full`, keys are opened and must give their addresses, for which a "
                + "passphrase may be needed, and a second implementation of clearing replays the "
                + "log, as `wallet audit` does.",
            "With `--repair`, what is derived is made anew: index, tiles, headers, "
                + "checkpoint. What is not is never deleted: the log is cut where the first "
                + "damage begins, and what stood from there on is moved to "
                + "`.wallet/quarantine/TIME/` under its own name. Acknowledged documents may be "
                + "in it; `jq -c '.meta.inputs[]?' FILE | wallet clear` clears their promises "
                + "again. Damage in a sealed segment moves that segment and all after it; its "
                + "good beginning is open again, and will be sealed anew by another block: "
                + "whoever keeps a checkpoint of a block that has gone sees that this is another "
                + "log, so where there is a backup of the file, put that in its place instead.",
            "An index that has seen more than the log has (`log-replaced`) is made anew "
                + "from the log as it is. A repair that is interrupted goes on when it is begun "
                + "again. The status is 0 if no damage is left.",
        ],
        options: [
            CommandOption("full", summary: "open the keys, and audit the log a second time"),
            CommandOption("repair", summary: "make anew what is derived, quarantine what is not"),
        ],
        examples: [
            CommandExample("wallet fsck", "after a disk has failed, or now and then"),
            CommandExample(
                "wallet fsck --json --quiet | jq -r .file | sort -u", "which files are concerned"),
            CommandExample("wallet fsck --repair", "mend what can be mended"),
        ],
        group: CommandTable.Group.keep, seeAlso: ["audit", "reindex", "verify"]
    ) { invocation, context in
        var options = CheckOptions()
        options.isFull = invocation.flag("full")
        options.isRepairing = invocation.flag("repair")
        let report = try WalletCheck(
            directory: try context.walletDirectory(), sources: context.configurationSources(),
            surroundings: context.surroundings, opener: context.opener(), options: options
        ).run()
        try rows(report, context)
        try context.console.flush()
        sentences(report, context)
        if !report.isSound { context.status = .storage }
    }

    private static func rows(_ report: CheckReport, _ context: Context) throws {
        guard !report.findings.isEmpty else { return }
        var rows = try Report(
            context,
            [
                .init("severity", "WHAT"), .init("code", "CODE"), .init("file", "FILE"),
                .init("offset", "BYTE", .right), .init("message", "WHY", isElastic: true),
            ], fields: Finding.fields, format: nil)
        for finding in report.findings { try rows.add(finding.row) }
        try rows.flush()
    }

    private static func sentences(_ report: CheckReport, _ context: Context) {
        if let path = report.quarantine {
            context.say("what the log no longer has is in '\(path)'")
            context.say(
                "'jq -c \".meta.inputs[]?\" FILE | wallet clear' clears the promises in a file "
                    + "of it again")
        }
        let counts = report.counts
        let verified =
            "verified \(counts.documents) documents, \(counts.transactions) transactions, "
            + "\(counts.signatures) signatures, \(counts.blocks) blocks"
        let found = report.damageCount == 1 ? "1 finding" : "\(report.damageCount) findings"
        switch (report.damageCount, report.remaining) {
        case (0, _): context.say("\(verified): no damage")
        case (_, nil): context.say("\(verified): \(found)")
        case (_, 0): context.say("\(found), all repaired")
        case (_, let left?): context.say("\(found), \(left) left after the repair")
        }
        if report.remaining == nil, report.findings.contains(where: \.isRepairable) {
            context.hint("'wallet fsck --repair' mends what can be mended, and deletes nothing")
        }
    }
}

extension Context {
    /// The path of `.wallet`, which is not opened.
    func walletDirectory() throws -> String {
        try WalletLocation.find(
            working: try workingDirectory(), isStartGiven: common.value("C") != nil,
            named: environment["WALLET_DIR"], home: environment["HOME"])
    }
}
