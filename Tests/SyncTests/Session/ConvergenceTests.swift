// Whatever differs and whatever happens on the way: both sides end with all documents of both.

import Bytes
import Documents
import Sync
import Testing

@Suite("Two replicas become one")
struct ConvergenceTests {
    /// The union of what both hold, blocks of a losing chain left out.
    private func union(_ left: MemoryReplica, _ right: MemoryReplica) -> Lines {
        Lines(lines: left.holdings.documents.lines.union(right.holdings.documents.lines))
    }

    @Test("Any two replicas converge to the union of both")
    func random() throws {
        var random = Generator()
        for round in 0..<100 {
            let (left, right) = differingReplicas(&random)
            let all = union(left, right)
            let summary = try sync(left, with: right)
            #expect(summary.isConverged, "\(random.comment), round \(round)")
            #expect(left.holdings == right.holdings, "\(random.comment), round \(round)")
            #expect(left.holdings.documents == all, "\(random.comment), round \(round)")
            #expect(summary.refusedCount == 0 && summary.missing == 0, random.comment)
            let again = try sync(right, with: left)
            #expect(again.isConverged && again.progress.turns == 1, random.comment)
            #expect(again.incoming.total == 0 && again.outgoing.total == 0, random.comment)
        }
    }

    @Test("A session that is cut at any frame, and run again, ends alike")
    func interrupted() throws {
        var random = Generator(1)
        for round in 0..<6 {
            let seed = random.next()
            func replicas() -> (MemoryReplica, MemoryReplica) {
                var random = Generator(exactly: seed)
                return differingReplicas(&random)
            }
            let (first, second) = replicas()
            let all = union(first, second)
            try sync(first, with: second)
            for cut in 0..<40 {
                let (left, right) = replicas()
                var connection = Connection(right)
                if cut.isMultiple(of: 2) {
                    connection.questionsLeft = cut / 2
                } else {
                    connection.answersLeft = cut / 2
                }
                do {
                    _ = try connection.sync(left)
                    break
                } catch is Interrupted {
                    #expect(union(left, right) == all, "nothing is lost; \(random.comment)")
                }
                let summary = try sync(left, with: right)
                #expect(summary.isConverged, "\(random.comment), round \(round), cut \(cut)")
                #expect(left.holdings == first.holdings, "\(random.comment), \(round), \(cut)")
                #expect(right.holdings == first.holdings, "\(random.comment), \(round), \(cut)")
            }
        }
    }

    @Test("Frames that arrive twice or in another order do no harm")
    func repeatedAndReordered() throws {
        var random = Generator(2)
        for round in 0..<60 {
            let (left, right) = differingReplicas(&random)
            let all = union(left, right)
            var connection = Connection(right)
            let local = random.next()
            connection.onTurn = { frames in
                var order = Generator(exactly: local)
                return (Array(frames.indices) + frames.indices.filter { _ in order.chance(50) })
                    .shuffled(using: &order)
            }
            let summary = try connection.sync(left)
            #expect(summary.isConverged, "\(random.comment), round \(round)")
            #expect(left.holdings == right.holdings, "\(random.comment), round \(round)")
            #expect(left.holdings.documents == all, "\(random.comment), round \(round)")
        }
    }

    @Test("Many replicas that meet by chance all end alike")
    func mesh() throws {
        var random = Generator(3)
        for _ in 0..<3 {
            let replicas = (1...6).map { MemoryReplica($0) }
            for number in 0..<120 {
                let replica = replicas[random.below(6)]
                switch random.below(10) {
                case 0: replica.addNote(number)
                case 1..<5: replica.addRecord(number)
                case 5..<8: replica.addEntry(number, number)
                case 8: replica.seal(term: random.below(4), salt: number)
                default: try sync(replica, with: replicas[random.below(6)])
                }
            }
            for _ in 0..<3 {
                for (left, right) in zip(replicas, replicas.dropFirst()) {
                    try sync(left, with: right)
                    try sync(right, with: replicas[0])
                }
            }
            for replica in replicas {
                #expect(replica.holdings == replicas[0].holdings, random.comment)
            }
        }
    }

    @Test("Pull takes and gives nothing, push gives and takes nothing")
    func directions() throws {
        var random = Generator(4)
        for round in 0..<60 {
            let direction = [SyncOptions.Direction.pull, .push][round % 2]
            let (left, right) = differingReplicas(&random)
            let (reader, writer) = direction == .pull ? (right, left) : (left, right)
            let before = reader.holdings
            let all = union(left, right)
            let summary = try sync(left, with: right, SyncOptions(direction: direction))
            #expect(reader.holdings == before, "\(random.comment), round \(round)")
            // What is sealed in a chain that loses comes once its owner has taken the other.
            if left.blocks == right.blocks {
                #expect(writer.holdings.documents == all, "\(random.comment), round \(round)")
            }
            let back = direction == .pull ? summary.outgoing : summary.incoming
            #expect(back == SyncCounts(), random.comment)
        }
    }

