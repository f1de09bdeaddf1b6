// wallet sync: meet another replica, and merge.
import CommandKit
import Files
import Merge
import Sync
import WalletKit

enum SyncCommand {
    static let command = Command<Context>(
        "sync", summary: "merge with your other devices",
        details: [
            "One wallet may live on several devices: `wallet clone` makes another. Each clears by "
                + "itself, also offline. When two meet, they exchange what either lacks, and both "
                + "derive the same open block from all that was signed, in one order that every "
                + "device knows. Nobody's signature is needed again.",
            "SOURCE is the directory of the other wallet, `ssh://HOST/PATH`, the URL of a served "
                + "one, a bundle's file, or the name of a replica (`replica.NAME.url` in the "
                + "configuration; a clone calls its source `origin`). Without one, all that are "
                + "named are met, one after another; who is not there does not keep the others.",
            "What cleared on one device and no longer does, because something else came before "
                + "it, is reported: on standard error, with exit status 1, to the hook `bounce`, "
                + "and as a document that all devices get. It is tried again at every sync, until "
                + "it expires: see `wallet retry` and `wallet cancel`.",
            "A sealed block is final. Only the device that holds the lease seals: see "
                + "`wallet lease`. Part of a balance can be set aside for a device with "
                + "`wallet device allow`: what it spends of that is never taken back.",
            "Every part that has come is kept. Interrupted, run it again.",
        ],
        options: [
            CommandOption(
                "dry-run", short: "n", summary: "say what would go either way, and do nothing"),
            CommandOption("pull", summary: "take only"),
            CommandOption("push", summary: "give only"),
        ],
        arguments: [
            CommandArgument(
                "SOURCE", summary: "a replica's name, directory, URL, or a bundle",
                completion: .file, isOptional: true, isRepeating: true)
        ],
        examples: [
            CommandExample("wallet sync", "meet all replicas that have a name"),
            CommandExample("wallet sync ../laptop", "meet the wallet in that directory"),
            CommandExample("wallet sync ssh://home.example/home/ann", "over ssh"),
            CommandExample("wallet sync --dry-run backup.wbundle", "what is in a bundle?"),
        ], group: CommandTable.Group.share,
        seeAlso: ["clone", "bundle", "device", "lease", "retry", "hook"]
    ) { invocation, context in
        if let error = invocation.conflict(among: ["pull", "push"]) { throw error }
        let direction: SyncOptions.Direction =
            invocation.flag("pull") ? .pull : invocation.flag("push") ? .push : .both
        let options = SyncOptions(direction: direction, isDryRun: invocation.flag("dry-run"))
        let wallet = try context.wallet()
        let sources = try targets(invocation.arguments, wallet)
        defer { context.runHooks() }
        var bounced = 0
        for target in sources {
            do {
                let source = try SyncSource(
                    target.url, isDirectory: { try Context.isDirectory($0) })
                let report = try wallet.sync(
                    with: source, name: target.name, options, context.reach())
                try show(report, options, context)
                bounced += report.merge.demotions.count + report.summary.reportsOfPeer
            } catch let error
                where sources.count > 1 && Failure(error).status == ExitStatus.network.rawValue
            {
                // Who is not there does not keep the others.
                _ = Failure(error).report(to: context.console, isJSON: context.isJSON)
                context.status = .network
            }
        }
        // What waits for others goes on its way too; who is not there now is met later.
        if !options.isDryRun {
            _ = try wallet.deliverPending(over: context.messageTransport(), isForced: false)
        }
        if bounced > 0 { context.status = .refused }
    }

    private static func targets(
        _ arguments: [String], _ wallet: Wallet
    ) throws -> [(name: String, url: String)] {
        let known = try wallet.replicas()
        guard !arguments.isEmpty else {
            guard !known.isEmpty else {
                throw ReplicaError.noSource(
                    text: "replicas", reason: "none has a name; say with whom")
            }
            return known
        }
        return try arguments.map { argument in
            if let named = known.first(where: { $0.name == argument }) { return named }
            let isPath = !argument.contains("://") && !argument.hasPrefix("unix:")
            return (argument, isPath ? try Context.absolute(argument) : argument)
        }
    }

    static func show(
        _ report: SyncReport, _ options: SyncOptions, _ context: Context
    ) throws {
        let summary = report.summary
        if context.isJSON {
            try context.console.write(row(report).json + "\n")
        } else {
            let verb = options.isDryRun ? "would come" : "came"
            context.say(
                "\(DisplayText.neutralised(report.name)): \(text(summary.incoming)) \(verb), "
                    + "\(text(summary.outgoing)) \(options.isDryRun ? "would go" : "went")")
        }
        for rejection in summary.refused {
            context.say("not taken: \(rejection.code): \(rejection.message)")
        }
        for demotion in report.merge.demotions {
            for instruction in demotion.instructions {
                context.console.say(
                    "\(demotion.after.rawValue): \(instruction.hexadecimal.prefix(12)): "
                        + (demotion.refusal?.message ?? "a block was sealed without it"))
            }
        }
        if summary.reportsOfPeer > 0 {
            context.console.say(
                "\(summary.reportsOfPeer) bounced there: 'wallet retry --list' shows what waits")
        }
        if report.retried > 0 { context.say("\(report.retried) cleared after all") }
        for fork in report.merge.forks {
            context.say(
                "the device \(fork.device) has signed two records \(fork.sequence): a copy of it "
                    + "was used; both are kept")
        }
    }

    private static func text(_ counts: SyncCounts) -> String {
        counts.total == 1 ? "1 document" : "\(counts.total) documents"
    }

    private static func row(_ report: SyncReport) -> ReportRow {
        let summary = report.summary
        return ReportRow([
            "name": .text(report.name),
            "received": .number(summary.incoming.total), "sent": .number(summary.outgoing.total),
            "receivedBytes": .number(summary.progress.receivedBytes),
            "sentBytes": .number(summary.progress.sentBytes),
            "rounds": .number(summary.progress.turns),
            "bounced": .number(report.merge.demotions.count),
            "bouncedThere": .number(summary.reportsOfPeer),
            "waiting": .number(report.merge.quarantined),
            "retried": .number(report.retried),
            "converged": .boolean(summary.isConverged),
        ])
    }
}
