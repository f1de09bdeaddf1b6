// Sealing where several devices clear.
import Bytes
import Documents
import Graphstore

/// What a block settles. Only inside the ledger's `write`.
struct ReplicaSealing {
    private let wallet: Wallet
    private let ledger: Ledger

    init(_ wallet: Wallet, _ ledger: Ledger) {
        self.wallet = wallet
        self.ledger = ledger
    }

    /// Derives the open block once more, and states what its block settles; nil in a domain of one
    /// device.
    /// - Throws: `ReplicaError.notHolder` where another device holds the lease; failures of storage.
    func cut(_ key: SigningKey) throws -> CutDocument? {
        guard try ledger.isShared else { return nil }
        let directory = wallet.replicaDirectory
        try directory.create()
        let domain = try wallet.ownDomain()
        let now = wallet.surroundings.now()
        let device = try wallet.deviceAddress()
        let state = try ReplicaState(ledger, directory, domain: domain)
        let lease = Lease.current(state)
        let holder = Lease.holder(state, first: try ledger.firstDevice())
        guard holder == device else { throw ReplicaError.notHolder(holder: holder) }
        let merging = Merging(ledger: ledger, directory: directory, domain: domain, now: now)
        let merged = try merging.merged(state.block)
        let demotions = try merging.demotions(merged, before: state.block.applied)
        guard demotions.isEmpty else { throw ReplicaError.unmerged }
        try merging.write(merged, state.block)
        var grants: [Allowance] = []
        for case .allowance(let allowance, _) in state.block.notes { grants.append(allowance) }
        let statement = try merged.fold.cut(
            granting: grants, at: now, height: ledger.store.journalSegment, holder: device,
            term: lease?.terms.term ?? 0)
        let unsigned = CutDocument(statement)
        return CutDocument(
            statement, Endorsements(signatures: [try key.signature(of: unsigned.hash)]))
    }
}

extension Wallet {
    var replicaDirectory: ReplicaDirectory { ReplicaDirectory(of: directory) }
}
