// wallet pay REQUEST, where the request is for bitcoins.
import Bitcoin
import Bytes
import CommandKit
import DirectPayment
import Headers
import WalletKit

enum PayCoins {
    /// Pays what an offer asks for.
    static func pay(
        _ offer: PaymentOffer, _ client: PayerClient, _ invocation: Invocation,
        _ context: Context
    ) throws {
        let wallet = try context.wallet()
        let bill = try CoinBill(
            offer, try wallet.coinNetwork(), usual: try wallet.coinFees())
        let row = try HeadersCommand.mending(context) { try wallet.draftPayment(of: bill) }
        let id = row.stored.transaction.id
        if row.stored.state == .draft { try agree(to: bill, row, invocation, context) }
        let payment = try HeadersCommand.mending(context) { try wallet.payment(of: bill, id) }
        let outcome: PaymentOutcome
        do {
            outcome = try PayRequest.outcome(of: payment, offer, client)
        } catch let error as PayerError {
            // Somebody who has looked at it does not want it.
            try wallet.dropCoins(id)
            throw error
        }
        guard case .acknowledged(let acknowledgement) = outcome else {
            throw RequestError.unanswered(
                url: offer.paymentURL.description,
                reason: "the payee's wallet is not there; the relay keeps the payment for it")
        }
        let name = try wallet.settleCoins(bill, id, acknowledgement)
        try context.console.write(try wallet.coinStanding(id).row.json + "\n")
        context.say(
            "paid: transaction \(id.displayed.prefix(16))"
                + (acknowledgement.channel == nil
                    ? ""
                    : ", 'wallet requests proof \(name.prefix(6))' reads its proof once it is mined")
        )
    }

    private static func agree(
        to bill: CoinBill, _ row: CoinTransactionRow, _ invocation: Invocation,
        _ context: Context
    ) throws {
        let amount = "\(CoinAmount.text(bill.satoshis)) \(CoinAmount.unit)"
        let party = bill.terms.party
        let name = DisplayText.neutralised(party.name)
        context.say("\(amount) to \(name.isEmpty ? "whoever answers at '\(bill.url.host)'" : name)")
        if !bill.terms.memo.isEmpty {
            context.say("  for: \(DisplayText.neutralised(bill.terms.memo))")
        }
        let fee = row.stored.delta.magnitude - min(row.stored.delta.magnitude, bill.satoshis)
        context.say(
            "  request \(DisplayText.neutralised(party.reference)), fee \(fee) satoshis")
        context.say(
            bill.signer.map { "  signed by \(Hexadecimal.encode($0))" }
                ?? "  nobody has signed the terms")
        guard !invocation.flag("yes") else { return }
        try context.confirm("Pay \(amount)?")
    }
}
