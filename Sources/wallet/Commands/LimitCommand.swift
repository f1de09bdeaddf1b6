// wallet limit: trust, ceilings, lines taken back.
import CommandKit
import WalletKit

enum LimitCommand {
    static let command = Command<Context>(
        "limit", summary: "sign a limit of a counter",
        details: [
            "Prints a signed limit, one line of JSON. It takes effect when it is "
                + "cleared: pipe it to `wallet clear`, or add `--clear`.",
            "`--max AMOUNT` says how much of UNIT you will hold at most: how far you "
                + "trust its issuer.",
            "`--min AMOUNT` is for the issuer. Without `--of` it is a ceiling of supply: "
                + "the issuer may owe so much and no more. With `--of WHO` it lowers WHO's "
                + "unused credit line to AMOUNT. The sign may be left out, since lower limits "
                + "are never above 0.",
        ],
        options: [
            CommandOption("max", value: "AMOUNT", summary: "hold at most AMOUNT"),
            CommandOption("min", value: "AMOUNT", summary: "owe at most AMOUNT"),
            CommandOption(
                "of", value: "WHO", completion: .dynamic("addresses"), summary: "whose counter"),
            CommandTable.Shared.id, CommandTable.Shared.clear,
        ],
        arguments: [CommandTable.Shared.unitArgument],
        examples: [
            CommandExample("wallet limit BEER --min -1000 --clear", "never more than 1000"),
            CommandExample("wallet limit EUR --max 50 --clear", "hold at most 50"),
        ],
        group: CommandTable.Group.promise, seeAlso: ["issue", "clear"]
    ) { invocation, context in
        if let error = invocation.conflict(among: ["max", "min"]) { throw error }
        let max = invocation.value("max")
        guard let amount = max ?? invocation.value("min") else {
            throw invocation.usageError(.missingOption, "'--max' or '--min' is needed")
        }
        let (limit, view, name) = try context.wallet().limit(
            unit: invocation.argument(0), end: max == nil ? .min : .max, amount: amount,
            of: invocation.value("of"), id: invocation.value("id"))
        let what = max == nil ? "lower" : "upper"
        context.say(
            "\(what) limit of \(name): \(view.grouped(limit.terms.amount)) \(view.label)")
        try context.console.write(limit.document + [UInt8(ascii: "\n")])
        if invocation.flag("clear") { try ClearCommand.clearOwn(limit.document, context) }
    }
}
