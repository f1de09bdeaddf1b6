// What a person says when promising, before it is a document.
import Documents

/// The arguments of `issue` and `pay`.
public struct Promise: Sendable {
    /// How much, as typed.
    public var amount: String
    /// The unit, by code, name or address.
    public var unit: String
    /// Who receives.
    public var target: String
    /// Who gives; nil for the default address, or the issuer when issuing.
    public var source: String?
    /// The clearing domain; nil for this wallet's own.
    public var domain: String?
    /// A credit line, as typed, without a sign.
    public var credit: String?
    /// When it expires: a duration or a time; nil for the configured duration.
    public var expires: String?
    /// When it becomes active: a duration or a time.
    public var active: String?
    /// A text that goes with it.
    public var note: String?
    /// The invoice that it pays, in the place of `note`.
    var invoice: Invoice?
    /// A key that makes a repeated call give the same document.
    public var id: String?
    /// SHA-256 of a preimage, 64 hexadecimal digits.
    public var hashlock: String?

    /// A promise without options.
    public init(amount: String, unit: String, target: String) {
        self.amount = amount
        self.unit = unit
        self.target = target
    }
}

/// A promise made: the document, and how people call what is in it.
public struct SignedPromise: Sendable {
    /// The IOU.
    public let iou: IOU
    /// The unit.
    public let unit: UnitView
    /// What the source is called.
    public let sourceName: String
    /// What the target is called.
    public let targetName: String
    /// Whether this very document had been made before, under the same id.
    public let isRepeated: Bool
}
