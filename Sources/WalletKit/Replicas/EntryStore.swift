// The entries of a wallet: a set that only grows, and what of it counts.
import Bytes
import Documents
import Sync

/// Entries in memory as they stand in `replica/entries.ndjson`.
struct EntryStore {
    private let file: LineFile
    private let domain: String
    /// Every entry, by its hash.
    private(set) var all: [Digest256: Entry] = [:]
    /// The entry that counts, by name.
    private(set) var latest: [String: Entry] = [:]
    /// The highest reading among them.
    private(set) var clock: (time: Timestamp, tick: Int)?

    init(_ directory: ReplicaDirectory, domain: String) throws {
        file = LineFile(path: directory.entries)
        self.domain = domain
        for line in try file.lines() {
            // They were verified when they came; one that a disk has changed is left out, and comes
            // again from the others.
            guard let envelope = try? Envelope(line: line), let entry = try? Entry(envelope) else {
                continue
            }
            take(entry)
        }
    }

    private mutating func take(_ entry: Entry) {
        guard all.updateValue(entry, forKey: entry.hash) == nil else { return }
        let name = entry.terms.name
        if latest[name].map({ entry.supersedes($0) }) ?? true { latest[name] = entry }
        let reading = (entry.terms.time, entry.terms.tick)
        if clock.map({ ($0.time, $0.tick) < reading }) ?? true { clock = reading }
    }

    /// What `name` stands for; nil where nothing does, or no more.
    func value(_ name: String) -> String? { latest[name]?.terms.value }

    /// The entries that count and have a value, whose name begins with `prefix`, by name.
    func current(under prefix: String) -> [(name: String, entry: Entry)] {
        latest.filter { $0.key.hasPrefix(prefix) && $0.value.terms.value != nil }
            .map { (String($0.key.dropFirst(prefix.count)), $0.value) }
            .sorted { $0.name < $1.name }
    }

    /// States something, durably. Nothing happens where it holds already.
    /// - Parameter document: what `value` is the hash of.
    mutating func state(
        _ name: String, _ value: String?, document: [UInt8]? = nil, by signer: DeviceSigner,
        at now: Timestamp
    ) throws {
        if latest[name]?.terms.value == value, latest[name] != nil || value == nil { return }
        var reading = (time: now, tick: 0)
        if let last = latest[name]?.terms, (last.time, last.tick) >= reading {
            // A clock that has gone back does not make a later word an earlier one.
            reading = (last.time, last.tick + 1)
            if reading.tick > Transaction.Clock.lastTick {
                reading = (last.time.adding(milliseconds: 1) ?? last.time, 0)
            }
        }
        let terms = Entry.Terms(
            device: signer.device, domain: domain, name: name, tick: reading.tick,
            time: reading.time, value: value)
        let unsigned = Entry(terms, document: document)
        let entry = Entry(
            terms, document: document,
            Endorsements(signatures: [try signer.sign(unsigned.hash)]))
        try file.append([entry.bytes])
        take(entry)
    }

    /// Takes entries of other devices, durably.
    /// - Returns: how many were new.
    mutating func take(_ entries: [Entry]) throws -> Int {
        var seen: Set<Digest256> = []
        let fresh = entries.filter { all[$0.hash] == nil && seen.insert($0.hash).inserted }
        try file.append(fresh.map(\.bytes))
        for entry in fresh { take(entry) }
        return fresh.count
    }

    /// The set as it is reconciled.
    var set: ReconciledVector {
        ReconciledVector(
            all.values.map {
                SyncItem(
                    timestamp: UInt64(clamping: $0.terms.time.milliseconds), id: $0.hash)
            })
    }
}

/// The key of this device, opened.
struct DeviceSigner: Sendable {
    /// The device.
    let device: Address
    /// Signs a document's hash.
    let sign: @Sendable (Digest256) throws -> DocumentSignature
}
