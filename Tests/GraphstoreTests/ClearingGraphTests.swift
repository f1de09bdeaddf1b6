import Bytes
import Documents
import Graphstore
import Testing

/// Lines by number, as a log has them.
final class Lines: DocumentSource {
    var lines: [Int64: [UInt8]] = [:]
    private(set) var reads = 0

    struct Missing: Error {}

    func line(at place: Int64) throws -> [UInt8] {
        reads += 1
        guard let line = lines[place] else { throw Missing() }
        return line
    }
}

@Suite struct ClearingGraphTests {
    let source = Lines()
    let graph: ClearingGraph
    let ledger = Ledger()

    init() throws {
        graph = try ClearingGraph(path: "", access: .memory, source: source)
    }

    /// Clears in both worlds and writes the line.
    @discardableResult
    private func clear(_ instructions: Instruction..., at place: Int64) throws -> Transaction {
        let transaction = try #require(try ledger.clear(all: instructions))
        graph.record(transaction)
        source.lines[place] = transaction.document(
            instructions: Request(instructions).documents, receipt: nil)
        graph.locate(transaction.hash, transaction.inputs, at: place)
        graph.cover(to: place + 1, lines: 1, lastPlace: place, digest: transaction.hash)
        return transaction
    }

    private func listing(address: Address? = nil, symbol: Address? = nil) throws -> [CounterKey:
        Counter]
    {
        var listing: [CounterKey: Counter] = [:]
        var order: [CounterKey] = []
        try graph.forEachCounter(address: address, symbol: symbol) { key, counter in
            listing[key] = counter
            order.append(key)
        }
        #expect(order == order.sorted())
        #expect(Set(order).count == order.count)
        return listing
    }

    @Test func `a fresh index knows nothing`() throws {
        #expect(graph.coverage == .none)
        #expect(try graph.counter(CounterKey(alice, issuer)) == .fresh(CounterKey(alice, issuer)))
        #expect(try graph.counter(CounterKey(issuer, issuer)).state.min == .minusInfinity)
        #expect(try graph.clearedIn(digest(1, 1)) == nil)
        #expect(try graph.scale(of: issuer) == nil)
        #expect(try graph.places(digest(1, 1)) == [])
        #expect(try listing().isEmpty)
        #expect(try graph.units() == [])
    }

