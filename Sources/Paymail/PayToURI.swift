// `payto:alias@domain?amount=&purpose=` (BRFC 7bd25e5a1fc6).
import Network

/// A request to pay a handle.
public struct PayToURI: Sendable, Equatable {
    /// Whom.
    public let handle: PaymailHandle
    /// How much, as it is written: satoshis, unless both sides have another unit in mind. Nil where
    /// the URI does not say.
    public let amount: String?
    /// What for.
    public let purpose: String?

    private static let scheme = "payto:"
    // limit: a URI
    private static let bytes = 4_096

    /// Whether a text is meant as such a URI, right or wrong.
    public static func isMeant(by text: String) -> Bool {
        text.prefix(scheme.count).lowercased() == scheme
    }

    /// Reads a URI. Members that are not known are passed over; one that stands twice is refused.
    /// - Throws: `PaymailError.invalidHandle`.
    public init(_ text: String) throws(PaymailError) {
        func invalid(_ reason: String) -> PaymailError {
            .invalidHandle(text: String(text.prefix(80)), reason: reason)
        }
        guard Self.isMeant(by: text), text.utf8.count <= Self.bytes else {
            throw invalid("a request to pay is 'payto:alias@domain?amount=…&purpose=…'")
        }
        let rest = text.dropFirst(Self.scheme.count)
        let parts = rest.split(separator: "?", maxSplits: 1, omittingEmptySubsequences: false)
        guard let place = PercentCoding.decode(String(parts[0])),
            let items = QueryItems(query: parts.count == 2 ? String(parts[1]) : nil)
        else { throw invalid("its percent-encoding is wrong") }
        handle = try PaymailHandle(place)
        for name in ["amount", "purpose"] where items.values(name).count > 1 {
            throw invalid("'\(name)' stands twice")
        }
        amount = items["amount"].flatMap { $0.isEmpty ? nil : $0 }
        purpose = items["purpose"].flatMap { $0.isEmpty ? nil : $0 }
        if let amount, !Self.isNumber(amount) { throw invalid("the amount is no number") }
        if (purpose ?? "").utf8.count > PaymailLimits.textBytes {
            throw invalid("the purpose is too long")
        }
    }

    private static func isNumber(_ text: String) -> Bool {
        let parts = text.split(separator: ".", omittingEmptySubsequences: false)
        return text.utf8.count <= 41 && parts.count <= 2
            && parts.allSatisfy { part in
                !part.isEmpty && part.utf8.allSatisfy { (0x30...0x39).contains($0) }
            }
    }

    /// The amount in satoshis; nil where there is none, or it is not a whole number.
    public var satoshis: UInt64? { amount.flatMap { UInt64($0) } }
}
