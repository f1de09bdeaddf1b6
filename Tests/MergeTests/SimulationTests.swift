import Bytes
import Documents
import Graphstore
import Testing

@testable import Merge

/// Invariants I1 to I17 on replicas made of the shipped types. The oracle in Tests/Merge judges the
/// same rules from outside, and finds the mutants.
@Suite struct SimulationTests {
    @Test(arguments: 0..<4)
    func `replicas that meet come to the same, and nothing that was said is forgotten`(
        part: Int
    ) throws {
        let seed = Generator().seed
        for number in 0..<30 {
            var story = Simulation(seed: seed &+ UInt64(part * 1000 + number))
            try story.run()
            for place in story.broken {
                Issue.record("WALLET_TEST_SEED=\(seed)", sourceLocation: place)
            }
        }
    }

    /// Mistakes that show without an oracle; Tests/Merge finds all of them, and the others.
    @Test(arguments: [
        MergeMutant.silentDemotion, .lastSealWins, .unitLost, .appliedTwice,
    ])
    func `a mistake is found`(mutant: MergeMutant) {
        let isFound = (0..<400).contains { number in
            var story = Simulation(seed: UInt64(number), mutant: mutant)
            // What a mistake has spoilt may be refused later.
            do { try story.run() } catch { return true }
            return !story.broken.isEmpty
        }
        #expect(isFound)
    }
}

/// One schedule.
private struct Simulation {
    var random: Generator
    var world: World
    var replicas: [Replica]
    let isClean: Bool
    var pool: [Instruction] = []
    /// Where something did not hold.
    private(set) var broken: [SourceLocation] = []

    init(seed: UInt64, mutant: MergeMutant? = nil) {
        random = Generator(seed: seed)
        isClean = random.chance(2)
        let devices = (0..<2 + random.below(3)).map { person(900 + $0) }
        var allowances: [CutDocument.Remainder] = []
        for device in devices where !random.chance(3) {
            allowances.append(left(device, String(1 + random.below(4)), of: alice))
        }
        // Four devices with at most 4 each fit into 20.
        world = World(
            .holding([alice: "20", bob: "10", carol: "0"], min: random.chance(2) ? "0" : "-5"),
            allowances: allowances)
        replicas = devices.map { Replica(device: $0, mutant: mutant) }
    }

    /// Notes where something does not hold.
    private mutating func hold(
        _ isTrue: Bool, _ place: SourceLocation = #_sourceLocation
    ) {
        if !isTrue { broken.append(place) }
    }

    mutating func run() throws {
        for _ in 0..<8 + random.below(25) {
            world.now = world.now.adding(milliseconds: Int64(random.below(3))) ?? world.now
            let index = random.below(replicas.count)
            switch random.below(10) {
            case 0...4: try pay(index)
            case 5: try seal(index)
            case 6 where !isClean: misfortune(index)
            default: try meet(index, random.below(replicas.count))
            }
            try check(replicas[index])
        }
        try heal()
    }

    private mutating func instruction() -> Instruction {
        if random.chance(4), let known = pool.randomElement(using: &random) { return known }
        let people = [alice, bob, carol].shuffled(using: &random)
        let text = String(1 + random.below(6))
        var made = iou(people[0], people[1], text, id: pool.count)
        if !isClean, random.chance(8) { made = limit(people[0], .max, text, id: pool.count) }
        if !isClean, random.chance(8), let known = pool.randomElement(using: &random) {
            made = cancel(known, id: pool.count)
        }
        pool.append(made)
        return made
    }

    private mutating func pay(_ index: Int) throws {
        var parts = [instruction()]
        if random.chance(4) { parts.append(instruction()) }
        let request = Request(parts)
        guard (try? request.checkDistinct()) != nil else { return }
        _ = try replicas[index].pay(request, world, diesBeforeSaying: random.chance(15))
    }

    private mutating func seal(_ index: Int) throws {
        let earlier = replicas[index].chain.last?.cut ?? world.genesis
        let grants =
            random.chance(2)
            ? []
            : [
                Allowance(
                    .init(
                        address: bob, amount: amount("3"), device: replicas[0].device,
                        domain: domain, expiry: expiry, issued: at(0),
                        random: String(world.seals), symbol: issuer))
            ]
        if let segment = try replicas[index].seal(&world, granting: grants) {
            // I11; and what is set aside fits into what there is.
            hold(segment.cut.isAtLeast(earlier))
            hold(segment.cut.allowances.allSatisfy { $0.remaining > .zero })
        }
    }

    /// A wrong clock, an old backup, a lease taken without asking.
    private mutating func misfortune(_ index: Int) {
        switch random.below(3) {
        case 0:
            let years: Int64 = 315_360_000_000
            replicas[index].error = [-years, years, 0, -7000][random.below(4)]
        case 1:
            // The last records of its own chain are gone; it begins again in their places.
            let device = replicas[index].device
            let own = replicas[index].disk.records.values.filter { $0.clock.device == device }
            let kept = own.map(\.clock.sequence).max().map { random.below($0 + 1) } ?? 0
            for record in own where record.clock.sequence > kept {
                replicas[index].disk.records[record.hash] = nil
            }
            replicas[index].isForked = true
        default:
            replicas[index].disk.term += 1
            replicas[index].disk.holder = replicas[index].device
        }
    }

