// wallet send: documents for other wallets.
import CommandKit
import Documents
import Files
import WalletKit

enum SendCommand {
    static let command = Command<Context>(
        "send", summary: "send documents to other wallets",
        details: [
            "Signs a message that carries each DOCUMENT, and delivers it to WHO's inbox. A "
                + "DOCUMENT is a file of documents, one a line, `-` for those on standard input, "
                + "or the hash of one in this wallet's log. `--note` and `--file` add a text and "
                + "a file.",
            "WHO is a peer (see `wallet peer`), the URL of a wallet that is served, "
                + "`ssh://HOST/DIR`, or the directory of another wallet, which is told by the "
                + "slash in it: `./DIR`. Over ssh, `wallet -C DIR inbox receive` is run on HOST "
                + "by the program `ssh.program`, which must ask for nothing.",
            "The message is kept before it is sent, and until the receiver has signed that it "
                + "took it; that signature is printed. Where nobody answers, the exit status is "
                + "4, the message waits, and `--retry` tries again, as `wallet serve` does by "
                + "itself. However often a message arrives, it is taken once.",
        ],
        options: [
            CommandOption(
                "to", value: "WHO", completion: .dynamic("peers"), summary: "who receives"),
            CommandOption(
                "answer", value: "MESSAGE", completion: .dynamic("messages"),
                summary: "answer this message of the inbox"),
            CommandOption("note", value: "TEXT", summary: "a text to go with it"),
            CommandOption(
                "file", value: "FILE", completion: .file, summary: "a file to go with it"),
            CommandOption("subject", value: "TEXT", summary: "a line that says what it is about"),
            CommandOption(
                "from", value: "WHO", completion: .dynamic("own"),
                summary: "the address that signs (this device)"),
            CommandOption(
                "expires", value: "WHEN",
                summary: "when delivery is given up: 24h, 7d, 2030-01-31 (30d)"),
            CommandOption("pending", summary: "list what has not been delivered"),
            CommandOption("retry", summary: "deliver what waits, or each DOCUMENT: a message"),
            CommandOption("forget", summary: "give up each DOCUMENT: a message that waits"),
            CommandTable.Shared.format,
        ],
        arguments: [
            CommandArgument(
                "DOCUMENT", summary: "a file, '-', or a hash", completion: .file,
                isOptional: true, isRepeating: true)
        ],
        examples: [
            CommandExample("wallet pay 3 BEER --to bob -q | wallet send - --to bob", "a promise"),
            CommandExample("wallet send --to ../fridge --note 'milk: 2 EUR'", "a text"),
            CommandExample("wallet send --pending", "what has not arrived"),
        ],
        group: CommandTable.Group.share, seeAlso: ["inbox", "peer", "serve", "hook"]
    ) { invocation, context in
        if let error = invocation.conflict(among: ["to", "answer", "pending", "retry", "forget"]) {
            throw error
        }
        if invocation.flag("pending") { return try list(invocation, context) }
        if invocation.flag("retry") { return try retry(invocation, context) }
        if invocation.flag("forget") { return try forget(invocation, context) }
        try send(invocation, context)
    }

    // MARK: - Sending

    private static func send(_ invocation: Invocation, _ context: Context) throws {
        let wallet = try context.wallet()
        let transport = context.messageTransport()
        var letter = Letter()
        letter.note = invocation.value("note")
        letter.subject = invocation.value("subject")
        letter.from = invocation.value("from")
        letter.expires = invocation.value("expires")
        if let path = invocation.value("file") { try letter.attach(path) }
        let recipient: Recipient
        if let prefix = invocation.value("answer") {
            recipient = try wallet.recipient(answering: try wallet.inboxEntry(prefix))
        } else if let who = invocation.value("to") {
            recipient = try wallet.recipient(who, over: transport)
        } else {
            throw invocation.usageError(.missingArgument, "'--to WHO' is missing")
        }
        letter.documents = try documents(invocation, wallet)
        guard !letter.documents.isEmpty || letter.note != nil || letter.file != nil else {
            throw invocation.usageError(
                .missingArgument, "there is nothing to send: a DOCUMENT, '--note' or '--file'")
        }
        let entry = try wallet.post(letter, to: recipient)
        try tell(try wallet.deliver(entry, over: transport), context)
    }

    /// The lines of files and of standard input, and documents of the log by their hashes.
    private static func documents(
        _ invocation: Invocation, _ wallet: Wallet
    ) throws -> [[UInt8]] {
        var lines: [[UInt8]] = []
        for word in invocation.arguments {
            let isFile = try word != "-" && FileSystem.status(word)?.isDirectory == false
            guard word == "-" || isFile else {
                lines.append(Array(try wallet.document(named: word).bytes))
                continue
            }
            let stream = word == "-" ? InputStream(descriptor: 0) : try InputStream(path: word)
            try DocumentLines.forEach([stream]) { line, locate in
                guard let line else { throw locate(DocumentLines.tooLong) }
                guard lines.count < MessageLimits.documents else {
                    throw MessageError.full(what: "message", limit: MessageLimits.documents)
                }
                lines.append(line)
            }
        }
        return lines
    }

    /// The receiver's signature to standard output; who has not signed is a failure.
    static func tell(_ delivery: MessageDelivery, _ context: Context) throws {
        let message = delivery.entry.message
        let to = delivery.entry.route.destination.shown
        guard let acknowledgement = delivery.acknowledgement else {
            throw MessageError.undelivered(
                message: message.hash, to: to,
                delivery.entry.obstacle ?? Obstacle("expired", "its time has passed"))
        }
        try context.console.write(acknowledgement + [UInt8(ascii: "\n")])
        context.say(
            "'\(DisplayText.neutralised(to))' has taken \(message.hash.hexadecimal.prefix(12))")
    }
}
