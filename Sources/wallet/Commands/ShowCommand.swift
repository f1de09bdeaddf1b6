// wallet show, wallet verify: one document.
import CommandKit
import Documents
import WalletKit

enum ShowCommand {
    static let command = Command<Context>(
        "show", summary: "print a document by its hash",
        details: [
            "Prints the document whose hash is ID or begins with it: a transaction, an "
                + "instruction, a unit, a device, a block or a stack; or the block at a height. It is printed as it is stored, one line of "
                + "canonical JSON, ready for `jq` or `wallet verify`."
        ],
        arguments: [
            CommandArgument(
                "ID", summary: "a hash, four digits or more of its beginning, or a block's height")
        ],
        examples: [CommandExample("wallet show 5e9fc1 | jq .", "look at a transaction")],
        group: CommandTable.Group.look, seeAlso: ["log", "verify"]
    ) { invocation, context in
        let envelope = try context.wallet().document(named: invocation.argument(0))
        try context.console.write(Array(envelope.bytes) + [UInt8(ascii: "\n")])
    }
}

enum VerifyCommand {
    static let command = Command<Context>(
        "verify", summary: "verify documents, offline",
        details: [
            "Reads documents, one a line, and says of each what it proves and what it does not. Needs no "
                + "wallet and no network. The exit status is 1 if anything is false."
        ],
        arguments: [
            CommandArgument(
                "FILE", summary: "documents; '-' or none for standard input", completion: .file,
                isOptional: true, isRepeating: true)
        ],
        examples: [CommandExample("wallet show 5e9fc1 | wallet verify", "verify a receipt")],
        group: CommandTable.Group.look, needsWallet: false, seeAlso: ["show", "clear"]
    ) { invocation, context in
        let isJSON = context.isJSON
        try LineByLine.run(invocation, context) { line in
            let verification = try Verification(line: line)
            if isJSON { return Array(verification.row.json.utf8) }
            let text =
                "\(verification.hash.hexadecimal.prefix(12)) \(verification.kind.rawValue): "
                + "\(verification.proved)\n  not shown: \(verification.unproved)"
            return Array(text.utf8)
        }
    }
}
