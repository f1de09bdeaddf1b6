// The mistakes that the tests must find. No release can make them.

/// A rule that is left out on purpose.
enum MergeMutant: String, Sendable, CaseIterable {
    case noQuarantine = "no-quarantine"
    case sealBeforeClosure = "seal-before-closure"
    case unreserved = "unreserved-allowances"
    case noLimit = "no-limit"
    case silentDemotion = "silent-demotion"
    case noTieBreak = "no-tie-break"
    case lastSealWins = "last-seen-seal-wins"
    case unitLost = "unit-lost-at-one-amount"
    case appliedTwice = "applied-twice"
    case notReleased = "allowance-not-released"
    case ignoredSeals = "ignore-seals-in-order"
}
