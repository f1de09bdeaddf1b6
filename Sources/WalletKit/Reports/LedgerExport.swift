// The history in the plain-text accounting format that ledger and hledger read.
import Bytes
import Documents

/// Writes entries as transactions of two postings, `account  amount COMMODITY`.
public struct LedgerExport {
    /// No format but exact decimals, the day, and what people have called things.
    public init() {}

    /// The text of one entry, a blank line at its end; nil for a change of limits, which moves
    /// nothing.
    public func text(_ entry: HistoryEntry) -> String? {
        guard case .iou(let iou) = entry.instruction, iou.terms.amount > .zero,
            let target = entry.targetName
        else { return nil }
        let commodity = Self.commodity(entry.unit)
        let amount = iou.terms.amount
        let payee = Self.line(entry.note ?? entry.action.rawValue)
        return """
            \(entry.time.text.prefix(10)) * (\(entry.transaction.hexadecimal.prefix(12))) \(payee)
                \(Self.account(target))  \(amount.text) \(commodity)
                \(Self.account(entry.sourceName))  \(amount.negated.text) \(commodity)


            """
    }

    /// A commodity in quotes, so that digits and punctuation do not part it.
    private static func commodity(_ unit: UnitView) -> String { "\"\(line(unit.label))\"" }

    /// An account's name must not hold two blanks, tabs, or what begins a comment or a virtual
    /// account.
    private static func account(_ name: String) -> String {
        let clean = String(line(name).map { "()[];:".contains($0) ? "-" : $0 })
        return clean.isEmpty ? "unnamed" : clean
    }

    /// One line without control characters, quotes and comment marks.
    private static func line(_ text: String) -> String {
        var result = ""
        for scalar in text.unicodeScalars {
            let isPlain =
                !(scalar.value < 0x20 || scalar.value == 0x7f || scalar == "\"" || scalar == ";"
                || scalar == "|")
            let next = isPlain ? Character(scalar) : " "
            if next == " ", result.last == " " || result.isEmpty { continue }
            result.append(next)
        }
        while result.last == " " { result.removeLast() }
        return result
    }
}