    @Test("A dry run tells what would go, and moves nothing")
    func dryRun() throws {
        var random = Generator(5)
        for _ in 0..<60 {
            let (left, right) = differingReplicas(&random)
            let before = (left.holdings, right.holdings)
            let summary = try sync(left, with: right, SyncOptions(isDryRun: true))
            #expect(left.holdings == before.0 && right.holdings == before.1, random.comment)
            #expect(left.packs == 0 && right.packs == 0, random.comment)
            #expect(
                summary.incoming.entries
                    == before.1.entries.subtracting(before.0.entries).count, random.comment)
            #expect(
                summary.outgoing.entries
                    == before.0.entries.subtracting(before.1.entries).count, random.comment)
            #expect(
                summary.incoming.notes == before.1.notes.subtracting(before.0.notes).count,
                random.comment)
            #expect(summary.isConverged == (before.0 == before.1), random.comment)
        }
    }

    @Test("What a side refuses is told, and everything else arrives")
    func refusals() throws {
        let (left, right) = (MemoryReplica(1), MemoryReplica(2))
        for number in 0..<50 {
            left.addEntry(number, number)
            right.addEntry(number, 1000 + number)
            left.addRecord(number)
        }
        right.refuses = [Sample.entry(7, 7), Sample.record(left.device, 3, 2)]
        left.refuses = [Sample.entry(9, 1009)]
        let summary = try sync(left, with: right)
        #expect(!summary.isConverged)
        #expect(Set(summary.refusedByPeer.map(\.hash)) == Set(right.refuses.map(Sample.hash)))
        #expect(summary.refused.map(\.hash).contains(Sample.hash(Sample.entry(9, 1009))))
        #expect(summary.refusedByPeer[0].message == "no good", "what is shown has no tabs")
        #expect(right.holdings.entries.count == 99)
        #expect(left.holdings.entries.count == 99)
        #expect(right.holdings.records.count == 49)
    }

    @Test("Reports that a fold makes travel too")
    func reports() throws {
        let (left, right) = (MemoryReplica(1), MemoryReplica(2))
        left.addEntry(1, 1)
        (left.reportsToMake, right.reportsToMake, right.salt) = (2, 3, 0)
        let summary = try sync(left, with: right)
        #expect(summary.isConverged && summary.reports == 2 && summary.reportsOfPeer == 3)
        #expect(left.holdings == right.holdings)
    }

    @Test("Segments larger than a pack come in pieces, and go on after an interruption")
    func largeSegments() throws {
        let (left, right) = (MemoryReplica(1), MemoryReplica(2))
        for block in 0..<3 {
            for number in 0..<1500 { right.addNote(block * 10_000 + number) }
            right.seal(term: 0, salt: block)
        }
        var connection = Connection(right)
        connection.answersLeft = 3
        #expect(throws: Interrupted.self) { _ = try connection.sync(left) }
        let summary = try sync(left, with: right)
        #expect(summary.isConverged && left.holdings == right.holdings)
        #expect(summary.incoming.blocks < 4503 - 1500, "what had come did not come again")
        let third = MemoryReplica(3)
        var pushing = Connection(third)
        pushing.answersLeft = 4
        #expect(throws: Interrupted.self) { _ = try pushing.sync(left) }
        #expect(try sync(left, with: third).isConverged)
        #expect(third.holdings == left.holdings)
        #expect(pushing.largest < 1_048_576, "a turn fits into the body of a request")
    }

    @Test("The block at which two long chains part is found")
    func longChains() throws {
        for (common, left, right) in [
            (0, 3, 900), (700, 1, 1), (700, 300, 200), (5, 0, 400), (333, 800, 3),
        ] {
            let (mine, theirs) = (MemoryReplica(1), MemoryReplica(2))
            for height in 0..<common {
                for one in [mine, theirs] { one.seal(term: 0, salt: height) }
            }
            for height in 0..<left { mine.seal(term: 1, salt: 10_000 + height) }
            for height in 0..<right { theirs.seal(term: 1, salt: 20_000 + height) }
            let summary = try sync(mine, with: theirs)
            #expect(summary.isConverged, "\(common), \(left), \(right)")
            #expect(mine.holdings == theirs.holdings, "\(common), \(left), \(right)")
            #expect(mine.blocks.count == common + max(left, right))
            #expect(
                summary.incoming.blocks + summary.outgoing.blocks == max(left, right),
                "only blocks behind the common one travel")
            #expect(summary.progress.turns <= 10)
        }
    }
}
