// Which device seals, and where the domain says so, which device clears.
import Bytes
import Documents
import Merge

/// Leases among the entries: one under `lease/<term>`.
enum Lease {
    static let prefix = "lease/"

    /// The lease of the highest term; of two with one term the one with the lower hash. Nil where
    /// there is none: then the first device seals.
    static func current(_ state: ReplicaState) -> LeaseDocument? {
        var best: LeaseDocument?
        for entry in state.entries.all.values where entry.terms.name.hasPrefix(prefix) {
            guard let line = entry.document, let envelope = try? Envelope(line: line),
                let lease = try? LeaseDocument(envelope)
            else { continue }
            let isBetter =
                best.map { best in
                    lease.terms.term == best.terms.term
                        ? lease.hash < best.hash : lease.terms.term > best.terms.term
                } ?? true
            if isBetter { best = lease }
        }
        return best
    }

    /// The device that seals now: the lease's, or where there is none the first of the log.
    static func holder(_ state: ReplicaState, first: Address) -> Address {
        current(state)?.terms.holder ?? first
    }
}
