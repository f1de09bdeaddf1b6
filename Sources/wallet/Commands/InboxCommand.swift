// wallet inbox: what other wallets have sent.
import CommandKit
import Documents
import Files
import WalletKit

enum InboxCommand {
    static let command = Command<Context>(
        "inbox", summary: "what other wallets have sent",
        details: [
            "Messages come over HTTP where the wallet is served, by `wallet inbox receive`, or "
                + "from other wallets of this machine. Each is signed by who sends it, and taken "
                + "once. Nothing happens with what it carries before it is accepted.",
            "KNOWN says how far the sender is known: a peer's device is certified by the key that "
                + "is pinned, a contact is in the address book, a certified one has a domain named "
                + "after its key; anybody can be a stranger.",
            "The hook `post-receive` is told of every message, and what it prints is sent to whom "
                + "it answers: documents, one a line, promises signed. So a fridge pays for milk "
                + "that a shop offers for at most 2 EUR, with this `.wallet/hooks/post-receive`:",
            """
                #!/bin/sh
                event=$(cat)
                get() { printf %s "$event" | jq -r "$1"; }
                [ "$(get .details.known)" = peer ] || exit 0
                shop=$(get .details.name)
                text=$(get '.documents[0].data.text // empty')
                price=$(printf %s "$text" | sed -n 's/^milk: \\([0-9]*\\) EUR$/\\1/p')
                [ -n "$price" ] && [ "$price" -le 2 ] || exit 0
                exec wallet pay "$price" EUR --to EUR --domain "$shop" --id "$(get .id)" -q
            """,
            "A hook may be told twice of the same message: with `--id` it pays once.",
        ],
        subcommands: [list, show, accept, refuse, delete, receive], defaultSubcommand: "list",
        group: CommandTable.Group.share, seeAlso: ["send", "peer", "serve", "hook"])

    static let messages = CommandArgument(
        "MESSAGE", summary: "a message's hash, four digits or more of its beginning",
        completion: .dynamic("messages"), isOptional: true, isRepeating: true)
    static let all = CommandOption("all", summary: "all that are new or read")

    private static let list = Command<Context>(
        "list", summary: "list messages", options: [CommandTable.Shared.format],
        examples: [CommandExample("wallet inbox", "who has sent what")]
    ) { invocation, context in
        var report = try Report(
            context,
            [
                .init("id", "MESSAGE"), .init("status", "STATUS"), .init("known", "KNOWN"),
                .init("from", "FROM", isElastic: true), .init("documents", "DOCUMENTS"),
                .init("subject", "SUBJECT", isElastic: true),
            ], fields: MessageRow.inboxFields, format: invocation.value("format"))
        let wallet = try context.wallet()
        for entry in try wallet.inbox() { try report.add(try wallet.row(of: entry)) }
        try report.flush()
    }

    private static let show = Command<Context>(
        "show", summary: "show a message",
        options: [CommandOption("documents", summary: "print what it carries, one a line")],
        arguments: [
            CommandArgument(
                "MESSAGE", summary: "a message's hash, or its beginning",
                completion: .dynamic("messages"))
        ],
        examples: [
            CommandExample("wallet inbox show 5e9f --documents | jq .", "what it carries")
        ]
    ) { invocation, context in
        let wallet = try context.wallet()
        let entry = try wallet.inboxEntry(invocation.argument(0))
        if invocation.flag("documents") {
            for document in entry.message.documents {
                try context.console.write(Array(document.bytes) + [UInt8(ascii: "\n")])
            }
        } else if context.isJSON {
            try context.console.write(try wallet.row(of: entry).json + "\n")
        } else {
            var table = TextTable(columns: [.init(""), .init("")])
            for (name, value) in try wallet.row(of: entry).members {
                table.add([name, DisplayText.neutralised(value.text)])
            }
            for line in try wallet.contents(of: entry) {
                table.add([line.kind, DisplayText.neutralised(context.named(line.text))])
            }
            try context.console.write(table.render(showsHeader: false))
        }
        try wallet.markRead(entry)
    }

    private static let receive = Command<Context>(
        "receive", summary: "take messages from standard input",
        details: [
            "Reads messages, one a line, and answers each with a signed acknowledgement, once it "
                + "is stored, or with the reason why it was not taken. This is what `wallet send "
                + "--to ssh://HOST/DIR` runs on HOST."
        ],
        arguments: [
            CommandArgument(
                "FILE", summary: "messages; '-' or none for standard input", completion: .file,
                isOptional: true, isRepeating: true)
        ],
        examples: [CommandExample("wallet inbox receive message.json", "from a file")]
    ) { invocation, context in
        let wallet = try context.wallet()
        try wallet.receive(try LineByLine.streams(invocation)) { result in
            switch result {
            case .success(let taken):
                try context.console.write(taken.acknowledgement + [UInt8(ascii: "\n")])
            case .failure(let error):
                let failure = Failure(error)
                context.status = .refused
                try context.console.write(failure.json + "\n")
                context.console.say(
                    "wallet: \(failure.code): \(DisplayText.neutralised(failure.message))")
            }
            try context.console.flush()
        }
        let report = try wallet.announceReceived()
        for complaint in report.complaints {
            context.console.say("wallet: " + DisplayText.neutralised(complaint))
        }
        if !report.answers.isEmpty {
            _ = try wallet.deliverPending(over: context.messageTransport())
        }
    }
}
