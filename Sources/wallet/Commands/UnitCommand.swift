// wallet unit: units of account.
import CommandKit
import Documents
import WalletKit

enum UnitCommand {
    static let command = Command<Context>(
        "unit", summary: "define and list units of account",
        details: [
            "A unit of account belongs to its issuer's address. Defining one signs what it is called and "
                + "how finely it divides, and enters that into this wallet's domain."
        ],
        subcommands: [list, new, show], defaultSubcommand: "list",
        group: CommandTable.Group.names, seeAlso: ["issue", "limit"])

    private static let forms = UnitDefinition.Form.allCases.map(\.rawValue)

    private static let list = Command<Context>(
        "list", summary: "list units", options: [CommandTable.Shared.format],
        examples: [CommandExample("wallet unit", "codes, names and what is outstanding")]
    ) { invocation, context in
        var report = try Report(
            context,
            [
                .init("code", "CODE"), .init("name", "NAME", isElastic: true),
                .init("form", "FORM"), .init("outstanding", "OUTSTANDING", .right),
                .init("holders", "HOLDERS", .right), .init("issuer", "ISSUER"),
            ], fields: UnitReport.fields, format: invocation.value("format"))
        for unit in try context.wallet().units() {
            try report.add(
                unit.row, shown: ["outstanding": unit.view.grouped(unit.outstanding)])
        }
        try report.flush()
    }

    private static let new = Command<Context>(
        "new", summary: "define a unit that you issue",
        options: [
            CommandOption("name", value: "TEXT", summary: "its name for people"),
            CommandOption("scale", value: "D", summary: "decimals of its amounts (2)"),
            CommandOption(
                "form", value: "FORM", completion: .choice(forms),
                summary: forms.joined(separator: ", ") + " (currency)"),
            CommandOption("terms", value: "TEXT", summary: "what you promise its holders"),
            CommandOption(
                "issuer", value: "WHO", completion: .dynamic("addresses"),
                summary: "an own address that issues it (a new one, called CODE)"),
        ],
        arguments: [CommandArgument("CODE", summary: "a short name, such as BEER")],
        examples: [
            CommandExample("wallet unit new BEER --scale 0", "beers come whole"),
            CommandExample(
                "wallet unit new EUR --terms 'redeemed at the till'", "a voucher currency"),
        ]
    ) { invocation, context in
        let form = invocation.value("form").flatMap { UnitDefinition.Form(rawValue: $0) }
        let unit = try context.wallet().newUnit(
            (
                code: invocation.argument(0), name: invocation.value("name"),
                scale: try invocation.integer("scale", in: 0...18),
                form: form, terms: invocation.value("terms")
            ), issuer: invocation.value("issuer"))
        context.say("'\(unit.terms.code)' is a unit issued by \(unit.terms.symbol)")
        try context.console.write(unit.document + [UInt8(ascii: "\n")])
        context.hint("'wallet issue AMOUNT \(unit.terms.code) --to WHO --clear' brings it about")
    }

    private static let show = Command<Context>(
        "show", summary: "show a unit", arguments: [CommandTable.Shared.unitArgument],
        examples: [CommandExample("wallet unit show BEER", "all about the unit")]
    ) { invocation, context in
        let unit = try context.wallet().unit(invocation.argument(0))
        if context.isJSON { return try context.console.write(unit.row.json + "\n") }
        var table = TextTable(columns: [.init(""), .init("")])
        for (name, value) in unit.row.members where !value.text.isEmpty {
            let shown = name == "outstanding" ? unit.view.grouped(unit.outstanding) : value.text
            table.add([name, shown])
        }
        try context.console.write(table.render(showsHeader: false))
    }
}
