// Rows of the reports: which members each has is part of the interface, within a major version.
import Bytes
import Documents

extension BalanceLine {
    /// The members of a balance.
    public static let fields = ["name", "net", "unit", "min", "max", "address", "symbol"]

    /// The balance as a row; amounts are plain and exact.
    public var row: ReportRow {
        ReportRow([
            "name": .text(name), "net": .text(state.net.text), "unit": .text(unit.label),
            "min": .text(state.min.text), "max": .text(state.max.text),
            "address": .text(address.text), "symbol": .text(unit.symbol.text),
        ])
    }

    /// The limits where they are not those that every new counter has.
    public var limits: String {
        let usual = CounterState.initial(address, unit.symbol)
        var parts: [String] = []
        if state.min != usual.min {
            parts.append(
                address == unit.symbol
                    ? "ceiling \(unit.grouped(state.min.negated))"
                    : "credit \(unit.grouped(state.min.negated))")
        }
        if state.max != usual.max { parts.append("at most \(unit.grouped(state.max))") }
        return parts.joined(separator: ", ")
    }
}

extension Bound {
    /// The limit with the other sign.
    var negated: Bound {
        switch self {
        case .finite(let amount): .finite(amount.negated)
        case .minusInfinity: .plusInfinity
        case .plusInfinity: .minusInfinity
        }
    }
}

extension HistoryEntry {
    /// The members of an entry.
    public static let fields = [
        "time", "action", "from", "to", "amount", "unit", "note", "net", "id", "instruction",
        "source", "target", "symbol",
    ]

    /// The entry as a row; amounts are plain and exact.
    public var row: ReportRow {
        ReportRow([
            "time": .text(time.text), "action": .text(action.rawValue),
            "from": .text(sourceName), "to": targetName.map { .text($0) },
            "amount": .text(amount.text), "unit": .text(unit.label),
            "note": note.map { .text($0) }, "net": net.map { .text($0.text) },
            "id": .text(transaction.hexadecimal),
            "instruction": .text(instruction.hash.hexadecimal),
            "source": .text(source.text), "target": target.map { .text($0.text) },
            "symbol": .text(unit.symbol.text),
        ])
    }
}

extension UnitReport {
    /// The members of a unit.
    public static let fields = [
        "code", "name", "form", "scale", "outstanding", "ceiling", "holders", "issuer", "terms",
        "symbol",
    ]

    /// The unit as a row.
    public var row: ReportRow {
        let terms = definition?.terms
        return ReportRow([
            "code": .text(view.label), "name": .text(terms?.name ?? ""),
            "form": .text(terms?.form.rawValue ?? ""), "scale": terms.map { .number($0.scale) },
            "outstanding": .text(outstanding.text), "ceiling": .text(ceiling.negated.text),
            "holders": .number(holders), "issuer": .text(issuerName),
            "terms": .text(terms?.terms ?? ""), "symbol": .text(view.symbol.text),
        ])
    }
}

extension OwnAddress {
    /// The members of an own address.
    public static let fields = ["name", "address", "scheme", "public", "key"]

    /// The address as a row.
    public var row: ReportRow {
        let kind =
            switch key {
            case .derived(_, let index, _): "seed \(index)"
            case .file: "file"
            case .puzzle(let puzzle): "\(puzzle.threshold) of \(puzzle.identities.count)"
            }
        return ReportRow([
            "name": .text(name), "address": .text(address.text),
            "scheme": .text(scheme?.rawValue ?? "puzzle"),
            "public": publicKey.map { .text(Hexadecimal.encode($0)) }, "key": .text(kind),
        ])
    }
}

extension Contact {
    /// The members of a contact.
    public static let fields = ["name", "address"]

    /// The contact as a row.
    public var row: ReportRow {
        ReportRow(["name": .text(name), "address": .text(address.text)])
    }
}

extension ReindexReport {
    /// The report as a row.
    public var row: ReportRow {
        ReportRow([
            "documents": .number(documents), "transactions": .number(transactions),
            "signatures": .number(signatures),
        ])
    }
}
