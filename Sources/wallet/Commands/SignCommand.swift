// wallet sign: add this wallet's signatures.
import CommandKit
import Documents
import Files
import WalletKit

enum SignCommand {
    static let command = Command<Context>(
        "sign", summary: "add this wallet's signatures to documents",
        details: [
            "Reads documents, one a line, from each FILE or from standard input, and "
                + "prints each with the signatures that this wallet's keys can add. An address "
                + "that several keys share signs by passing the document from one wallet to "
                + "the next.",
            "`--hashee TEXT` states the text that opens a hash lock, which needs no key.",
        ],
        options: [
            CommandOption("hashee", value: "TEXT", summary: "state the text that opens a hash lock")
        ],
        arguments: [
            CommandArgument(
                "FILE", summary: "documents; '-' or none for standard input", completion: .file,
                isOptional: true, isRepeating: true)
        ],
        examples: [
            CommandExample("wallet sign iou.json | wallet clear", "the second of two signatures")
        ],
        group: CommandTable.Group.promise, seeAlso: ["pay", "clear", "address"]
    ) { invocation, context in
        let wallet = try context.wallet()
        try LineByLine.run(invocation, context) { line in
            try wallet.sign(line: line, preimage: invocation.value("hashee"))
        }
    }
}

/// Commands that answer each line of input with a line of output.
enum LineByLine {
    /// The streams that the arguments name; standard input where none is named.
    static func streams(_ invocation: Invocation) throws -> [InputStream] {
        guard !invocation.arguments.isEmpty else { return [InputStream(descriptor: 0)] }
        return try invocation.arguments.map { path in
            if path == "-" { return InputStream(descriptor: 0) }
            do {
                return try InputStream(path: path)
            } catch let error as FileError {
                throw Failure(.refused, "no-input", "'\(path)': \(error.reason)")
            }
        }
    }

    /// Answers every line with what `body` makes of it; a refused one with its error object in its
    /// place.
    static func run(
        _ invocation: Invocation, _ context: Context, _ body: ([UInt8]) throws -> [UInt8]
    ) throws {
        try DocumentLines.forEach(try streams(invocation)) { line, locate in
            do {
                guard let line else { throw DocumentLines.tooLong }
                try context.console.write(try body(line) + [UInt8(ascii: "\n")])
            } catch let refusal as Refusal {
                let located = locate(refusal)
                context.status = .refused
                try context.console.write(located.json + [UInt8(ascii: "\n")])
                context.console.say(
                    "wallet: " + DisplayText.neutralised(context.named(located.complaint)))
            } catch let error as WalletError {
                // Somebody else's line: the rest of the stream may be ours.
                let failure = Failure(error)
                context.status = ExitStatus(rawValue: failure.status) ?? .refused
                try context.console.write(failure.json + "\n")
                context.console.say("wallet: \(failure.code): \(failure.message)")
            }
            if context.console.isOutputTerminal { try context.console.flush() }
        }
    }
}
