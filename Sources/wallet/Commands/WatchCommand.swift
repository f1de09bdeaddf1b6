// wallet watch: what happens, as it happens.
import CommandKit
import Glibc
import WalletKit

enum WatchCommand {
    static let command = Command<Context>(
        "watch", summary: "tell what happens, as it happens",
        details: [
            "Prints a line for every document that is added to the log, by whichever process, once "
                + "it is durable; and for every message that comes in, every hook that has run, and "
                + "what your devices report to each other. It ends with SIGINT or SIGTERM, or when "
                + "nobody reads any more.",
            "With `--json`, lines of JSON. A document of the log is "
                + "`{\"cursor\",\"document\",\"hash\",\"kind\",\"position\"}`, as in `GET /events` of "
                + "`wallet serve`; the others have a `kind` too: `message`, `hook`, `report`, `entry`.",
            "`--since POS` begins behind POS: a `position`, or better a `cursor`. So whoever was "
                + "interrupted goes on where he was, without loss or repetition, whatever has been "
                + "sealed since. Without it, watching begins now, and `--no-follow` prints the whole "
                + "log. Messages, hooks and reports are told from now on only: `wallet inbox` and "
                + "`wallet hook` show those before.",
            "A merge (`wallet sync`) may order the open block anew. Then "
                + "`{\"cursor\",\"kind\":\"rewritten\",\"position\"}` says that what was told behind "
                + "`position` is void, and what stands there now follows. A bare position cannot tell "
                + "whether that has happened meanwhile; a cursor does.",
        ],
        options: [
            CommandOption(
                "since", value: "POS", summary: "begin behind this position or cursor (now)"),
            CommandOption("follow", summary: "wait for what comes (as without this option)"),
            CommandOption("no-follow", summary: "tell what is there, and end"),
        ],
        examples: [
            CommandExample("wallet watch", "in a terminal, as a till"),
            CommandExample(
                "wallet watch --json | jq -r --unbuffered .kind", "for a program"),
            CommandExample("wallet watch --since 41 --no-follow", "what came behind line 41"),
        ],
        group: CommandTable.Group.look, seeAlso: ["log", "hook", "serve"]
    ) { invocation, context in
        if let error = invocation.conflict(among: ["follow", "no-follow"]) { throw error }
        let isFollowing = !invocation.flag("no-follow")
        var start: WatchStart = isFollowing ? .now : .beginning
        if let text = invocation.value("since") {
            guard let since = WatchStart(text) else {
                throw Failure(
                    .usage, "invalid-argument",
                    "since '\(text)': a position such as 41, or a cursor, is needed")
            }
            start = since
        }
        let wallet = try context.wallet()
        let options = WatchOptions(
            start: start, isFollowing: isFollowing,
            listener: isFollowing ? STDOUT_FILENO : nil)
        let signals = SignalWatch { options.stop.ring() }
        defer { withExtendedLifetime(signals) {} }
        try wallet.watch(options) { events in
            for event in events {
                try context.console.write(
                    context.isJSON
                        ? event.json
                        : Array((DisplayText.neutralised(wallet.line(for: event)) + "\n").utf8))
            }
            try context.console.flush()
        }
    }
}
