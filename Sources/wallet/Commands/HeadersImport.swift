// wallet headers import: headers out of a file.
import CommandKit
import Files
import Headers
import WalletKit

extension HeadersCommand {
    static let importing = Command<Context>(
        "import", summary: "take headers out of a file",
        details: [
            "FILE holds headers of 80 bytes each, one behind the other, or text: a line for each, "
                + "in hexadecimal digits or JSON, as services of headers and `wallet headers show "
                + "--json` write it; an array of them may stand in a line. The first must follow a "
                + "header that is known, or be the network's first.",
            "All that was good before one that is refused is kept. Interrupted, or with a file that "
                + "has grown, run it again: what is there already is passed over.",
        ],
        options: storeOptions,
        arguments: [
            CommandArgument(
                "FILE", summary: "the file; '-' for standard input", completion: .file)
        ],
        examples: [
            CommandExample("wallet headers import headers.bin", "from a copy of the chain"),
            CommandExample(
                "wallet headers show 0 --count 1000 --raw | wallet headers import - --store ../h",
                "the first thousand into another store"),
        ], group: CommandTable.Group.secure, needsWallet: false
    ) { invocation, context in
        let path = invocation.argument(0)
        let input = path == "-" ? InputStream(descriptor: 0) : try InputStream(path: path)
        let store = try writing(invocation, context)
        let report = try mending(context) {
            defer { try? store.cover() }
            return try take(input, store, context)
        }
        try mending(context) { try store.cover() }
        context.say(
            (report.added == 1 ? "1 header" : "\(report.added) headers") + " taken, the tip is "
                + "\(store.tip.height), '\(store.tip.hash.displayed)'")
        if context.isJSON {
            let row = ReportRow([
                "added": .number(report.added), "fork": report.fork.map { .number($0) },
                "height": .number(store.tip.height), "hash": .text(store.tip.hash.displayed),
                "removed": .number(report.removed),
            ])
            try context.console.write(row.json + "\n")
        }
    }

    /// Bytes that are taken at once: so many are durable together.
    private static let partBytes = 65_536 * BlockHeader.byteCount

    private static func take(
        _ input: InputStream, _ store: HeaderStore, _ context: Context
    ) throws -> (added: Int, fork: Int?, removed: Int) {
        var stream = HeaderStream()
        var added = 0
        var removed = 0
        var fork: Int?
        var taken = 0
        var isOver = false
        var pending: [UInt8] = []
        while !isOver {
            let piece = try input.read(partBytes)
            pending += stream.take(piece, isLast: piece.isEmpty)
            isOver = piece.isEmpty || stream.failure != nil
            guard !pending.isEmpty, isOver || pending.count >= partBytes else { continue }
            do {
                let update = try store.take(
                    pending, now: context.surroundings.now().milliseconds / 1000,
                    coversLater: true)
                added += update.added
                removed += update.removed.count
                if let at = update.fork { fork = min(fork ?? at, at) }
            } catch let bad as BadHeader {
                throw BadHeader(index: taken + bad.index, reason: bad.reason)
            }
            taken += pending.count / BlockHeader.byteCount
            pending = []
        }
        if let failure = stream.failure { throw failure }
        return (added, fork, removed)
    }
}
