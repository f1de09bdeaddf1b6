// What a fold starts from, beside the sealed state of counters.
import Documents

/// The last cut and what the open block states above its transactions. Every replica with the same
/// sealed log and the same documents has the same.
public struct MergeBase: Sendable {
    /// The clearing domain.
    public var domain: String
    /// How far the last cut settles each device's chain.
    public var settled: [Address: Int]
    /// What the last cut leaves of the allowances.
    public var allowances: [CutDocument.Remainder]
    /// From when on a device's records do not count, sealed or not.
    public var revocations: [Address: Timestamp]
    /// Decimals of the units that the open block defines.
    public var scales: [Address: Int]
    #if TEST_HOOKS
        var mutant: MergeMutant?
    #else
        var mutant: MergeMutant? { nil }
    #endif

    /// A domain's base.
    /// - Parameter cut: the last cut of the sealed log; nil before the first.
    public init(
        domain: String, cut: CutDocument.Statement? = nil,
        revocations: [Address: Timestamp] = [:], scales: [Address: Int] = [:]
    ) {
        self.domain = domain
        settled = cut?.settled ?? [:]
        allowances = cut?.allowances ?? []
        self.revocations = revocations
        self.scales = scales
    }

    /// The earliest moment counts where a device is revoked twice.
    public mutating func add(_ revocation: Revocation) {
        let known = revocations[revocation.device] ?? revocation.issued
        revocations[revocation.device] = min(known, revocation.issued)
    }
}

extension CutDocument.Statement {
    /// How far it settles each device's chain.
    public var settled: [Address: Int] {
        // A reader has seen to it that no device stands twice.
        Dictionary(devices.map { ($0.device, $0.sequence) }, uniquingKeysWith: max)
    }

    /// Whether it settles all that `earlier` does: a cut never shrinks.
    public func isAtLeast(_ earlier: CutDocument.Statement) -> Bool {
        let settled = settled
        return earlier.devices.allSatisfy { $0.sequence <= settled[$0.device] ?? 0 }
    }
}
