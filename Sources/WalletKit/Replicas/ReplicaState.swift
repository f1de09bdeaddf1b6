// What a replica holds and what follows from it, at one moment.
import Blockstack
import Bytes
import Documents
import Files
import Graphstore
import Hashtable
import Merge
import Sync

/// Everything that is not sealed, and where the sealed log ends.
struct ReplicaState {
    let block: OpenBlock
    let merged: MergedBlock
    let entries: EntryStore
    let cut: CutDocument.Statement?
    /// Who may sign.
    let devices: Set<Address>
    /// Who certifies.
    let domainKey: Address

    /// Reads it. Only inside the ledger's `write`.
    init(_ ledger: Ledger, _ directory: ReplicaDirectory, domain: String, now: Timestamp) throws {
        block = try OpenBlock(ledger, directory)
        merged = try Merging(
            ledger: ledger, directory: directory, domain: domain, now: now
        ).merged(block)
        entries = try EntryStore(directory, domain: domain)
        cut = try ledger.lastCut()?.statement
        domainKey = try ledger.domainSigner()
        var devices = Set(
            try ledger.graph.devices().filter { $0.revoked == nil }.map(\.address))
        for case .device(let device, _) in block.notes { devices.insert(device.address) }
        self.devices = devices
    }

    /// The records that no cut has settled, by device, ascending by sequence and hash.
    func chains() -> [Address: [ClearingRecord]] {
        let settled = cut?.settled ?? [:]
        var chains: [Address: [ClearingRecord]] = [:]
        for record in block.records
        where record.clock.sequence > settled[record.clock.device] ?? 0 {
            chains[record.clock.device, default: []].append(record)
        }
        return chains.mapValues { chain in
            chain.sorted { ($0.clock.sequence, $0.hash) < ($1.clock.sequence, $1.hash) }
        }
    }

    /// The notes of the open block as they are reconciled.
    var notes: ReconciledVector {
        ReconciledVector(block.notes.map { SyncItem(timestamp: 0, id: $0.hash) })
    }
}

/// What changes whenever a replica's files do.
struct ReplicaFingerprint: Equatable {
    private let segments: Int
    private let place: Int64
    private let inode: UInt64?
    private let records: Int
    private let entries: Int

    init(_ ledger: Ledger, _ directory: ReplicaDirectory) throws {
        segments = ledger.store.journalSegment
        place = ledger.graph.coverage.place
        inode = try FileSystem.status(ledger.store.path(of: segments))?.inode
        records = try LineFile(path: directory.records).size
        entries = try LineFile(path: directory.entries).size
    }
}
