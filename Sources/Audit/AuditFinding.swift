// What an audit can find, and where.
import Documents

/// Where a line of the log stands.
public struct AuditPlace: Sendable, Hashable {
    /// The file, as the caller calls it.
    public let file: String
    /// Bytes before the line in that file.
    public let offset: Int

    /// A place.
    public init(file: String, offset: Int) {
        self.file = file
        self.offset = offset
    }
}

/// The first thing in a log that is not as it must be.
public struct AuditFinding: Error, Sendable, Equatable {
    /// Which rule is broken.
    public let code: Code
    /// The line; for what concerns a whole file, the file.
    public internal(set) var place: AuditPlace
    /// A sentence for people: no capital, no full stop.
    public let message: String

    /// The kinds of findings. Their texts are API.
    public enum Code: String, Sendable, CaseIterable {
        // A line by itself.
        case malformedDocument = "malformed-document"
        case hashMismatch = "hash-mismatch"
        case signatureInvalid = "signature-invalid"
        case signatureMissing = "signature-missing"
        // Whose log it is.
        case emptyLog = "empty-log"
        case firstDocument = "first-document"
        case foreignKey = "foreign-key"
        case wrongDomain = "wrong-domain"
        case documentRepeated = "document-repeated"
        case unitChanged = "unit-changed"
        // A transaction and its instructions.
        case unknownDevice = "unknown-device"
        case sequenceGap = "sequence-gap"
        case clockNotLater = "clock-not-later"
        case cutHeight = "cut-height"
        case cutMissing = "cut-missing"
        case derived = "derived"
        case inputsUnordered = "inputs-unordered"
        case instructionRepeated = "instruction-repeated"
        case cancelled
        case notYetActive = "not-yet-active"
        case expired = "expired"
        case locked = "locked"
        // The books.
        case limitRepeated = "limit-repeated"
        case creditNotAllowed = "credit-not-allowed"
        case scaleExceeded = "scale-exceeded"
        case amountOverflow = "amount-overflow"
        case outsideLimits = "outside-limits"
        case outputsDiffer = "outputs-differ"
        case sumNotZero = "sum-not-zero"
        case balanceDiffers = "balance-differs"
        case sourceDiffers = "source-differs"
        // Blocks and segments.
        case blockHeight = "block-height"
        case blockPrevious = "block-previous"
        case blockTimes = "block-times"
        case blockCount = "block-count"
        case blockJournal = "block-journal"
        case blockLog = "block-log"
        case blockContents = "block-contents"
        case blockBalances = "block-balances"
        case blockCheckpoint = "block-checkpoint"
        case lineAfterBlock = "line-after-block"
        case segmentUnsealed = "segment-unsealed"
        case segmentName = "segment-name"
        case segmentOrder = "segment-order"
        // Stacks.
        case stackHeight = "stack-height"
        case stackRange = "stack-range"
        case stackVersion = "stack-version"
        case stackPrevious = "stack-previous"
        case stackRoot = "stack-root"
        case stackWork = "stack-work"
    }
}

extension AuditFinding {
    /// A finding whose place is told later.
    init(_ code: Code, _ message: String) {
        self.init(code: code, place: AuditPlace(file: "", offset: 0), message: message)
    }

    /// What the reading of a document refuses.
    init(_ refusal: Refusal) {
        let code: Code =
            switch refusal.code {
            case .hashMismatch: .hashMismatch
            case .unknownScheme, .signatureInvalid: .signatureInvalid
            case .signatureMissing: .signatureMissing
            default: .malformedDocument
            }
        self.init(code, refusal.message)
    }
}

/// Throws the finding unless `condition` holds.
func require(
    _ condition: Bool, _ code: AuditFinding.Code, _ message: @autoclosure () -> String
) throws(AuditFinding) {
    if !condition { throw AuditFinding(code, message()) }
}
