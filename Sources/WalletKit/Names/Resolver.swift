// From what a person types to addresses and units, and back.
import Bytes
import Documents
import Graphstore
import Paymail

/// A unit as people see it.
public struct UnitView: Sendable, Hashable {
    /// The issuer's address.
    public let symbol: Address
    /// What it is called here: its code where only one unit has it, else the code and the symbol's
    /// beginning, else the issuer's name or address.
    public let label: String
    /// Its code; nil where none is defined.
    public let code: String?
    /// Decimals; nil where none are defined.
    public let scale: Int?

    /// Characters of an address that stand for it where room is short.
    private static let shortCharacters = 8

    /// The same called by its code and the symbol's beginning, where another unit has the code.
    var distinguished: UnitView {
        guard let code else { return self }
        return UnitView(
            symbol: symbol, label: "\(code)~\(symbol.text.prefix(Self.shortCharacters))",
            code: code, scale: scale)
    }

    /// An amount of it for people.
    public func grouped(_ amount: Amount) -> String { amount.grouped(decimals: scale ?? 0) }
    /// A limit of it for people.
    public func grouped(_ bound: Bound) -> String { bound.amount.map { grouped($0) } ?? "" }
}

extension UnitView {
    /// An amount as typed, within the unit's scale.
    /// - Throws: `WalletError.invalidArgument`; `Refusal` `scale-exceeded`.
    func amount(typed text: String, _ what: String = "amount") throws -> Amount {
        let amount: Amount
        do {
            amount = try Amount(Array(text.utf8), .typed)
        } catch {
            let reason =
                switch error {
                case .notDecimal, .notCanonical: "an amount is digits with an optional point"
                case .tooManyDecimals: "at most \(Limits.amountDecimals) decimals are allowed"
                case .tooLarge:
                    "at most \(Limits.amountDigits - Limits.amountDecimals) digits before the "
                        + "point are allowed"
                }
            throw WalletError.invalidArgument(
                what: what, value: String(text.prefix(Limits.amountTextBytes)), reason: reason)
        }
        if let scale, amount.decimals > scale {
            throw Refusal(
                .scaleExceeded, "\(text) has \(amount.decimals) decimals, \(label) has \(scale)",
                ["amount": amount.text, "scale": String(scale)])
        }
        return amount
    }
}

/// Looks names up in the address book and in the ledger.
public struct Resolver {
    let book: AddressBook
    let graph: ClearingGraph
    /// Asks others' servers of Paymail.
    let handles: HandleLookup?

    /// The address that `who` names: an own name, a contact, a unit's code, an address, a handle of
    /// Paymail.
    /// - Throws: `WalletError.unknown`, `.ambiguous`; `Refusal` `invalid-address` for what looks
    ///   like one; what looking a handle up throws.
    public func address(_ who: String) throws -> Address {
        if let known = book[who] { return known }
        if let handles, PaymailHandle.isMeant(by: who) {
            return try handles(PaymailHandle(who)).address
        }
        if who.utf8.count == Address.textBytes || who.utf8.count > 40 {
            return try Address(text: who)
        }
        if let unit = try unit(code: who) { return unit }
        let beginning = (book.own.map(\.address) + book.contacts.map(\.address))
            .filter { who.utf8.count >= 6 && $0.text.hasPrefix(who) }
        if beginning.count == 1 { return beginning[0] }
        guard beginning.isEmpty else {
            throw WalletError.ambiguous(
                what: "address", name: who, candidates: beginning.map(\.text))
        }
        throw WalletError.unknown(what: "name", name: who, suggestions: book.allNames)
    }

    /// The symbol of the unit that `text` names: a code, or the issuer by name or address.
    /// - Throws: as `address`.
    public func symbol(_ text: String) throws -> Address {
        if let symbol = try unit(code: text) { return symbol }
        if let known = book[text] { return known }
        if text.utf8.count == Address.textBytes { return try Address(text: text) }
        let codes = try graph.units().map(\.code)
        let sameLetters = Set(codes.filter { $0.lowercased() == text.lowercased() })
        if sameLetters.count == 1, let code = sameLetters.first, let symbol = try unit(code: code) {
            return symbol
        }
        throw WalletError.unknown(what: "unit", name: text, suggestions: codes)
    }

    /// One's own unit wins over strangers' of the same code; among strangers' none wins.
    private func unit(code: String) throws -> Address? {
        let units = try graph.units(code: code)
        let own = units.filter { book.own($0.symbol) != nil }
        if let only = units.count == 1 ? units.first : own.count == 1 ? own.first : nil {
            return only.symbol
        }
        guard units.isEmpty else {
            throw WalletError.ambiguous(
                what: "unit", name: code, candidates: units.map(\.symbol.text))
        }
        return nil
    }

    /// How a unit is shown.
    /// - Throws: failures of storage.
    public func view(_ symbol: Address) throws -> UnitView {
        guard let unit = try graph.unit(symbol) else {
            return UnitView(symbol: symbol, label: name(symbol), code: nil, scale: nil)
        }
        let view = UnitView(
            symbol: symbol, label: unit.code, code: unit.code, scale: unit.scale)
        return try graph.units(code: unit.code).count > 1 ? view.distinguished : view
    }

    /// What an address is called: its name here, else the address.
    public func name(_ address: Address) -> String { book.name(of: address) ?? address.text }
}
