// What becomes of a transaction that was sent: taken, refused, or not known.
import Bitcoin
import Bytes
import Headers

/// What a target has done with a transaction.
public enum BroadcastOutcome: Sendable, Equatable {
    /// It was taken. The note says what that means with this target, in its own words.
    case accepted(note: String)
    /// It had been there before, in the pool or in a block: as good as accepted.
    case alreadyKnown(note: String)
    /// It was looked at and refused. `code` is one of `RejectionCode`'s, `reason` the target's own
    /// words, `conflicts` transactions that spend the same, as far as they are told (internal
    /// order).
    case rejected(code: RejectionCode, reason: String, conflicts: [Digest256])
    /// Nothing can be said: the target was not reached, does not let us in, or keeps silent. The
    /// transaction may have been taken all the same. `retry`: it may help to ask again.
    case unavailable(reason: String, retry: Bool)

    /// Whether the target has it.
    public var isTaken: Bool {
        switch self {
        case .accepted, .alreadyKnown: true
        case .rejected, .unavailable: false
        }
    }
}

/// Why a transaction is refused, as far as targets agree on that.
public enum RejectionCode: String, Sendable, Hashable, CaseIterable {
    /// A script fails, or is none that is taken.
    case invalidScript = "invalid-script"
    /// The bytes, the request or the format are not what they must be.
    case malformed
    /// Inputs are spent, or not known.
    case invalidInputs = "invalid-inputs"
    /// Parents are not known; with them it may be taken.
    case missingParent = "missing-parent"
    /// Amounts or scripts of outputs.
    case invalidOutputs = "invalid-outputs"
    /// The fee, its own or with that of its ancestors.
    case feeTooLow = "fee-too-low"
    /// Another transaction spends the same; either of the two may be mined in the end.
    case doubleSpend = "double-spend"
    /// A path of a BEEF does not hold.
    case invalidProof = "invalid-proof"
    /// An input is frozen by order.
    case frozen
    /// Anything else.
    case refused

    /// Whether it says nothing about the transaction's future: others may still take it.
    public var mayChange: Bool {
        [.missingParent, .doubleSpend, .feeTooLow, .invalidProof].contains(self)
    }
}

/// How a transaction stands, as one target says it.
public enum TransactionStanding: Sendable, Equatable {
    /// The target does not know it, or does not say.
    case unknown
    /// It waits for a block. The note is the target's word for that.
    case inPool(note: String)
    /// It is in a block, as the target says: the hash is in internal order. The path, where one was
    /// sent, was seen to hold the transaction at that height; that its root is the block's is for
    /// the caller, who knows the chain.
    case mined(block: Digest256, height: Int, path: BUMP?)
    /// It was refused, or has lost against another.
    case rejected(code: RejectionCode, reason: String, conflicts: [Digest256])
}

/// A target's fees.
public struct FeeOffer: Sendable, Equatable {
    /// What it asks for to mine.
    public let fees: FeeQuote
    /// Seconds since 1970 until which that holds; nil where nothing is said.
    public let expires: Int64?
    /// Who has signed it, compressed; nil for nobody.
    public let signer: [UInt8]?
}

/// What one target has said.
public struct BroadcastReport: Sendable, Equatable {
    /// Who.
    public let target: BroadcastTarget
    /// What.
    public let outcome: BroadcastOutcome
}

/// Why a question has no answer.
public struct BroadcastFault: Error, Sendable, Equatable {
    /// Who was asked.
    public let target: BroadcastTarget
    /// Stable, in kebab case.
    public let code: String
    /// A sentence without capital and full stop.
    public let reason: String
    /// Whether it may help to ask again.
    public let retry: Bool

    /// For people.
    public var message: String { "'\(target)': \(reason)" }
}
