// Units of account as another domain knows them.
import Documents
import Service

extension PeerSession {
    /// How a unit is shown; its definition is signed by its issuer.
    /// - Throws: `PeerError`.
    func unit(_ symbol: Address, book: AddressBook) throws -> UnitView {
        let unit = try ask { client throws(ClientError) in try client.unit(symbol) }
        guard unit == nil || unit?.symbol == symbol else {
            throw PeerError.falseUnit(
                peer: peer.name, symbol: symbol, reason: "it is another unit")
        }
        guard let definition = try unit.flatMap({ try definition($0) }) else {
            return UnitView(
                symbol: symbol, label: book.name(of: symbol) ?? symbol.text, code: nil, scale: nil)
        }
        return Self.view(definition)
    }

    /// The unit that `text` names: an address, a name in the address book, or the code of a unit of
    /// the domain.
    /// - Parameter isIssuer: whether it must be a unit of this wallet: then a name of ours is
    ///   certain, and otherwise it must not be another unit's code.
    /// - Throws: `WalletError.unknown`, `.ambiguous`; `PeerError`.
    func unit(named text: String, book: AddressBook, isIssuer: Bool) throws -> UnitView {
        if let symbol = try? Address(text: text) { return try unit(symbol, book: book) }
        let named = book[text]
        if let named, isIssuer || !isOwn(named) { return try unit(named, book: book) }
        let (found, codes) = try units(code: text)
        var symbols = found.map(\.terms.symbol)
        if let named, !symbols.contains(named) { symbols.append(named) }
        guard symbols.count <= 1 else {
            throw WalletError.ambiguous(
                what: "unit", name: text, candidates: symbols.map(\.text).sorted())
        }
        if let definition = found.first { return Self.view(definition) }
        if let named { return try unit(named, book: book) }
        throw WalletError.unknown(what: "unit", name: text, suggestions: codes)
    }

    /// Looks through the domain's units.
    private func units(
        code: String
    ) throws -> (found: [UnitDefinition], codes: [String]) {
        var found: [UnitDefinition] = []
        var codes: [String] = []
        var skip = 0
        while skip < PeerLimits.units {
            let page = Page(skip: skip, limit: AnswerLimits.pageEntries)
            let units = try ask { client throws(ClientError) in try client.units(page) }
            for unit in units {
                // One that is false is nobody's: it must not keep others from paying.
                guard let definition = try? definition(unit) else { continue }
                codes.append(definition.terms.code)
                let isNew = !found.contains { $0.terms.symbol == definition.terms.symbol }
                if definition.terms.code == code, isNew { found.append(definition) }
            }
            guard units.count == page.limit else { return (found, codes) }
            skip += units.count
        }
        throw WalletError.ambiguous(
            what: "unit", name: code,
            candidates: found.map(\.terms.symbol.text) + ["a symbol: there are too many units"])
    }

    private func definition(_ unit: ServedUnit) throws(PeerError) -> UnitDefinition? {
        guard let line = unit.definition else { return nil }
        do throws(Refusal) {
            let definition = try UnitDefinition(try Envelope(line: line))
            try definition.checkSignatures()
            guard definition.terms.symbol == unit.symbol else {
                throw Refusal(.signatureMissing, "it is of \(definition.terms.symbol)")
            }
            return definition
        } catch {
            throw .falseUnit(peer: peer.name, symbol: unit.symbol, reason: error.message)
        }
    }

    private static func view(_ definition: UnitDefinition) -> UnitView {
        let terms = definition.terms
        return UnitView(
            symbol: terms.symbol, label: terms.code, code: terms.code, scale: terms.scale)
    }
}
