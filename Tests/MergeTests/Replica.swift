// One device in memory, made of the shipped types: what it keeps, and what it has said.

import Bytes
import Documents
import Graphstore

@testable import Merge

/// A sealed block, whole: what replicas give each other as it is.
struct Segment: Sendable {
    let block: SealedBlock
    let cut: CutDocument.Statement
    let transactions: [Transaction]
    let cancelled: [[CancelledInstruction]]
    /// The state after it.
    let sealed: Sealed
}

/// What is written on one device's disk. Everything else follows from it.
struct Disk {
    var records: [Digest256: ClearingRecord] = [:]
    var segments: [Digest256: Segment] = [:]
    var term = 1
    var holder = person(900)
}

/// What a device has said to somebody, and must not forget.
struct Promise {
    let record: Digest256
    let instructions: [Digest256]
    let resultClass: ResultClass
}

struct Replica {
    let device: Address
    var disk = Disk()
    /// Milliseconds that its wall clock is wrong by.
    var error: Int64 = 0
    /// What it has said, and what it was told of that: kept by the test, not by the device.
    var promises: [Promise] = []
    var told: Set<Digest256> = []
    var isForked = false
    /// The mistake that this device makes.
    let mutant: MergeMutant?
    private(set) var view: MergedView?

    init(device: Address, mutant: MergeMutant?) {
        self.device = device
        self.mutant = mutant
    }

    func wall(_ now: Timestamp) -> Timestamp { now.adding(milliseconds: error) ?? now }

    var chain: [Segment] {
        let blocks = disk.segments.values.map(\.block)
        return WinningChain.choose(among: blocks, mutant: mutant)
            .compactMap { disk.segments[$0.hash] }
    }

    func fold(_ world: World, _ records: [ClearingRecord]? = nil) throws -> MergeFold<Sealed> {
        let last = chain.last
        var base = MergeBase(domain: domain, cut: last?.cut ?? world.genesis)
        base.mutant = mutant
        return try MergeFold(
            base, over: last?.sealed ?? world.sealed,
            records: records ?? Array(disk.records.values), now: wall(world.now))
    }

    /// Judges, writes, and then says so; nil where it does not clear. The device may die after
    /// writing.
    mutating func pay(
        _ request: Request, _ world: World, diesBeforeSaying: Bool
    ) throws -> ResultClass? {
        let fold = try fold(world)
        let now = wall(world.now)
        // The clock is in its own records, whatever a crash has left.
        let own = disk.records.values.filter { $0.clock.device == device }
        let clock = own.map { HybridClock($0.clock) }.max() ?? .start
        var check = AcceptanceCheck(fold, device: device, clock: clock, now: now)
        guard let next = check.nextClock(now: now) else { return nil }
        let outcome = try check.clear(request, signatures: nil, at: next, now: now)
        guard let transaction = outcome.transaction else { return nil }
        disk.records[transaction.hash] = ClearingRecord(
            transaction: transaction, request: request, signatures: nil, document: [])
        try look(world)
        guard !diesBeforeSaying else { return nil }
        promises.append(
            Promise(
                record: transaction.hash, instructions: transaction.inputs,
                resultClass: outcome.resultClass))
        return outcome.resultClass
    }

    /// Folds what is on the disk and tells what is applied no longer.
    @discardableResult
    mutating func look(_ world: World) throws -> [Demotion] {
        let after = try fold(world).merged
        let state = chain.last?.sealed ?? world.sealed
        let before = (view?.applied ?? []) + sealedBefore
        let demotions = Demotions(
            before: before, after: after, isSealed: { state.cleared[$0] != nil }
        ).list
        if mutant != .silentDemotion { told.formUnion(demotions.flatMap(\.instructions)) }
        view = after
        sealedBefore = chain.flatMap { segment in
            segment.transactions.map {
                AppliedRecord(
                    record: $0.hash, instructions: $0.inputs, resultClass: .appliedSealed)
            }
        }
        return demotions
    }

    /// What was sealed when it last looked: the chain may lose.
    private var sealedBefore: [AppliedRecord] = []

    /// Seals all that counts, if this device holds the lease.
    mutating func seal(_ world: inout World, granting grants: [Allowance]) throws -> Segment? {
        guard disk.holder == device, (chain.last?.block.term ?? 0) <= disk.term else { return nil }
        let fold = try fold(world)
        let cut = try fold.cut(
            granting: grants, at: wall(world.now), height: chain.count, holder: device,
            term: disk.term)
        var state = chain.last?.sealed ?? world.sealed
        var transactions: [Transaction] = []
        var cancelled: [[CancelledInstruction]] = []
        for step in fold.steps {
            guard let transaction = step.outcome.transaction else { continue }
            transactions.append(transaction)
            cancelled.append(step.record.request.cancelled)
            state.take(transaction, cancelling: step.record.request.cancelled)
        }
        world.seals += 1
        let segment = Segment(
            block: SealedBlock(
                hash: CutDocument(cut).hash.mixed(with: world.seals),
                previous: chain.last?.block.hash ?? .zero, term: disk.term, isWhole: true),
            cut: cut, transactions: transactions, cancelled: cancelled, sealed: state)
        disk.segments[segment.block.hash] = segment
        try look(world)
        return segment
    }
}

/// What no replica changes.
struct World {
    var now = at(0)
    var seals = 0
    let sealed: Sealed
    var genesis: CutDocument.Statement

    init(_ sealed: Sealed, allowances: [CutDocument.Remainder]) {
        self.sealed = sealed
        genesis = CutDocument.Statement(
            allowances: allowances, devices: [], domain: domain, height: 0, holder: laptop, term: 0)
    }
}

extension Digest256 {
    /// Another digest for each number: two blocks that state the same are two blocks.
    func mixed(with number: Int) -> Digest256 {
        var bytes = bytes
        for index in 0..<4 { bytes[index + 20] ^= UInt8(number >> (8 * index) & 255) }
        return Digest256(bytes) ?? self
    }
}
