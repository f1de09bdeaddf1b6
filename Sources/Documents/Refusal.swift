// Why an instruction does not clear. The codes are API: scripts and servers match on them.

/// The clearing rules' codes, in the order in which the rules are applied (DESIGN §5).
public enum RefusalCode: String, Sendable, CaseIterable, Comparable {
    case malformedDocument = "malformed-document"
    case hashMismatch = "hash-mismatch"
    case duplicateInstruction = "duplicate-instruction"
    case invalidAddress = "invalid-address"
    case wrongDomain = "wrong-domain"
    case alreadyCleared = "already-cleared"
    case cancelled = "cancelled"
    case notYetActive = "not-yet-active"
    case expired = "expired"
    case unknownScheme = "unknown-scheme"
    case signatureInvalid = "signature-invalid"
    case signatureMissing = "signature-missing"
    case locked = "locked"
    case creditNotAllowed = "credit-not-allowed"
    case scaleExceeded = "scale-exceeded"
    case amountOverflow = "amount-overflow"
    case lowerLimitReached = "lower-limit-reached"
    case upperLimitReached = "upper-limit-reached"
    case refusedByPolicy = "refused-by-policy"
    /// A rule of merging: the device was no longer trusted when it cleared.
    case revoked = "revoked"
    /// Not a rule: another line of an atomic batch was refused.
    case batchRefused = "batch-refused"
    /// Not a rule of clearing: a proof, a block or a segment does not show what it says.
    case proofInvalid = "proof-invalid"
    /// Not a rule of clearing: nobody whom the verifier relies on has signed.
    case notTrusted = "not-trusted"
    /// Not a rule of clearing: a program of this wallet's owner says no.
    case refusedByHook = "refused-by-hook"
    /// Not a rule of clearing: it is kept for the device that holds the lease.
    case queued = "queued"

    /// The earlier rule is the lesser one.
    public static func < (left: RefusalCode, right: RefusalCode) -> Bool {
        left.rank < right.rank
    }

    private var rank: Int { Self.allCases.firstIndex(of: self) ?? Self.allCases.count }
}

/// A refusal with the values that explain it; never a secret.
public struct Refusal: Error, Sendable, Equatable {
    /// Which rule.
    public let code: RefusalCode
    /// A sentence for people: no capital, no full stop.
    public let message: String
    /// Values for programs, by name.
    public private(set) var details: [String: String]

    /// A refusal of `code` with its reason.
    public init(_ code: RefusalCode, _ message: String, _ details: [String: String] = [:]) {
        self.code = code
        self.message = message
        self.details = details
    }

    /// The same refusal with a value more; a value that is there already stays.
    public func with(_ name: String, _ value: String) -> Refusal {
        var copy = self
        if copy.details[name] == nil { copy.details[name] = value }
        return copy
    }

    /// A document that is not what it must be, at a byte of its line.
    static func malformed(_ reason: String, at offset: Int) -> Refusal {
        Refusal(.malformedDocument, "\(reason), at byte \(offset)", ["offset": String(offset)])
    }

    /// `{"error":{"code","details","message"}}`, canonical.
    public var json: [UInt8] {
        var writer = CanonicalWriter(capacity: 256)
        writer.beginObject()
        writer.name("error")
        writer.beginObject()
        writer.name("code")
        writer.string(code.rawValue)
        writer.name("details")
        writer.beginObject()
        for (name, value) in details.sorted(by: { $0.key < $1.key }) {
            writer.name(name)
            writer.string(value)
        }
        writer.endObject()
        writer.name("message")
        writer.string(message)
        writer.endObject()
        writer.endObject()
        return writer.bytes
    }
}
