// One chain a device: what of it counts, what waits, and where it forks.
import Bytes
import Cryptography
import Documents

/// How far a device's chain is here without a gap.
public struct ChainHead: Sendable, Hashable {
    /// The device.
    public let device: Address
    /// Its last record that counts; what the cut settles where none does.
    public let sequence: Int
    /// H(n) = SHA-256(H(n-1) ‖ hash) over the records after the cut, zeros where there is none: two
    /// replicas with the same cut and the same head have the same records.
    public let digest: Digest256

    /// A head.
    public init(device: Address, sequence: Int, digest: Digest256) {
        self.device = device
        self.sequence = sequence
        self.digest = digest
    }
}

/// Different records at one place of a device's chain: a restored backup, a copied wallet.
public struct ChainFork: Sendable, Hashable {
    /// The device.
    public let device: Address
    /// The place.
    public let sequence: Int
    /// The records' hashes, ascending: two or more.
    public let hashes: [Digest256]
}

/// Records parted into those that count and those that do not.
public struct RecordChains: Sendable {
    /// What counts, in the order of the fold: each with its whole chain since the cut.
    public let counted: [ClearingRecord]
    /// What waits, and why, in order.
    public let quarantined: [(record: ClearingRecord, reason: QuarantineReason)]
    /// What the cut settles: it is in the sealed log, or bounced for good.
    public let settled: [ClearingRecord]
    /// Every device's head, ascending by address.
    public let heads: [ChainHead]
    /// Every fork among the records, settled ones included, by device and sequence.
    public let forks: [ChainFork]
    /// The running digest after each place of a chain, from the one after the cut on.
    private let running: [Address: [Digest256]]
    private let cut: [Address: Int]

    /// Parts records, in any order and with any repetition.
    /// - Parameters:
    ///   - settled: how far the last cut settles each device's chain.
    ///   - now: the wall clock.
    public init(_ records: [ClearingRecord], settled cut: [Address: Int], now: Timestamp) {
        self.init(records, settled: cut, now: now, mutant: nil)
    }

    init(
        _ records: [ClearingRecord], settled cut: [Address: Int], now: Timestamp,
        mutant: MergeMutant?
    ) {
        var known: Set<Digest256> = []
        // Places are sorted, not records, which are many words long.
        var places: [(order: RecordOrder, index: Int)] = []
        places.reserveCapacity(records.count)
        for (index, record) in records.enumerated() where known.insert(record.hash).inserted {
            places.append((record.order, index))
        }
        places.sort { $0.order < $1.order }
        var settled: [ClearingRecord] = []
        var quarantined: [(record: ClearingRecord, reason: QuarantineReason)] = []
        var present: [Address: Set<Int>] = [:]
        var candidates: [ClearingRecord] = []
        for (_, index) in places {
            let record = records[index]
            let clock = record.clock
            if clock.sequence <= cut[clock.device] ?? 0 {
                settled.append(record)
            } else if HybridClock(clock).isAhead(of: now) {
                quarantined.append((record, .future))
            } else {
                present[clock.device, default: []].insert(clock.sequence)
                candidates.append(record)
            }
        }
        let tops = Self.tops(present, cut)
        var counted: [ClearingRecord] = []
        for record in candidates {
            let top = tops[record.clock.device] ?? 0
            if record.clock.sequence <= top || mutant == .noQuarantine {
                counted.append(record)
            } else {
                quarantined.append((record, .gap))
            }
        }
        self.counted = counted
        self.quarantined = quarantined.sorted { $0.record.order < $1.record.order }
        self.settled = settled
        self.cut = cut
        running = Self.running(counted.map(\.order))
        forks = Self.forks(places.map(\.order))
        var heads: [ChainHead] = []
        for device in Set(tops.keys).union(cut.keys).sorted() {
            let sequence = tops[device] ?? cut[device] ?? 0
            guard sequence > 0 else { continue }
            heads.append(
                ChainHead(
                    device: device, sequence: sequence,
                    digest: running[device]?.last ?? .zero))
        }
        self.heads = heads
    }

    /// The last place of each chain that has no gap before it.
    private static func tops(
        _ present: [Address: Set<Int>], _ cut: [Address: Int]
    ) -> [Address: Int] {
        var tops: [Address: Int] = [:]
        for (device, sequences) in present {
            var top = cut[device] ?? 0
            while sequences.contains(top + 1) { top += 1 }
            tops[device] = top
        }
        return tops
    }

    private static func running(_ counted: [RecordOrder]) -> [Address: [Digest256]] {
        var running: [Address: [Digest256]] = [:]
        var last: [Address: Int] = [:]
        let chained = counted.sorted {
            ($0.clock.sequence, $0.hash) < ($1.clock.sequence, $1.hash)
        }
        for record in chained {
            let clock = record.clock
            var digests = running[clock.device] ?? []
            let next = Hash.sha256((digests.last ?? .zero).bytes + record.hash.bytes)
            if last[clock.device] == clock.sequence, !digests.isEmpty {
                digests[digests.count - 1] = next
            } else {
                digests.append(next)
            }
            running[clock.device] = digests
            last[clock.device] = clock.sequence
        }
        return running
    }

    private static func forks(_ records: [RecordOrder]) -> [ChainFork] {
        struct Place: Hashable {
            let device: Address
            let sequence: Int
        }
        var first: [Place: Digest256] = [:]
        var others: [Place: [Digest256]] = [:]
        for record in records {
            let place = Place(device: record.clock.device, sequence: record.clock.sequence)
            if let known = first[place] {
                others[place, default: [known]].append(record.hash)
            } else {
                first[place] = record.hash
            }
        }
        return
            others.map {
                ChainFork(
                    device: $0.key.device, sequence: $0.key.sequence, hashes: $0.value.sorted())
            }
            .sorted { ($0.device, $0.sequence) < ($1.device, $1.sequence) }
    }

    /// The running digest of a chain after `sequence`: zeros at the cut; nil where the chain is not
    /// here so far, or no longer so early.
    public func digest(of device: Address, after sequence: Int) -> Digest256? {
        let first = cut[device] ?? 0
        guard sequence > first else { return sequence == first ? .zero : nil }
        guard let digests = running[device], sequence - first <= digests.count else { return nil }
        return digests[sequence - first - 1]
    }

    /// The records of a chain that count, after `sequence`, by sequence and hash: what a replica
    /// with that head lacks.
    public func suffix(of device: Address, after sequence: Int) -> [ClearingRecord] {
        counted.filter { $0.clock.device == device && $0.clock.sequence > sequence }
            .sorted { ($0.clock.sequence, $0.hash) < ($1.clock.sequence, $1.hash) }
    }
}
