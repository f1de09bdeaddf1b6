// Rebuilding the index from the log, believing nothing.
import Bytes
import Cryptography
import Documents
import Files
import Graphstore
import Hashtable

/// What a rebuilt index holds.
public struct ReindexReport: Sendable, Equatable {
    /// Lines of the log.
    public var documents = 0
    /// Transactions among them.
    public var transactions = 0
    /// Signatures that were verified.
    public var signatures = 0
}

/// Reads the whole log, verifies every hash and signature, derives every transaction anew from its
/// instructions and compares, and writes a new index that takes the old one's place only when all
/// of it holds.
struct Reindexing {
    private let ledger: Ledger
    private let domain: String
    private let surroundings: Surroundings

    init(ledger: Ledger, domain: String, surroundings: Surroundings) {
        self.ledger = ledger
        self.domain = domain
        self.surroundings = surroundings
    }

    /// A line with the verdict on everything that needs no state.
    private struct Checked: Sendable {
        let place: Place
        let bytes: [UInt8]
        let verdict: Result<(document: StoredDocument, request: Request?, signatures: Int), Refusal>
    }

    /// Inside the writer's lock: the new index at `path`, which must not exist.
    func run(into path: String) throws -> ReindexReport {
        let graph = try ClearingGraph(
            path: path, access: .readWrite, source: StoredLines(ledger.store))
        var report = ReindexReport()
        var devices = DeviceRoll()
        var batch: [(Place, [UInt8])] = []
        let total = Double(max(1, try ledger.store.journalSize()))
        func flush() throws {
            for checked in batch.parallelMap({ Self.check($0.0, $0.1) }) {
                try fold(checked, into: graph, &devices, &report)
            }
            if let (place, _) = batch.last, place.segment == ledger.store.journalSegment {
                surroundings.onProgress("reindexing", Double(place.offset) / total)
            }
            batch = []
            if graph.lag >= Limits.lagTransactions { try graph.apply() }
        }
        try ledger.store.scan(from: .start) { line, place in
            batch.append((place, Array(line)))
            if batch.count >= Limits.batchLines { try flush() }
            return true
        }
        try flush()
        surroundings.onProgress("reindexing", 1)
        try graph.apply()
        guard try graph.checkpoint() else {
            throw GraphError.contradiction("the new index cannot be completed")
        }
        return report
    }

    private static func check(_ place: Place, _ bytes: [UInt8]) -> Checked {
        do throws(Refusal) {
            let document = try StoredDocument(line: bytes)
            var request: Request?
            var signatures = 1
            switch document {
            case .transaction(let transaction):
                try transaction.checkReceipt()
                var instructions: [Instruction] = []
                for envelope in transaction.instructions {
                    let instruction = try Instruction(envelope)
                    try instruction.checkSignatures()
                    signatures += instruction.endorsements.signatures.count
                    instructions.append(instruction)
                }
                request = Request(instructions)
            case .unit(let unit, _):
                try unit.checkSignatures()
                signatures = unit.endorsements.signatures.count
            case .device: break
            case .block(let block, _): _ = try block.checkSignature()
            case .stack(let stack, _): _ = try stack.checkSignature()
            }
            return Checked(
                place: place, bytes: bytes, verdict: .success((document, request, signatures)))
        } catch {
            return Checked(place: place, bytes: bytes, verdict: .failure(error))
        }
    }

