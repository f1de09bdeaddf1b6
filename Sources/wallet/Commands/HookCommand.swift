// wallet hook: programs that run when something happens.
import Bytes
import CommandKit
import Files
import WalletKit

enum HookCommand {
    static let command = Command<Context>(
        "hook", summary: "run your programs when something happens",
        details: [
            "A hook is an executable file `.wallet/hooks/NAME`. It is started without a shell and "
                + "without arguments, in the directory that holds `.wallet`, and reads one line of "
                + "JSON: `{\"details\":{…},\"documents\":[…],\"hook\":NAME,\"id\":ID,\"time\":TIME}`. "
                + "The hooks:",
            """
                pre-pay       before 'pay' or 'issue' signs a promise: may refuse
                pre-clear     before a line is cleared here: may refuse
                post-clear    a transaction has cleared
                post-receive  a message has come; may answer with documents
                post-seal     a block has been sealed
                post-sync     wallets have merged
                bounce        what had cleared does no longer, after a merge
                low-balance   a payment has taken a balance of yours under its bound
            """,
            "`pre-pay` and `pre-clear` are waited for. If one of them does not exit with 0, what it "
                + "was asked about is refused with the code `refused-by-hook`, and the first line "
                + "that it wrote to standard error is the reason. One that is there and cannot be "
                + "run refuses everything. `wallet clear --dry-run` asks nobody, `wallet serve` neither "
                + "asks nor tells: `wallet watch` tells what clears there.",
            "The others are told at the end of the command, after it has answered: each event, "
                + "durable in `.wallet/hooks/.queue`, at least once. After a crash a hook may be "
                + "told again, with the same ID; whoever sends money for an event says "
                + "`wallet pay --id $WALLET_HOOK_ID`. How they exit changes nothing, but is said "
                + "and noted in `.wallet/hooks/log.ndjson`. One process at a time runs them, in the "
                + "order of events.",
            "A hook that takes longer than `hook.timeout` (30s) is ended, with all that it has "
                + "started. Of its environment it has PATH, HOME, LANG, TZ and TERM, and the "
                + "wallet's WALLET_DIR, WALLET_HOOK, WALLET_HOOK_ID and WALLET_HOOK_DEPTH: hooks "
                + "that run `wallet` may lead to other hooks, 8 deep. The file and its directory "
                + "must belong to you or root, and others must not be able to write to them.",
            "`low-balance` needs bounds, one a unit: `wallet config set hook.UNIT.low-balance "
                + "AMOUNT`. It is told when a balance of one of your own addresses falls from AMOUNT "
                + "or more to less; a balance that stays low is not told again.",
            "A `post-clear` that writes a line for each payment:",
            """
                #!/bin/sh
                jq -r '.documents[].meta.inputs[].data | .amount + " to " + .target' >> payments.txt
            """,
            "A `pre-pay` that lets nobody pay more than 100 at once:",
            """
                #!/bin/sh
                test "$(jq '.details.amount | tonumber <= 100')" = true ||
                    { echo 'more than 100 at once' >&2; exit 1; }
            """,
        ],
        subcommands: [list, test, run], defaultSubcommand: "list",
        group: CommandTable.Group.keep, seeAlso: ["pay", "clear", "seal", "watch", "config"])

    private static let list = Command<Context>(
        "list", summary: "list hooks, and how each ended last",
        options: [CommandTable.Shared.format],
        examples: [CommandExample("wallet hook", "which there are, and how they ended")]
    ) { invocation, context in
        var report = try Report(
            context,
            [
                .init("hook", "HOOK"), .init("state", "STATE"), .init("last", "LAST"),
                .init("ending", "ENDING", isElastic: true),
            ], fields: HookReport.fields, format: invocation.value("format"))
        let hooks = try context.wallet().hooks
        let reports = try hooks.reports()
        for hook in reports {
            try report.add(hook.row, shown: ["last": String(hook.row["last"].prefix(19))])
        }
        try report.flush()
        for defect in reports.compactMap(\.defect) {
            context.say("\(defect.message)")
            if let hint = defect.hint { context.hint(hint) }
        }
        let count = try hooks.pendingCount()
        if count > 0 { context.say("events wait for their hooks: 'wallet hook run'") }
    }

    private static let test = Command<Context>(
        "test", summary: "run a hook once, and show what it says",
        details: [
            "The hook reads an event about the latest fitting document of the log, with "
                + "`\"test\":true` among its details; or FILE, as it is. Its output and its errors "
                + "are shown, nothing is sent, refused or noted. The exit status is 1 if the hook's "
                + "is not 0."
        ],
        options: [
            CommandOption(
                "input", value: "FILE", completion: .file, summary: "what it reads instead")
        ],
        arguments: [
            CommandArgument(
                "NAME", summary: "the hook",
                completion: .suggestion(HookName.allCases.map(\.rawValue)))
        ],
        examples: [
            CommandExample("wallet hook test post-clear", "with the latest transaction"),
            CommandExample("wallet hook test pre-pay --input event.json", "with your own event"),
        ]
    ) { invocation, context in
        let hook = try HookName.named(invocation.argument(0))
        let input = try invocation.value("input").map {
            try FileSystem.read($0, limit: Limits.lineBytes)
        }
        let wallet = try context.wallet()
        let result = try wallet.hooks.test(wallet.sampleEvent(hook), input: input)
        if context.isJSON {
            try context.console.write(result.row.json + "\n")
        } else {
            try context.console.write(result.output)
            try context.console.flush()
            for line in result.complaints {
                context.console.say(DisplayText.neutralised("\(hook.rawValue): \(line)"))
            }
            let verdict = hook.isAsked ? (result.isSuccess ? ": it may" : ": it may not") : ""
            context.say("'\(hook.rawValue)': \(result.endingText)\(verdict)")
        }
        if !result.isSuccess { context.status = .refused }
    }

    private static let run = Command<Context>(
        "run", summary: "tell hooks what they have not been told yet",
        details: [
            "What a crash, or a hook that could not be run, has left waiting. Every command that "
                + "runs hooks does the same. The exit status is 1 if a hook failed."
        ],
        examples: [CommandExample("wallet hook run", "after the file has been mended")]
    ) { _, context in
        let wallet = try context.wallet()
        let results = try wallet.runHooks()
        for result in results {
            if context.isJSON { try context.console.write(result.row.json + "\n") }
            if !result.isSuccess {
                context.console.say(DisplayText.neutralised("wallet: \(result.complaint)"))
                context.status = .refused
            }
        }
        let count = results.count
        context.say(count == 1 ? "1 event" : "\(count) events")
        for trouble in wallet.hooks.takeTroubles() { throw trouble }
    }
}
