// wallet issue: signed promises of one's own units; and what it shares with wallet pay.
import CommandKit
import Paymail
import WalletKit

enum IssueCommand {
    static let command = Command<Context>(
        "issue", summary: "promise units that you issue",
        details: [
            "Prints a signed IOU, one line of JSON, by which UNIT's issuer gives AMOUNT "
                + "to WHO. A promise changes no balance until it is cleared: pipe it to "
                + "`wallet clear`, or add `--clear`.",
            "`--credit LINE` grants WHO a credit line as well: WHO may then owe up to "
                + "LINE. With AMOUNT 0 nothing but the line is given.",
            "With `--id KEY` the same call prints the same IOU again, so that a script "
                + "that retries never issues twice.",
        ],
        options: [
            CommandTable.Shared.to, CommandTable.Shared.credit, CommandTable.Shared.expires,
            CommandTable.Shared.active, CommandTable.Shared.note, CommandTable.Shared.id,
            PromiseOptions.domain, CommandTable.Shared.clear, PromiseOptions.send,
        ],
        arguments: [CommandTable.Shared.amountArgument, CommandTable.Shared.unitArgument],
        examples: [
            CommandExample("wallet issue 100 BEER --to bob | wallet clear", "promise and clear"),
            CommandExample(
                "wallet issue 0 HOUR --to bob --credit 20 --clear", "grant a credit line of 20"),
        ],
        group: CommandTable.Group.promise, seeAlso: ["pay", "clear", "unit", "limit", "peer"]
    ) { invocation, context in
        var promise = PromiseOptions.promise(invocation, unit: invocation.argument(1))
        promise.active = invocation.value("active")
        let session = try PromiseOptions.session(invocation, context)
        let signed =
            try session.map { try context.wallet().promise(promise, isIssue: true, at: $0) }
            ?? context.wallet().issue(promise)
        try PromiseOptions.finish(signed, "issues", session, invocation, context)
    }
}

/// What `issue` and `pay` share.
enum PromiseOptions {
    static let domain = CommandOption(
        "domain", value: "D", completion: .dynamic("peers"),
        summary: "the domain that clears it, by name or as a peer (this wallet's own)")
    static let send = CommandOption(
        "send", summary: "have the peer clear it, and verify and keep its receipt")

    /// Deals with the peer that `--domain` names; nil where it names none.
    static func session(_ invocation: Invocation, _ context: Context) throws -> PeerSession? {
        if let error = invocation.conflict(among: ["clear", "send"]) { throw error }
        guard let name = try invocation.value("domain") ?? peer(invocation, context) else {
            guard !invocation.flag("send") else {
                throw invocation.usageError(
                    .missingArgument, "'--send' needs a peer: '--domain NAME'")
            }
            return nil
        }
        // Any other name is a domain's own.
        let isPeer = try context.wallet().knownPeer(name) != nil
        return isPeer || invocation.flag("send") ? try context.session(name) : nil
    }

    /// The peer that clears for a handle that is paid; nil where this wallet does, or nobody known.
    private static func peer(_ invocation: Invocation, _ context: Context) throws -> String? {
        let wallet = try context.wallet()
        let who = invocation.value("to") ?? ""
        guard let lookup = wallet.handles, PaymailHandle.isMeant(by: who),
            wallet.book[who] == nil
        else { return nil }
        let found = try lookup(PaymailHandle(who))
        guard try !wallet.ownDomain().utf8.elementsEqual(found.domain.utf8) else { return nil }
        let peer = try wallet.knownPeers().first { $0.domain.utf8.elementsEqual(found.domain.utf8) }
        if peer == nil {
            context.say(
                "\(found.handle) has promises cleared by "
                    + "'\(DisplayText.neutralised(found.domain))', which is no peer of this wallet")
        }
        return peer?.name
    }

    static func promise(_ invocation: Invocation, unit: String) -> Promise {
        var promise = Promise(
            amount: invocation.argument(0), unit: unit,
            target: invocation.value("to") ?? "")
        promise.domain = invocation.value("domain")
        promise.credit = invocation.value("credit")
        promise.expires = invocation.value("expires")
        promise.note = invocation.value("note")
        promise.id = invocation.value("id")
        return promise
    }

    static func finish(
        _ signed: SignedPromise, _ verb: String, _ session: PeerSession?,
        _ invocation: Invocation, _ context: Context
    ) throws {
        let terms = signed.iou.terms
        let amount = "\(signed.unit.grouped(terms.amount)) \(signed.unit.label)"
        let credit = terms.credit.map { ", credit \(signed.unit.grouped($0.negated))" } ?? ""
        let repeated = signed.isRepeated ? " (the same promise as before)" : ""
        context.say(
            "\(signed.sourceName) \(verb) \(amount)\(credit) to \(signed.targetName)\(repeated)")
        let document = signed.iou.document
        if let session, invocation.flag("send") {
            var delivery = Delivery(context, session)
            try delivery.deliver(document)
            try context.console.flush()
            return delivery.tell()
        }
        try context.console.write(document + [UInt8(ascii: "\n")])
        if invocation.flag("clear") { try ClearCommand.clearOwn(document, context) }
    }
}