    @Test func `what was recorded is known before, after and again after it was applied`() throws {
        let promise = iou(issuer, alice, "100", id: 1)
        let transaction = try clear(promise, iou(alice, bob, "30", id: 2), at: 7)
        let expected = ClearedIn(transaction: transaction.hash, instructionCount: 2)
        for round in 0..<3 {
            if round == 1 { try graph.apply() }
            if round == 2 { try graph.reload() }
            #expect(try graph.clearedIn(promise.hash) == expected)
            #expect(try graph.places(promise.hash) == [7])
            #expect(try graph.places(transaction.hash) == [7])
            for (key, counter) in ledger.counters { #expect(try graph.counter(key) == counter) }
            #expect(try listing() == ledger.counters)
            #expect(graph.coverage.place == 8)
            #expect(graph.coverage.lines == 1)
            #expect(graph.coverage.lastPlace == 7)
            #expect(graph.coverage.lastDigest == transaction.hash)
            #expect(graph.coverage.clock == transaction.clock)
            #expect(graph.lag == (round == 0 ? 1 : 0))
        }
    }

    @Test func `a reload forgets what was not applied`() throws {
        try clear(iou(issuer, alice, "100", id: 1), at: 1)
        try graph.apply()
        let promise = iou(alice, bob, "30", id: 2)
        try clear(promise, at: 2)
        try graph.reload()
        #expect(graph.lag == 0)
        #expect(graph.coverage.place == 2)
        #expect(try graph.clearedIn(promise.hash) == nil)
        #expect(try graph.places(promise.hash) == [])
        #expect(try graph.counter(CounterKey(alice, issuer)).state.net == amount("100"))
        #expect(try graph.counter(CounterKey(bob, issuer)).head == nil)
    }

    @Test func `applying twice is applying once`() throws {
        try clear(iou(issuer, alice, "100"), at: 1)
        #expect(graph.coverage != graph.applied)
        try graph.apply()
        #expect(graph.coverage == graph.applied)
        try graph.apply()
        #expect(try !graph.isOutdated())
        #expect(try listing() == ledger.counters)
    }

    @Test func `pending counters are listed over stored ones, by address and by symbol`() throws {
        try clear(iou(issuer, alice, "100", id: 1), at: 1)
        try clear(iou(alice, carol, "5", alice, id: 2), at: 2)
        try graph.apply()
        try clear(iou(alice, bob, "30", id: 3), at: 3)
        try clear(iou(person(9), alice, "5", person(9), id: 4), at: 4)
        #expect(try listing() == ledger.counters)
        for address in [issuer, alice, bob, carol, person(9), person(10)] {
            #expect(
                try listing(address: address)
                    == ledger.counters.filter { $0.key.address == address })
            #expect(
                try listing(symbol: address) == ledger.counters.filter { $0.key.symbol == address })
            #expect(
                try listing(address: alice, symbol: address)
                    == ledger.counters.filter { $0.key == CounterKey(alice, address) })
        }
    }

    /// A document whose hash shares the first 63 bits with another's: the prefix is only a hint.
    @Test func `colliding prefixes are told apart by the documents`() throws {
        let promise = iou(issuer, alice, "100", id: 1)
        let transaction = try clear(promise, at: 1)
        var bytes = promise.hash.bytes
        bytes[31] ^= 1
        let twin = try #require(Digest256(bytes))
        #expect(twin.prefix63 == promise.hash.prefix63)
        #expect(try graph.clearedIn(twin) == nil)
        try graph.apply()
        #expect(try graph.clearedIn(twin) == nil)
        #expect(try graph.clearedIn(promise.hash)?.transaction == transaction.hash)
        #expect(try graph.places(twin) == [1])
        // Another document under the same prefix, at an earlier and at a later place.
        let other = iou(issuer, bob, "1", id: 2)
        for place: Int64 in [0, 9] {
            source.lines[place] = other.document
            graph.record(twin, at: place)
            graph.cover(to: 10, lines: 1, lastPlace: place, digest: twin)
            try graph.apply()
        }
        #expect(try graph.places(promise.hash) == [0, 1, 9])
        #expect(try graph.clearedIn(promise.hash)?.transaction == transaction.hash)
        #expect(try graph.clearedIn(twin) == nil)
    }

    @Test func `two instructions whose hashes collide clear in their own transactions`() throws {
        // The index is told a false hash for each line; what counts is what the lines say.
        let first = try clear(iou(issuer, alice, "1", id: 1), at: 1)
        let second = try clear(iou(issuer, alice, "1", id: 2), at: 2)
        graph.locate(first.hash, second.inputs, at: 1)
        graph.locate(second.hash, first.inputs, at: 2)
        graph.cover(to: 3, lines: 2, lastPlace: 2, digest: second.hash)
        try graph.apply()
        #expect(try graph.places(first.inputs[0]) == [1, 2])
        #expect(try graph.clearedIn(first.inputs[0])?.transaction == first.hash)
        #expect(try graph.clearedIn(second.inputs[0])?.transaction == second.hash)
    }

    @Test func `a line that cannot be read is an error and not a licence to clear again`() throws {
        let promise = iou(issuer, alice, "1", id: 1)
        try clear(promise, at: 1)
        try graph.apply()
        source.lines = [:]
        #expect(throws: Lines.Missing.self) { try graph.clearedIn(promise.hash) }
    }

    @Test func `places are found by the beginning of a hash, at most as many as asked for`() throws
    {
        for number: UInt8 in 0..<8 {
            graph.record(digest(0x40 + number, number), at: Int64(number))
            graph.cover(to: Int64(number) + 1, lines: 1, lastPlace: 0, digest: digest(0, 0))
            if number == 3 { try graph.apply() }
        }
        #expect(try graph.places(beginningWith: "4", limit: 100) == Array(0..<8))
        #expect(try graph.places(beginningWith: "42", limit: 100) == [2])
        #expect(try graph.places(beginningWith: "4646", limit: 100) == [6])
        #expect(try graph.places(beginningWith: digest(0x45, 5).hexadecimal, limit: 100) == [5])
        #expect(try graph.places(beginningWith: "5", limit: 100) == [])
        #expect(try graph.places(beginningWith: "3", limit: 100) == [])
        for limit in 0...9 {
            #expect(try graph.places(beginningWith: "4", limit: limit).count == min(limit, 8))
        }
    }

    @Test func `units are known by symbol and by code, the latest definition counts`() throws {
        func unit(_ symbol: Address, _ code: String, _ scale: Int) -> UnitDefinition {
            UnitDefinition(
                .init(
                    symbol: symbol, code: code, name: "", scale: scale, form: .currency, terms: ""))
        }
        graph.record(unit(issuer, "HOUR", 2), at: 1)
        graph.record(unit(alice, "HOUR", 0), at: 2)
        graph.cover(to: 3, lines: 2, lastPlace: 2, digest: digest(0, 0))
        #expect(try graph.scale(of: issuer) == 2)
        try graph.apply()
        graph.record(unit(issuer, "EUR", 3), at: 4)
        graph.cover(to: 5, lines: 1, lastPlace: 4, digest: digest(0, 1))
        for round in 0..<3 {
            if round == 1 { try graph.apply() }
            if round == 2 { try graph.reload() }
            #expect(try graph.scale(of: issuer) == 3)
            #expect(try graph.unit(issuer)?.place == 4)
            #expect(try graph.units().map(\.code) == ["EUR", "HOUR"])
            #expect(try graph.units(code: "HOUR").map(\.symbol) == [alice])
            #expect(try graph.units(code: "hour") == [])
        }
        graph.announce(scale: 9, of: bob)
        #expect(try graph.scale(of: bob) == 9)
    }

    @Test func `folding accepts a transaction that continues the counters and no other`() throws {
        let first = try #require(try ledger.clear(iou(issuer, alice, "100", id: 1)))
        let second = try #require(try ledger.clear(iou(alice, bob, "30", id: 2)))
        #expect(throws: GraphError.self) { try graph.fold(second, at: 1) }
        #expect(try listing().isEmpty)
        try graph.fold(first, at: 1)
        #expect(throws: GraphError.self) { try graph.fold(first, at: 2) }
        try graph.fold(second, at: 2)
        #expect(try listing() == ledger.counters)
        #expect(graph.lag == 2)
    }

    @Test func `random histories leave the index and the model the same`() throws {
        var random = Generator()
        let people = [issuer, alice, bob, carol, person(5), person(6)]
        for place in 1...400 as ClosedRange<Int64> {
            let symbol = people[random.below(2)]
            let source = random.chance(2) ? symbol : people[random.below(6)]
            let target = people[
                (people.firstIndex(of: source) ?? 0) + 1 - 6 * (source == people[5] ? 1 : 0)]
            let request = [iou(source, target, String(1 + random.below(9)), symbol, id: Int(place))]
            let outcome = try ledger.refusal(request)
            let inGraph: RefusalCode?
            do {
                let clock = Transaction.Clock(device: device, sequence: 1, tick: 0, time: now)
                _ = try Clearing(domain: domain).clear(
                    Request(request), signatures: nil, at: clock, in: graph)
                inGraph = nil
            } catch let refusal as Refusal {
                inGraph = refusal.code
            }
            #expect(inGraph == outcome?.code, random.comment)
            if outcome == nil { try clear(request[0], at: place) }
            if random.chance(40) { try graph.apply() }
        }
        #expect(try listing() == ledger.counters, random.comment)
        try graph.apply()
        try graph.reload()
        #expect(try listing() == ledger.counters, random.comment)
        for (instruction, cleared) in ledger.cleared {
            #expect(try graph.clearedIn(instruction) == cleared, random.comment)
        }
        #expect(source.reads > 0)
    }
}
