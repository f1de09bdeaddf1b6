// Clearing on one of several devices: where its chain of records goes on, and what others keep for
// themselves.
import Bytes
import Documents
import Graphstore
import Hashtable
import Merge

/// The chain of this device, for one batch. Only inside the ledger's `write`.
final class DeviceChain {
    private let device: Address
    /// The last record: its place in the chain, and its clock.
    private var sequence: Int
    private var clock: HybridClock
    /// Judges by the fold itself, where parts of counters are set aside for devices.
    private var acceptance: AcceptanceCheck<SealedView>?
    /// From when on what this device clears does not count; nil while it does.
    private let revoked: Timestamp?

    /// Nil where the domain has one device.
    /// - Throws: failures of storage; `WalletError.corruptLog`.
    init?(of device: Address, in ledger: Ledger, now: Timestamp) throws {
        guard try ledger.isShared else { return nil }
        let directory = ReplicaDirectory(of: ledger.directory)
        self.device = device
        revoked = try ledger.graph.devices().filter { $0.address == device }
            .compactMap(\.revoked).min()
        let cut = try ledger.lastCut()?.statement
        sequence = cut?.settled[device] ?? 0
        clock = .start
        let begin = Place(segment: ledger.store.journalSegment, offset: 0)
        // The latest of ours in the log: all before it are earlier.
        try ledger.store.scanBackwards(from: Place(packed: ledger.graph.coverage.place)) {
            [self] _, place in
            guard case .transaction(let found) = try ledger.document(at: place.packed) else {
                return place >= begin
            }
            let reading = found.transaction.clock
            clock = max(clock, HybridClock(reading))
            guard reading.device == device else { return place >= begin }
            sequence = max(sequence, reading.sequence)
            return false
        }
        for line in try LineFile(path: directory.records).lines() {
            guard let envelope = try? Envelope(line: line),
                let document = try? TransactionDocument(envelope),
                document.transaction.clock.device == device
            else { continue }
            sequence = max(sequence, document.transaction.clock.sequence)
            clock = max(clock, HybridClock(document.transaction.clock))
        }
        guard let cut, !cut.allowances.isEmpty else { return }
        let merging = Merging(
            ledger: ledger, directory: directory, domain: cut.domain, now: now)
        let merged = try merging.merged(try OpenBlock(ledger, directory))
        acceptance = AcceptanceCheck(merged.fold, device: device, clock: clock, now: now)
    }

    /// The clock of the next record.
    /// - Throws: `WalletError.invalidArgument` where the calendar ends.
    func next(_ last: Transaction.Clock?, _ now: Timestamp) throws -> Transaction.Clock {
        if let next = acceptance.map({ $0.nextClock(now: now) }) {
            if let next { return next }
        } else {
            let before = max(clock, last.map { HybridClock($0) } ?? .start)
            if let next = before.next(now: now) {
                return next.stamp(device: device, sequence: sequence + 1)
            }
        }
        throw WalletError.invalidArgument(
            what: "clock", value: now.text, reason: "the calendar ends")
    }

    /// A record has been made at `clock`.
    func take(_ clock: Transaction.Clock) {
        sequence = clock.sequence
        self.clock = HybridClock(clock)
    }

    /// What the fold says, where parts of counters are set aside; nil where the rules alone decide.
    /// - Throws: `Refusal`; failures of storage.
    func judged(
        _ request: Request, _ signatures: Refusal?, at clock: Transaction.Clock, now: Timestamp
    ) throws -> Transaction? {
        if let revoked, clock.time > revoked {
            throw Refusal(
                .revoked, "this device was revoked at \(revoked): the others would not count it",
                ["device": device.text, "revoked": revoked.text])
        }
        guard var check = acceptance else { return nil }
        let outcome = try check.clear(request, signatures: signatures, at: clock, now: now)
        acceptance = check
        switch outcome {
        case .applied(let transaction, _, _):
            take(clock)
            return transaction
        // The rules know how to answer what has cleared before.
        case .duplicate: return nil
        case .bounced(let refusal), .expired(let refusal), .cancelled(let refusal): throw refusal
        case .quarantined(let reason):
            throw Refusal(
                .refusedByPolicy,
                "this device cannot clear before it has met the others: its chain of records is "
                    + "not whole, or its clock is ahead", ["reason": reason.rawValue])
        }
    }
}

extension Ledger {
    /// Whether more than one device has been certified.
    var isShared: Bool {
        get throws {
            var devices: Set<Address> = []
            for entry in try graph.devices() where entry.revoked == nil {
                devices.insert(entry.address)
            }
            return devices.count > 1
        }
    }

    /// The first device of the log.
    func firstDevice() throws -> Address {
        guard case .device(let device, _) = try document(at: 0) else {
            throw corruption(at: .start, "the log does not begin with a device")
        }
        return device.address
    }
}
