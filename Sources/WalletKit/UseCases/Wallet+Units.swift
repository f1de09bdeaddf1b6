// Units of account: anybody defines one by signing what it is called.
import Bytes
import Documents
import Graphstore

/// A unit with what the ledger knows of it.
public struct UnitReport: Sendable {
    /// The definition; nil where the issuer has signed none.
    public let definition: UnitDefinition?
    /// How it is shown.
    public let view: UnitView
    /// What the issuer is called.
    public let issuerName: String
    /// Issued and not redeemed: what the issuer's counter owes.
    public let outstanding: Amount
    /// How many addresses have a counter in it, the issuer's not counted.
    public let holders: Int
    /// The issuer's lower limit: a ceiling of supply.
    public let ceiling: Bound
}

extension Wallet {
    /// Defines a unit with an issuer of its own, and enters the definition into this wallet's
    /// domain.
    /// - Parameter issuer: an own address that becomes the issuer; nil for a new one, named after
    ///   the code.
    /// - Throws: `WalletError`, `Refusal`; key and storage failures.
    public func newUnit(
        _ terms: (
            code: String, name: String?, scale: Int?, form: UnitDefinition.Form?, terms: String?
        ), issuer: String?
    ) throws -> UnitDefinition {
        guard UnitDefinition.isCode(terms.code) else {
            throw WalletError.invalidName(
                name: terms.code,
                reason: "a code is a letter, then letters, digits, '_', '-' or '.', "
                    + "\(Limits.unitCodeBytes) in all at most")
        }
        let symbol: Address
        if let issuer {
            symbol = try resolver().address(issuer)
        } else {
            let known = book.own.first { $0.name == terms.code }
            symbol =
                try known?.address
                ?? newAddress(name: terms.code, scheme: .ecdsaSecp256k1).address
        }
        // What is not said stays as it was defined before.
        let known = try definition(symbol, try reader())?.terms
        let unsigned = UnitDefinition(
            UnitDefinition.Terms(
                symbol: symbol, code: terms.code, name: terms.name ?? known?.name ?? "",
                scale: terms.scale ?? known?.scale ?? Self.standardScale,
                form: terms.form ?? known?.form ?? .currency,
                terms: terms.terms ?? known?.terms ?? ""))
        _ = try UnitDefinition(Envelope(line: unsigned.document))
        let unit = UnitDefinition(
            unsigned.terms, try endorse(.init(), unsigned.hash, as: symbol))
        let ledger = try writer()
        try enter(unit, into: ledger)
        ledger.finish()
        return unit
    }

    /// Decimals where nobody says how many.
    private static let standardScale = 2

    private func definition(_ symbol: Address, _ ledger: Ledger) throws -> UnitDefinition? {
        guard let entry = try ledger.graph.unit(symbol),
            case .unit(let unit, _) = try ledger.document(at: entry.place)
        else { return nil }
        return unit
    }

    private func enter(_ unit: UnitDefinition, into ledger: Ledger) throws {
        let line = InputLine(file: nil, number: 1, bytes: unit.document)
        let run = ClearingRun(
            ledger: ledger, clearing: Clearing(domain: try ownDomain()), device: unit.terms.symbol,
            options: .init(), now: surroundings.now
        ) { throw WalletError.noKey(address: unit.terms.symbol) }
        if case .refused(let refusal) = try run.enter(PreparedLine(line)) { throw refusal }
    }

    /// Every unit that the domain knows, by code.
    /// - Throws: failures of storage.
    public func units() throws -> [UnitReport] {
        let resolver = try resolver()
        return try resolver.graph.units().map { try report($0.symbol, resolver) }
    }

    /// The codes of all units that the domain knows.
    /// - Throws: failures of storage.
    public func unitCodes() throws -> [String] { try reader().graph.units().map(\.code) }

    /// One unit.
    /// - Throws: `WalletError.unknown`, `.ambiguous`; failures of storage.
    public func unit(_ text: String) throws -> UnitReport {
        let resolver = try resolver()
        return try report(try resolver.symbol(text), resolver)
    }

    private func report(_ symbol: Address, _ resolver: Resolver) throws -> UnitReport {
        let definition = try definition(symbol, try reader())
        let issuer = try resolver.graph.counter(CounterKey(symbol, symbol))
        var holders = 0
        try resolver.graph.forEachCounter(symbol: symbol) { key, _ in
            if key.address != symbol { holders += 1 }
        }
        return UnitReport(
            definition: definition, view: try resolver.view(symbol),
            issuerName: resolver.name(symbol), outstanding: issuer.state.net.negated,
            holders: holders, ceiling: issuer.state.min)
    }
}