    /// Takes what `other` has, chunk by chunk: the line may break, or the device die, after any of
    /// them; a relay may repeat, reorder, and send what is long known.
    private mutating func meet(_ index: Int, _ other: Int, isWhole: Bool = false) throws {
        let disk = replicas[other].disk
        var records = Array(disk.records.values).sorted { $0.order < $1.order }
        var segments = Array(disk.segments.values).sorted { $0.block.hash < $1.block.hash }
        if !isWhole {
            records += records.filter { _ in random.chance(4) }
            records.shuffle(using: &random)
            records = Array(records.prefix(random.below(records.count + 1)))
            segments = segments.filter { _ in !random.chance(3) }.shuffled(using: &random)
        }
        let before = Set(replicas[index].disk.records.keys)
        for record in records {
            replicas[index].disk.records[record.hash] = record
            // I14: what is on the disk so far is a state like any other.
            if random.chance(12) { try replicas[index].look(world) }
        }
        for segment in segments { replicas[index].disk.segments[segment.block.hash] = segment }
        if disk.term > replicas[index].disk.term {
            (replicas[index].disk.term, replicas[index].disk.holder) = (disk.term, disk.holder)
        }
        // I1
        hold(before.isSubset(of: replicas[index].disk.records.keys))
        let earlier = replicas[index].chain
        try replicas[index].look(world)
        // I3: once more changes nothing.
        let digest = replicas[index].view?.digest
        for record in records { replicas[index].disk.records[record.hash] = record }
        try hold(replicas[index].look(world).isEmpty)
        hold(replicas[index].view?.digest == digest)
        hold(earlier.map(\.block) == replicas[index].chain.map(\.block))
    }

    /// I2, I4, I5, I6, I9, I13 on one replica.
    private mutating func check(_ replica: Replica) throws {
        let records = Array(replica.disk.records.values)
        let fold = try replica.fold(world)
        let view = fold.merged
        let again = try replica.fold(
            world, (records + records.prefix(3)).shuffled(using: &random)
        ).merged
        hold(view.digest == again.digest && view.heads == again.heads)
        let counted = try replica.fold(world, view.steps.map(\.record)).merged
        hold(view.digest == counted.digest)
        hold(
            view.steps.count + view.quarantined.count + fold.chains.settled.count
                == records.count)
        var state = replica.chain.last?.sealed ?? world.sealed
        var cleared = Set(state.cleared.keys)
        for step in view.steps {
            guard let transaction = step.outcome.transaction else { continue }
            for input in transaction.inputs { hold(cleared.insert(input).inserted) }
            for output in transaction.outputs {
                let key = CounterKey(output.address, output.symbol)
                hold(output.source == state.counters[key]?.head)
            }
            state.take(transaction, cancelling: step.record.request.cancelled)
            let sum = state.counters.values.reduce(Int128(0)) { $0 + $1.state.net.quanta }
            hold(sum == 0)
            for counter in state.counters.values {
                hold(counter.state.isAboveMinimum && counter.state.isBelowMaximum)
            }
        }
    }

    /// I2, I7, I8, I10, I12, I15, I17 once all have met.
    private mutating func heal() throws {
        for index in replicas.indices { replicas[index].error = 0 }
        for _ in 0..<2 {
            for index in replicas.indices {
                let chain = replicas[index].chain
                for other in replicas.indices where other != index {
                    try meet(index, other, isWhole: true)
                }
                // I7: where the chain has only grown, what it held still stands.
                let longer = replicas[index].chain
                if Array(longer.map(\.block).prefix(chain.count)) == chain.map(\.block),
                    let last = chain.last, let end = longer.last
                {
                    hold(
                        last.sealed.cleared.allSatisfy { end.sealed.cleared[$0.key] == $0.value })
                }
            }
        }
        let views = replicas.compactMap(\.view)
        hold(Set(views.map(\.digest)).count == 1)
        hold(Set(views.map(\.heads)).count == 1)
        hold(Set(replicas.map { $0.chain.last?.block.hash ?? .zero }).count == 1)
        let state = replicas[0].chain.last?.sealed ?? world.sealed
        let applied = Set(views.first?.applied.flatMap(\.instructions) ?? [])
        for replica in replicas {
            for promise in replica.promises {
                let lost = promise.instructions.filter {
                    !applied.contains($0) && state.cleared[$0] == nil
                }
                hold(replica.told.isSuperset(of: lost))
                if isClean, promise.resultClass == .appliedAllowance {
                    hold(lost.isEmpty)
                }
                let isKnown = replicas[0].disk.records[promise.record] != nil
                hold(isKnown || replica.isForked)
            }
        }
    }
}
