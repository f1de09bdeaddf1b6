// wallet pay: promises of units that one holds, and requests of others.
import CommandKit
import WalletKit

enum PayCommand {
    static let command = Command<Context>(
        "pay", summary: "promise units that you hold",
        details: [
            "Prints a signed IOU, one line of JSON, by which you give AMOUNT of UNIT to "
                + "WHO. A promise changes no balance until it is cleared in its domain: pipe "
                + "it to `wallet clear`, or add `--clear`. Whether you hold enough is judged "
                + "only then.",
            "With `--id KEY` the same call prints the same IOU again, so that a script "
                + "that retries never pays twice. Other terms under the same KEY are refused.",
            "`--hashlock HEX` locks the IOU: it clears only when the text whose SHA-256 "
                + "is HEX has been stated with `wallet sign --hashee TEXT`.",
            "`--credit LINE`, paid to the issuer, hands a credit line back.",
            "`--domain PEER --send` has a peer clear it (see `wallet peer`): UNIT is then a unit "
                + "that the peer knows, and the transaction is printed once it is verified and "
                + "kept. If no answer comes, the promise is kept: `wallet peer resend`.",
            "UNIT may be BSV or sat, unless a unit of that code is known: then bitcoins are paid "
                + "(see `wallet coin`), to an address or to a handle such as alice@example.com.",
            "A REQUEST is what `wallet request` makes: an address such as `pay:?r=URL`, "
                + "`bitcoin:?sv&r=URL` or the URL itself, `payto:HANDLE?amount=SATOSHIS`, or a file "
                + "with the invoice. What it asks for is shown, and paid when you say yes, or with `--yes`. The receipt is printed "
                + "once it verifies. If no answer comes, the same command again asks what has "
                + "become of it: a request is paid once. An invoice that is at no relay gives a "
                + "promise to hand over.",
        ],
        options: [
            CommandOption(
                "to", value: "WHO", completion: .dynamic("addresses"), summary: "who receives"),
            CommandOption(
                "from", value: "WHO", completion: .dynamic("own"),
                summary: "which of your addresses pays (user.address, or 'me')"),
            PromiseOptions.domain, CommandTable.Shared.expires, CommandTable.Shared.active,
            CommandTable.Shared.note,
            CommandTable.Shared.id,
            CommandOption(
                "hashlock", value: "HEX",
                summary: "lock it until the text with this SHA-256 is stated"),
            CommandTable.Shared.credit, CommandTable.Shared.clear, PromiseOptions.send,
            CommandOption("yes", short: "y", summary: "pay a request without asking"),
        ],
        arguments: [
            CommandArgument(
                "AMOUNT|REQUEST",
                summary: "how much; or a request: its address, or a file with the invoice",
                completion: .file),
            CommandArgument(
                "UNIT", summary: "the unit, by code, issuer's name or address",
                completion: .dynamic("units"), isOptional: true),
        ],
        examples: [
            CommandExample("wallet pay 3 BEER --to alice --note 'friday' --clear", "pay at once"),
            CommandExample("wallet pay 5 EUR --to shop --id order-7", "safe to run twice"),
            CommandExample(
                "wallet pay 5 BEER --to bob --domain shop --send", "have the peer 'shop' clear it"),
            CommandExample(
                "wallet pay 'pay:?r=https://relay.example/api/v1/payment/7hG2…'",
                "pay a request"),
        ],
        group: CommandTable.Group.promise, seeAlso: ["issue", "clear", "sign", "peer", "request"]
    ) { invocation, context in
        guard let unit = invocation.optionalArgument(1) else {
            return try PayRequest.pay(invocation.argument(0), invocation, context)
        }
        guard invocation.value("to") != nil else {
            throw invocation.usageError(.missingOption, "option '--to' is missing")
        }
        if try PayHandle.isMeant(unit, context) { return try PayHandle.pay(invocation, context) }
        var promise = PromiseOptions.promise(invocation, unit: unit)
        promise.active = invocation.value("active")
        promise.source = invocation.value("from")
        promise.hashlock = invocation.value("hashlock")
        let session = try PromiseOptions.session(invocation, context)
        let signed =
            try session.map { try context.wallet().promise(promise, isIssue: false, at: $0) }
            ?? context.wallet().pay(promise)
        try PromiseOptions.finish(signed, "pays", session, invocation, context)
    }
}
