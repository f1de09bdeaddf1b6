// wallet show: one document.
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
