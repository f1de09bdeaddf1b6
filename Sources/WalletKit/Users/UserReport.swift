// Custodial users for people.
import Bytes
import Documents

/// A user and what he may pay. Nothing of a token stands in it.
public struct UserReport: Sendable {
    /// The user.
    public let user: User
    /// The allowances, by symbol.
    public let allowances: [Line]

    /// An allowance.
    public struct Line: Sendable {
        /// The unit.
        public let unit: UnitView
        /// How much a day; nil for no bound.
        public let daily: Amount?
        /// How much is left today; nil where that was not asked, or has no bound.
        public let left: Amount?

        /// The allowance for people: `25.00 EUR`.
        public var shown: String {
            "\(daily.map { unit.grouped($0) } ?? User.unlimited) \(unit.label)"
        }

        /// What is left, for people: `7.50 EUR`.
        public var shownLeft: String? { left.map { "\(unit.grouped($0)) \(unit.label)" } }
    }

    /// The members of a user.
    public static let fields = ["name", "address", "allowances", "left"]

    /// The user as a row; amounts are plain and exact.
    public var row: ReportRow {
        let left = allowances.compactMap { line in
            line.left.map { "\($0.text) \(line.unit.label)" }
        }
        return ReportRow([
            "name": .text(user.name), "address": .text(user.address.text),
            "allowances": .list(
                allowances.map { "\($0.daily?.text ?? User.unlimited) \($0.unit.label)" }),
            "left": left.isEmpty ? nil : .list(left),
        ])
    }
}
