// wallet pay AMOUNT BSV --to WHO: bitcoins to a handle of Paymail, or to an address.
import Bitcoin
import CommandKit
import Headers
import Paymail
import WalletKit

enum PayHandle {
    /// Whether the unit of a payment is bitcoin.
    static func isMeant(_ unit: String, _ context: Context) throws -> Bool {
        try context.wallet().isForCoins(unit)
    }

    /// Pays `--to`.
    static func pay(_ invocation: Invocation, _ context: Context) throws {
        for name in ["from", "domain", "expires", "active", "hashlock", "credit"]
        where invocation.value(name) != nil {
            throw invocation.usageError(
                .invalidValue, "'--\(name)' has no place here: bitcoins are paid")
        }
        for name in ["clear", "send"] where invocation.flag(name) {
            throw invocation.usageError(
                .invalidValue, "'--\(name)' has no place here: bitcoins are paid")
        }
        let who = invocation.value("to") ?? ""
        let satoshis = try CoinAmount.satoshis(
            invocation.argument(0), invocation.optionalArgument(1) ?? "")
        guard PaymailHandle.isMeant(by: who) else {
            return try CoinSendCommand.pay(
                satoshis, to: who, id: invocation.value("id"), context)
        }
        try pay(
            satoshis, to: try PaymailHandle(who), id: invocation.value("id"),
            note: invocation.value("note") ?? "", context)
    }

    /// `wallet coin send` to a handle.
    static func send(_ who: String, _ invocation: Invocation, _ context: Context) throws {
        for name in ["raw", "no-broadcast"] where invocation.flag(name) {
            throw invocation.usageError(
                .invalidValue, "'--\(name)' has no place here: the handle's server is paid")
        }
        if invocation.value("fee") != nil || invocation.argument(0) == "all" {
            throw invocation.usageError(
                .invalidValue, "a handle is paid an amount, and the usual fee")
        }
        let satoshis = try CoinAmount.satoshis(
            invocation.argument(0), invocation.optionalArgument(1) ?? "")
        try pay(
            satoshis, to: try PaymailHandle(who), id: invocation.value("id"), note: "", context)
    }

    /// Pays what `payto:alias@domain?amount=…&purpose=…` asks for.
    static func pay(uri text: String, _ invocation: Invocation, _ context: Context) throws {
        let uri = try PayToURI(text)
        guard let satoshis = uri.satoshis, satoshis > 0, satoshis <= CoinAmount.maximum else {
            throw Failure(
                .refused, "no-amount", "the URI asks for no amount of satoshis",
                hint: "'wallet pay AMOUNT UNIT --to \(uri.handle)' says how much")
        }
        let amount = "\(CoinAmount.text(satoshis)) \(CoinAmount.unit)"
        context.say("\(amount) to \(uri.handle)")
        if let purpose = uri.purpose { context.say("  for: \(DisplayText.neutralised(purpose))") }
        if !invocation.flag("yes") { try context.confirm("Pay \(amount)?") }
        try pay(
            satoshis, to: uri.handle, id: invocation.value("id"),
            note: invocation.value("note") ?? uri.purpose ?? "", context)
    }

    private static func pay(
        _ satoshis: UInt64, to handle: PaymailHandle, id: String?, note: String,
        _ context: Context
    ) throws {
        let wallet = try context.wallet()
        let client = try context.paymailClient([])
        // The key of the handle is pinned, or is the one that was.
        _ = try client.publicKey(of: handle)
        try HeadersCommand.mending(context) {
            let payment = try wallet.draftPayment(
                to: handle, satoshis: satoshis, id: id, with: client)
            let receipt = try wallet.handOver(payment, note: note, with: client)
            let row = try wallet.coinStanding(payment.row.stored.transaction.id).row
            try context.console.write(row.json + "\n")
            context.say(
                "paid \(CoinAmount.text(satoshis)) \(CoinAmount.unit) to \(handle): transaction "
                    + "\(payment.row.stored.transaction.id.displayed.prefix(16))"
                    + (receipt.note.isEmpty ? "" : ", \(DisplayText.neutralised(receipt.note))"))
        }
    }
}
