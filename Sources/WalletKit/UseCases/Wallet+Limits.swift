// Signing limits: trust, ceilings, lines taken back.
import Bytes
import Documents

extension Wallet {
    /// Signs a limit of the counter of `who` in `unit`; clearing puts it into force.
    /// - Parameter who: nil for the default address with `max`, for the issuer with `min`.
    /// - Returns: the document, its unit, and what the counter's owner is called.
    /// - Throws: `WalletError`, `Refusal`; key and storage failures.
    public func limit(
        unit text: String, end: LimitChange.End, amount: String, of who: String?, id: String?
    ) throws -> (limit: LimitChange, unit: UnitView, name: String) {
        let resolver = try resolver()
        let symbol = try resolver.symbol(text)
        let view = try resolver.view(symbol)
        let address =
            try who.map { try resolver.address($0) }
            ?? (end == .max ? defaultAddress().address : symbol)
        // A lower limit is typed as people say it, `--min -1000` or `--min 1000`.
        let digits = end == .min && amount.hasPrefix("-") ? String(amount.dropFirst()) : amount
        let size = try self.amount(digits, end.rawValue, view)
        let limit = LimitChange(
            LimitChange.Terms(
                domain: try ownDomain(), address: address, symbol: symbol, end: end,
                amount: end == .min ? size.negated : size, random: try random(id),
                expiry: try standardExpiry(surroundings.now())))
        _ = try Instruction(Envelope(line: limit.document))
        let signed = limit.replacing(try endorse(.init(), limit.hash, as: limit.terms.signer))
        return (signed, view, resolver.name(address))
    }
}