    private func fold(
        _ checked: Checked, into graph: ClearingGraph, _ devices: inout DeviceRoll,
        _ report: inout ReindexReport
    ) throws {
        do {
            let (document, request, signatures) = try checked.verdict.get()
            switch document {
            case .transaction(let stored):
                guard let request else { break }
                try devices.check(stored.transaction.clock)
                try derive(stored.transaction, request, graph)
                graph.record(stored.transaction)
                graph.locate(
                    stored.transaction.hash, stored.transaction.inputs, at: checked.place.packed)
                report.transactions += 1
            case .unit(let unit, _): graph.record(unit, at: checked.place.packed)
            case .device(let device, _):
                try devices.enter(device)
                graph.record(device.hash, at: checked.place.packed)
            case .block(let block, _):
                try devices.checkKey(block.endorsements)
                graph.record(block.hash, at: checked.place.packed)
            case .stack(let stack, _):
                try devices.checkKey(stack.endorsements)
                graph.record(stack, at: checked.place)
            }
            graph.number(report.documents, at: checked.place.packed)
            report.documents += 1
            report.signatures += signatures
        } catch let refusal as Refusal {
            throw ledger.corruption(at: checked.place, refusal.complaint)
        }
        graph.cover(
            to: checked.place.advanced(by: checked.bytes.count + 1).packed, lines: 1,
            lastPlace: checked.place.packed, digest: Hash.sha256(checked.bytes))
    }

    /// The rules give this very transaction, or the log is not what was cleared.
    private func derive(
        _ stored: Transaction, _ request: Request, _ graph: ClearingGraph
    ) throws {
        if let last = graph.coverage.clock, last >= stored.clock {
            throw Refusal(.malformedDocument, "its clock is not after the one before")
        }
        let clearing = Clearing(domain: domain)
        let outcome = try clearing.clear(request, signatures: nil, at: stored.clock, in: graph)
        guard case .cleared(let derived, _) = outcome, derived.hash == stored.hash else {
            throw Refusal(
                .hashMismatch, "the instructions of \(stored.hash) do not give this transaction")
        }
    }
}

/// The devices that may sign receipts: certified by the key that certified the first.
private struct DeviceRoll {
    private var issuer: Address?
    /// The last position in each device's chain.
    private var devices: [Address: Int] = [:]

    mutating func enter(_ device: DeviceCertificate) throws(Refusal) {
        let signer = issuer ?? device.endorsements.signatures.first?.signer
        guard let signer else {
            throw Refusal(.signatureMissing, "the device's certificate is not signed")
        }
        try device.endorsements.check(device.hash, signedBy: signer)
        issuer = signer
        devices[device.address] = devices[device.address] ?? 0
    }

    /// Blocks and stacks are signed by the key that certified the devices.
    func checkKey(_ endorsements: Endorsements) throws(Refusal) {
        guard let issuer, endorsements.signatures.first?.signer == issuer else {
            throw Refusal(.signatureInvalid, "it is not signed by the domain's key")
        }
    }

    /// A transaction that has been taken out of the log leaves a gap in its device's chain.
    mutating func check(_ clock: Transaction.Clock) throws(Refusal) {
        guard let last = devices[clock.device] else {
            throw Refusal(
                .signatureInvalid, "\(clock.device) is no certified device of the domain")
        }
        guard clock.sequence == last + 1 else {
            throw Refusal(
                .malformedDocument,
                "it is number \(clock.sequence) of its device, after number \(last)")
        }
        devices[clock.device] = clock.sequence
    }
}

extension Ledger {
    /// Rebuilds the index from the log, verifying everything; the old one stays until the new one
    /// is whole.
    /// - Throws: `WalletError.corruptLog` with the place of what does not hold; failures of
    ///   storage.
    public func reindex(domain: String) throws -> ReindexReport {
        let path = directory + "/" + Self.indexName
        let fresh = path + ".new"
        return try exclusively { surroundings in
            try Self.removeIndex(fresh)
            do {
                let report = try Reindexing(
                    ledger: self, domain: domain, surroundings: surroundings
                ).run(into: fresh)
                try Self.removeIndex(path)
                try FileSystem.remove(fresh + "-wal")
                try FileSystem.remove(fresh + "-shm")
                try FileSystem.rename(fresh, to: path)
                return report
            } catch {
                try? Self.removeIndex(fresh)
                throw error
            }
        }
    }
}

extension Wallet {
    /// Rebuilds `graph.db`.
    /// - Throws: `WalletError.corruptLog`; failures of storage.
    public func reindex() throws -> ReindexReport {
        try ledger(.memory).reindex(domain: try ownDomain())
    }
}
