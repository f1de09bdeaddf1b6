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
    var block: OpenBlock
    var entries: EntryStore
    let cut: CutDocument.Statement?
    /// Who certifies.
    let domainKey: Address
    private let certified: Set<Address>

    /// Reads it. Only inside the ledger's `write`.
    init(_ ledger: Ledger, _ directory: ReplicaDirectory, domain: String) throws {
        block = try OpenBlock(ledger, directory)
        entries = try EntryStore(directory, domain: domain)
        cut = try ledger.lastCut()?.statement
        domainKey = try ledger.domainSigner()
        certified = Set(try ledger.graph.devices().filter { $0.revoked == nil }.map(\.address))
    }

    /// Who may sign.
    var devices: Set<Address> {
        var devices = certified
        for case .device(let device, _) in block.notes { devices.insert(device.address) }
        return devices
    }

    /// The latest clock that a device has read.
    var clock: HybridClock {
        block.records.map { HybridClock($0.clock) }.max() ?? .start
    }

    /// Where in its device's chain a record stands that no cut has settled.
    struct ChainPlace {
        let position: RecordPosition
        /// The record's index in the open block.
        let index: Int
    }

    /// The records that no cut has settled, by device, ascending by sequence and hash.
    func chains() -> [Address: [ChainPlace]] {
        let settled = cut?.settled ?? [:]
        var chains: [Address: [ChainPlace]] = [:]
        for (index, record) in block.records.enumerated()
        where record.clock.sequence > settled[record.clock.device] ?? 0 {
            chains[record.clock.device, default: []].append(
                ChainPlace(
                    position: RecordPosition(sequence: record.clock.sequence, hash: record.hash),
                    index: index))
        }
        return chains.mapValues { chain in chain.sorted { $0.position < $1.position } }
    }

    /// Every device's, as they are compared.
    var heads: [DeviceHead] {
        chains().map { device, chain in
            DeviceHead(
                device: device, sequence: chain.last?.position.sequence ?? 0,
                digest: DeviceHead.digest(of: chain.lazy.map { $0.position.hash ?? .zero }))
        }
    }

    /// The notes of the open block as they are reconciled.
    var notes: ReconciledVector {
        ReconciledVector(block.notes.map { SyncItem(timestamp: 0, id: $0.hash) })
    }
}

/// What changes whenever a replica's files do.
struct ReplicaFingerprint: Equatable {
    /// As text: two are equal or they are not.
    let text: String

    init(_ ledger: Ledger, _ directory: ReplicaDirectory) throws {
        let coverage = ledger.graph.coverage
        let journal = try FileSystem.status(ledger.store.path(of: ledger.store.journalSegment))
        var parts = [
            String(ledger.store.journalSegment), String(coverage.place),
            coverage.lastDigest?.hexadecimal ?? "", String(journal?.inode ?? 0),
        ]
        for path in [directory.records, directory.entries] {
            let file = try FileSystem.status(path)
            parts += [String(file?.inode ?? 0), String(file?.size ?? 0)]
        }
        text = parts.joined(separator: " ")
    }
}
