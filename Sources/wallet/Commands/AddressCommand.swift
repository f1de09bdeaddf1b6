// wallet address: who one is.
import CommandKit
import Documents
import WalletKit

enum AddressCommand {
    static let command = Command<Context>(
        "address", summary: "list, make and show addresses",
        details: [
            "An address is the hash of a public key, or of a puzzle: several keys with weights and a "
                + "threshold. Own addresses are derived from the wallet's words."
        ],
        subcommands: [list, new, puzzle, show], defaultSubcommand: "list",
        group: CommandTable.Group.names, seeAlso: ["contact", "key", "sign"])

    private static let schemes = SignatureScheme.allCases.map(\.rawValue)

    private static let list = Command<Context>(
        "list", summary: "list own addresses", options: [CommandTable.Shared.format],
        examples: [CommandExample("wallet address", "names and addresses")]
    ) { invocation, context in
        var report = try Report(
            context, [.init("name", "NAME"), .init("address", "ADDRESS"), .init("key", "KEY")],
            fields: OwnAddress.fields, format: invocation.value("format"))
        for own in try context.wallet().book.own { try report.add(own.row) }
        try report.flush()
    }

    private static let new = Command<Context>(
        "new", summary: "derive a new address",
        options: [
            CommandOption("name", value: "NAME", summary: "what it is called (address-N)"),
            CommandOption(
                "scheme", value: "S", completion: .choice(schemes),
                summary: "ecdsa-secp256k1 or eddsa-ed25519 (ecdsa-secp256k1)"),
        ],
        examples: [CommandExample("wallet address new --name savings", "a second address")]
    ) { invocation, context in
        let scheme = invocation.value("scheme").flatMap { SignatureScheme(rawValue: $0) }
        let own = try context.wallet().newAddress(
            name: invocation.value("name"), scheme: scheme ?? .ecdsaSecp256k1)
        context.say("'\(own.name)' is a new address")
        try context.console.write(context.isJSON ? own.row.json + "\n" : own.address.text + "\n")
    }

    private static let puzzle = Command<Context>(
        "puzzle", summary: "make an address that several keys share",
        options: [
            CommandOption(
                "threshold", value: "K", summary: "the weights that must sign together",
                isRequired: true),
            CommandOption("name", value: "NAME", summary: "what it is called (puzzle)"),
        ],
        arguments: [
            CommandArgument(
                "KEY", summary: "an own address, or a public key, with an optional ':WEIGHT'",
                completion: .dynamic("addresses"), isRepeating: true)
        ],
        examples: [
            CommandExample(
                "wallet address puzzle --name till --threshold 2 me savings",
                "both keys must sign")
        ]
    ) { invocation, context in
        let threshold = try invocation.integer("threshold", in: 1...Int(Int32.max)) ?? 1
        let own = try context.wallet().newPuzzle(
            name: invocation.value("name") ?? "puzzle", threshold: threshold,
            keys: invocation.arguments)
        context.say("'\(own.name)' is shared by \(invocation.arguments.count) keys")
        try context.console.write(context.isJSON ? own.row.json + "\n" : own.address.text + "\n")
    }

    private static let show = Command<Context>(
        "show", summary: "print the address of a name",
        arguments: [
            CommandArgument(
                "WHO", summary: "a name, unit, address or its beginning",
                completion: .dynamic("addresses"))
        ],
        examples: [CommandExample("wallet address show me", "the address called 'me'")]
    ) { invocation, context in
        let wallet = try context.wallet()
        let address = try wallet.resolver().address(invocation.argument(0))
        if context.isJSON {
            let row =
                wallet.book.own(address)?.row
                ?? ReportRow([
                    "name": .text(wallet.book.name(of: address) ?? ""),
                    "address": .text(address.text),
                ])
            try context.console.write(row.json + "\n")
        } else {
            try context.console.write(address.text + "\n")
        }
    }
}
