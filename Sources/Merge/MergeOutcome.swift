// What becomes of a record in a merge.
import Bytes
import Documents

/// Why a record does not count yet.
public enum QuarantineReason: String, Sendable, Hashable, CaseIterable {
    /// A record before it in its device's chain is not here.
    case gap
    /// Its clock is more than ten minutes ahead of ours.
    case future
    /// It is not after everything that counts already: only of a record that is to be accepted.
    case behind
}

/// What a fold makes of one record.
public enum MergeOutcome: Sendable {
    /// It clears: the transaction, the counters of its outputs in their order, and whether it stayed
    /// within its device's allowance.
    case applied(Transaction, keys: [CounterKey], isWithinAllowance: Bool)
    /// It does not clear.
    case bounced(Refusal)
    /// It does not clear: too late by its own clock.
    case expired(Refusal)
    /// It does not clear: its signer has taken it back.
    case cancelled(Refusal)
    /// All of it has cleared already, first in this transaction.
    case duplicate(of: Digest256)
    /// It does not count yet.
    case quarantined(QuarantineReason)

    /// What people are told.
    public var resultClass: ResultClass {
        switch self {
        case .applied(_, _, let isWithinAllowance):
            isWithinAllowance ? .appliedAllowance : .applied
        case .bounced: .bounced
        case .expired: .expired
        case .cancelled: .cancelled
        case .duplicate: .duplicate
        case .quarantined: .quarantined
        }
    }

    /// Why it does not clear; nil where it does, has, or waits.
    public var refusal: Refusal? {
        switch self {
        case .bounced(let refusal), .expired(let refusal), .cancelled(let refusal): refusal
        case .applied, .duplicate, .quarantined: nil
        }
    }

    /// The transaction; nil where it does not clear.
    public var transaction: Transaction? {
        if case .applied(let transaction, _, _) = self { transaction } else { nil }
    }

    init(_ refusal: Refusal) {
        switch refusal.code {
        case .expired: self = .expired(refusal)
        case .cancelled: self = .cancelled(refusal)
        default: self = .bounced(refusal)
        }
    }
}

/// How final a result is.
public enum ResultClass: String, Sendable, Hashable, CaseIterable {
    /// In a sealed block: final.
    case appliedSealed = "applied-sealed"
    /// Within the device's allowance: final until that expires, as far as the payer is concerned. A
    /// receiver that lowers what it accepts can still refuse it, and its signer can take it back.
    case appliedAllowance = "applied-allowance"
    /// Provisional: a record that comes before it may still take its place.
    case applied
    case bounced, expired, cancelled, duplicate, quarantined

    /// Whether the money has moved.
    public var isApplied: Bool {
        self == .applied || self == .appliedAllowance || self == .appliedSealed
    }
}

/// A record and what a fold has made of it.
public struct MergeStep: Sendable {
    /// The record.
    public let record: ClearingRecord
    /// What becomes of it.
    public let outcome: MergeOutcome

    /// A step.
    public init(record: ClearingRecord, outcome: MergeOutcome) {
        self.record = record
        self.outcome = outcome
    }
}
