// wallet contact: names for other people's addresses.
import CommandKit
import WalletKit

enum ContactCommand {
    static let command = Command<Context>(
        "contact", summary: "name other people's addresses",
        details: ["A contact is a name of yours for somebody's address; nobody else sees it."],
        subcommands: [list, add, remove], defaultSubcommand: "list",
        group: CommandTable.Group.names, seeAlso: ["address"])

    private static let list = Command<Context>(
        "list", summary: "list contacts", options: [CommandTable.Shared.format],
        examples: [CommandExample("wallet contact", "names and addresses")]
    ) { invocation, context in
        var report = try Report(
            context, [.init("name", "NAME"), .init("address", "ADDRESS")],
            fields: Contact.fields, format: invocation.value("format"))
        for contact in try context.wallet().book.contacts { try report.add(contact.row) }
        try report.flush()
    }

    private static let add = Command<Context>(
        "add", summary: "name an address",
        arguments: [
            CommandArgument("NAME", summary: "the name"),
            CommandArgument("ADDRESS", summary: "the address, or a handle: carol@example.com"),
        ],
        examples: [
            CommandExample(
                "wallet contact add bob wSyk9HvFmS33RBXFRGSnUE3MhP8iPweFbn", "call him 'bob'")
        ]
    ) { invocation, context in
        let contact = try context.wallet().addContact(
            invocation.argument(0), invocation.argument(1))
        context.say("'\(contact.name)' is \(contact.address)")
        if context.isJSON { try context.console.write(contact.row.json + "\n") }
    }

    private static let remove = Command<Context>(
        "remove", summary: "forget a contact",
        arguments: [
            CommandArgument("NAME", summary: "the name", completion: .dynamic("contacts"))
        ],
        examples: [CommandExample("wallet contact remove bob", "forget the name 'bob'")]
    ) { invocation, context in
        try context.wallet().removeContact(invocation.argument(0))
        context.say("forgot '\(invocation.argument(0))'")
    }
}
