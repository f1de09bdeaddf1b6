// wallet channel watch: what comes into a channel, as it comes.
import Channels
import CommandKit
import Glibc
import WalletKit

enum ChannelWatchCommand {
    static let command = Command<Context>(
        "watch", summary: "tell what comes into a channel, as it comes",
        details: [
            "Prints a line whenever the server says that a message has come; with `--read` the "
                + "messages themselves, each once and in order, beginning with those that are "
                + "unread, and with `--mark` they are marked as read.",
            "Connects again when the connection is lost. It ends with SIGINT or SIGTERM.",
        ],
        options: [
            CommandOption("read", summary: "print the messages"),
            CommandOption("mark", summary: "mark as read what is printed"),
            ChannelReadCommand.oldServer,
        ] + ChannelCommand.tokenOptions,
        arguments: [ChannelCommand.argument],
        examples: [
            CommandExample("wallet channel watch till --read --mark", "in a terminal, as a till"),
            CommandExample(
                "wallet channel watch till --read --json | jq -r --unbuffered .text",
                "for a program"),
        ]
    ) { invocation, context in
        try ChannelFailure.mending {
            let watch = ChannelWatch(try ChannelAccess(invocation, context), invocation, context)
            try SignalWatch.stopping(by: { [end = watch.end] in end.stop() }) {
                try watch.run()
            }
        }
    }
}
