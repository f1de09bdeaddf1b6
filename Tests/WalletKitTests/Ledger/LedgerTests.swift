// The ledger as a whole: what it answers, what it keeps, and that its index is nothing but an index.
import Bytes
import Documents
import Files
import Graphstore
import Testing

@testable import WalletKit

@Suite struct LedgerTests {
    /// Lines of one history; with `histories` of them there are 10^4 cases.
    private static let lines = 500
    private static let histories = 20

    @Test func `a rebuilt index equals the one that grew with the log, and replays change nothing`()
        throws
    {
        var random = SplitMix()
        for _ in 0..<Self.histories {
            let fixture = try LedgerFixture(people: 6)
            var lines: [[UInt8]] = []
            for _ in 0..<Self.lines { lines.append(try fixture.line(&random)) }
            let (answers, counts) = try fixture.clear(lines)
            #expect(answers.count == lines.count, random.comment)
            #expect(counts.cleared > 0 && counts.refused > 0, random.comment)
            let grown = try fixture.contents()
            // Every line once more, in one go: what had cleared answers with the same transaction.
            let (again, repeated) = try fixture.clear(lines)
            #expect(repeated.cleared == 0 || repeated.cleared < counts.refused, random.comment)
            for (before, after) in zip(answers, again)
            where !before.starts(with: Array("{\"error\"".utf8)) {
                #expect(before == after, random.comment)
            }
            if repeated.cleared == 0 { #expect(try fixture.contents() == grown, random.comment) }
            let known = try fixture.contents()
            let report = try fixture.wallet.reindex()
            #expect(report.transactions == counts.cleared + repeated.cleared, random.comment)
            #expect(try fixture.contents() == known, random.comment)
            try Self.expectInvariants(fixture, random.comment)
        }
    }

    @Test func `a lost index is made anew by whoever comes first, reader or writer`() throws {
        var random = SplitMix()
        let fixture = try LedgerFixture(people: 4)
        var lines: [[UInt8]] = []
        for _ in 0..<200 { lines.append(try fixture.line(&random)) }
        _ = try fixture.clear(lines)
        let known = try fixture.contents()
        for _ in 0..<2 {
            for suffix in ["", "-wal", "-shm"] {
                try FileSystem.remove(fixture.wallet.directory + "/graph.db" + suffix)
            }
            #expect(try fixture.contents() == known, random.comment)
        }
        try FileSystem.replace(
            fixture.wallet.directory + "/graph.db", with: Array("no database at all".utf8))
        #expect(try fixture.contents() == known, random.comment)
    }

    @Test func `how lines are parted into batches changes no balance`() throws {
        var random = SplitMix()
        let whole = try LedgerFixture(people: 5)
        let parts = try LedgerFixture(people: 5)
        var lines: [[UInt8]] = []
        for _ in 0..<400 { lines.append(try whole.line(&random)) }
        _ = try whole.clear(lines)
        for line in lines { _ = try parts.clear([line]) }
        func balances(_ fixture: LedgerFixture) throws -> [String] {
            var lines: [String] = []
            try fixture.wallet.ledger(.readOnly).graph.forEachCounter { key, counter in
                lines.append("\(key.address) \(key.symbol) \(counter.state)")
            }
            return lines
        }
        #expect(try balances(whole) == balances(parts), random.comment)
    }

    @Test func `an atomic batch clears whole or leaves no trace`() throws {
        var random = SplitMix()
        let fixture = try LedgerFixture(people: 4)
        var cleared = 0
        for _ in 0..<100 {
            let before = try fixture.contents()
            var lines: [[UInt8]] = []
            for _ in 0...random.below(4) { lines.append(try fixture.line(&random)) }
            let (answers, counts) = try fixture.clear(
                lines, ClearingOptions(onRefusal: .clearNothing))
            #expect(answers.count == lines.count, random.comment)
            if counts.refused > 0 {
                #expect(counts.cleared == 0, random.comment)
                #expect(try fixture.contents() == before, random.comment)
            } else {
                cleared += counts.cleared
            }
        }
        #expect(cleared > 0, random.comment)
        #expect(try fixture.wallet.reindex().transactions == cleared, random.comment)
    }

    @Test func `a dry run answers as the run would and changes nothing`() throws {
        var random = SplitMix()
        let fixture = try LedgerFixture(people: 4)
        var lines: [[UInt8]] = []
        for _ in 0..<300 { lines.append(try fixture.line(&random)) }
        let before = try fixture.contents()
        let (_, dry) = try fixture.clear(lines, ClearingOptions(isDryRun: true))
        #expect(try fixture.contents() == before, random.comment)
        let (_, real) = try fixture.clear(lines)
        #expect(dry == real, random.comment)
    }

    @Test func `a log that lacks what the index has seen is not taken for the whole`() throws {
        var random = SplitMix()
        let fixture = try LedgerFixture(people: 4)
        var lines: [[UInt8]] = []
        for _ in 0..<50 { lines.append(try fixture.line(&random)) }
        _ = try fixture.clear(lines)
        let journal = try File(
            fixture.wallet.directory + "/documents/journal.ndjson", .readWrite)
        try journal.truncate(to: try journal.status().size - 5)
        #expect(throws: WalletError.self) { try fixture.wallet.ledger(.readOnly) }
        #expect(throws: WalletError.self) { try fixture.clear(lines) }
        _ = try fixture.wallet.reindex()
        _ = try fixture.wallet.ledger(.readOnly)
    }

    /// Σ net = 0 for every symbol, and no counter is outside its limits.
    private static func expectInvariants(_ fixture: LedgerFixture, _ comment: Comment) throws {
        var sums: [Address: Int128] = [:]
        try fixture.wallet.ledger(.readOnly).graph.forEachCounter { key, counter in
            sums[key.symbol, default: 0] += counter.state.net.quanta
            #expect(counter.state.isAboveMinimum && counter.state.isBelowMaximum, comment)
        }
        #expect(sums.values.allSatisfy { $0 == 0 }, comment)
    }
}
