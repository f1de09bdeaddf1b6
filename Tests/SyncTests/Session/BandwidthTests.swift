// How many bytes a session costs besides the documents.

import Bytes
import Documents
import Testing

@testable import Sync

@Suite("Bytes and rounds")
struct BandwidthTests {
    @Test("Replicas that are equal: one round, less than 500 bytes each way")
    func equal() throws {
        let (left, right) = (MemoryReplica(1), MemoryReplica(2))
        for replica in [left, right] {
            for number in 0..<500 { replica.addEntry(number, number) }
            for device in 1...3 { replica.addRecord(1, of: MemoryReplica(device).device) }
            replica.seal(term: 3, salt: 1)
            replica.addRecord(2, of: left.device)
            _ = try replica.conclude()
        }
        var connection = Connection(right)
        let summary = try connection.sync(left)
        #expect(summary.isConverged && connection.turns == 1)
        #expect(connection.upBytes <= 500, "\(connection.upBytes) bytes up")
        #expect(connection.downBytes <= 500, "\(connection.downBytes) bytes down")
    }

    @Test("A few new records cost their own bytes and four turns")
    func recent() throws {
        let (left, right) = (MemoryReplica(1), MemoryReplica(2))
        for number in 0..<20 { left.addRecord(number) }
        try sync(left, with: right)
        for number in 20..<30 { left.addRecord(number) }
        for number in 30..<40 { right.addRecord(number) }
        var connection = Connection(right)
        let summary = try connection.sync(left)
        let documents = 20 * Sample.record(left.device, 20, 20).count
        #expect(summary.isConverged && connection.turns == 3)
        #expect(connection.upBytes + connection.downBytes - documents < 3_000)
        #expect(summary.incoming.records == 10 && summary.outgoing.records == 10)
    }

    /// One row of the table of the measured costs: rounds and bytes of Negentropy alone, both ways.
    private func cost(
        _ count: Int, _ differences: Int, isRecent: Bool, seed: UInt64
    ) throws -> (rounds: Int, bytes: Int) {
        var random = Generator(exactly: seed)
        var left: [SyncItem] = []
        var right: [SyncItem] = []
        let share = isRecent ? count - differences : count
        // Recent: the last documents, of one side or the other. Spread: a chance for each.
        for index in 0..<count {
            let item = SyncItem(
                timestamp: 1_700_000_000_000 + UInt64(index) * 1_000, id: random.digest())
            let differs =
                isRecent ? index >= share : random.below(count) < differences
            if !differs || random.chance(50) {
                left.append(item)
                if !differs { right.append(item) }
            } else {
                right.append(item)
            }
        }
        let asking = Reconciliation(ReconciledVector(left))
        let asked = Reconciliation(ReconciledVector(right))
        var difference = SetDifference()
        var message: [UInt8]? = try asking.start()
        var (rounds, bytes) = (0, 0)
        while let question = message {
            let answer = try asked.answer(question[...])
            message = try asking.proceed(answer[...], &difference)
            rounds += 1
            bytes += question.count + answer.count
        }
        let found = Set(difference.have).union(difference.need)
        let expected = Set(left.map(\.id)).symmetricDifference(right.map(\.id))
        #expect(found == expected && difference.have.count + difference.need.count == found.count)
        return (rounds, bytes)
    }

    @Test("Set reconciliation costs what the simulation of the protocol says")
    func reconciliation() throws {
        for (count, differences, isRecent, rounds, bytes) in [
            (10_000, 1, true, 2, 1_084), (10_000, 100, true, 2, 6_422),
            (10_000, 100, false, 2, 41_741), (100_000, 10, true, 2, 1_771),
            (100_000, 10, false, 3, 13_412), (100_000, 1_000, true, 3, 51_687),
        ] {
            let cost = try cost(count, differences, isRecent: isRecent, seed: 7)
            let row = "\(count), \(differences), \(isRecent): \(cost)"
            #expect(cost.rounds <= rounds + 1, "\(row)")
            #expect(cost.bytes < bytes * 5 / 4 + 1_000, "\(row), not \(bytes)")
        }
    }

    @Test("Equal sets: one message, and one byte back")
    func equalSets() throws {
        var random = Generator(exactly: 3)
        let items = (0..<20_000).map {
            SyncItem(timestamp: 1_700_000_000_000 + UInt64($0), id: random.digest())
        }
        let set = Reconciliation(ReconciledVector(items))
        let question = try set.start()
        let answer = try set.answer(question[...])
        #expect((300...345).contains(question.count) && answer.count == 1)
        var difference = SetDifference()
        #expect(try set.proceed(answer[...], &difference) == nil)
    }

    @Test("A thousand entries of each side cost less than 150 bytes each")
    func entries() throws {
        let (left, right) = (MemoryReplica(1), MemoryReplica(2))
        for number in 0..<2_000 {
            left.addEntry(number, number)
            right.addEntry(number, number)
        }
        for number in 0..<500 {
            left.addEntry(10_000 + number, 10_000 + number)
            right.addEntry(10_000 + number, 20_000 + number)
        }
        var connection = Connection(right)
        let summary = try connection.sync(left)
        #expect(summary.isConverged && summary.incoming.entries == 500)
        let documents = 500 * (Sample.entry(10_000, 10_000).count * 2 + 2)
        let besides = connection.upBytes + connection.downBytes - documents
        #expect(besides < 150_000, "\(besides) bytes besides the documents")
        #expect(connection.turns <= 8, "\(connection.turns)")
    }
}
