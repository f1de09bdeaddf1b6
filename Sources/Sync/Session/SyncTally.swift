// What a session counts.
import Bytes

/// What became of the documents on either side.
struct SyncTally {
    var accepted = 0
    var acceptedByPeer = 0
    var refused: [Rejection] = []
    var refusedCount = 0
    var refusedByPeer: [Rejection] = []
    var refusedByPeerCount = 0
    var missing = 0
    var reports = 0
    var reportsOfPeer = 0
    /// In a dry run what would come, and go.
    var incoming = SyncCounts()
    var outgoing = SyncCounts()
    /// What follows here, until the peer has said what follows there.
    var own: Conclusion?

    /// Takes what we did with a pack.
    mutating func take(_ reception: Reception) throws(SyncError) {
        accepted += reception.accepted
        refusedCount += reception.refused.count
        refused += reception.refused.prefix(SyncLimits.listedRefusals - refused.count)
        try check(refusedCount)
    }

    /// Takes what the peer did with a pack.
    mutating func takeByPeer(_ reception: Reception, refusals: Int) throws(SyncError) {
        acceptedByPeer += reception.accepted
        refusedByPeerCount += max(refusals, reception.refused.count)
        refusedByPeer +=
            reception.refused.prefix(SyncLimits.listedRefusals - refusedByPeer.count)
        try check(refusedByPeerCount)
    }

    private func check(_ refusals: Int) throws(SyncError) {
        guard refusals <= SyncLimits.refusals else {
            let first = (refused.first ?? refusedByPeer.first)?.message ?? ""
            throw SyncError(
                .noProgress, "\(refusals) documents are refused, the first: \(first)",
                ["refused": String(refusals)])
        }
    }
}

extension SyncCounts {
    subscript(set: SyncSet) -> Int {
        get {
            switch set {
            case .entries: entries
            case .notes: notes
            }
        }
        set {
            switch set {
            case .entries: entries = newValue
            case .notes: notes = newValue
            }
        }
    }
}
