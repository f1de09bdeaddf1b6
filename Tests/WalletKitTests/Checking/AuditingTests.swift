// Two implementations agree on every history, and on the wallet's index.
import Audit
import Bytes
import Documents
import Files
import Testing

@testable import WalletKit

@Suite struct AuditingTests {
    @Test func `check, audit and index agree on random histories with blocks and stacks`() throws {
        var random = SplitMix()
        for _ in 0..<8 {
            let fixture = try LedgerFixture(people: 5)
            for _ in 0..<10 {
                var lines: [[UInt8]] = []
                for _ in 0...random.below(25) { lines.append(try fixture.line(&random)) }
                _ = try fixture.clear(lines)
                if random.below(2) == 0 { _ = try fixture.wallet.seal(.init()) }
                if random.below(4) == 0 { _ = try fixture.wallet.stack(bits: nil) }
            }
            var options = CheckOptions()
            options.isFull = true
            let checked = try WalletCheck(
                directory: fixture.wallet.directory, sources: Configuration.Sources(),
                surroundings: fixture.wallet.surroundings, opener: fixture.wallet.opener,
                options: options
            ).run()
            #expect(checked.findings.isEmpty, "\(checked.findings) \(random.comment)")
            let audited = try fixture.wallet.audit()
            #expect(audited.difference == nil, random.comment)
            let counts = audited.report.counts
            #expect(
                counts.documents == checked.counts.documents
                    && counts.transactions == checked.counts.transactions
                    && counts.signatures == checked.counts.signatures
                    && counts.blocks == checked.counts.blocks
                    && counts.stacks == checked.counts.stacks, random.comment)
            let rebuilt = try fixture.wallet.reindex()
            #expect(
                rebuilt.documents == counts.documents && rebuilt.signatures == counts.signatures,
                random.comment)
        }
    }

    @Test func `an index that is not the log's is told`() throws {
        var random = SplitMix()
        let wallet = try CheckFixture(transactions: [2, 2, 2], &random)
        let report = try wallet.wallet.audit().report
        let other = try CheckFixture(transactions: [2, 1, 1], &random)
        let graph = try other.wallet.ledger(.readOnly).graph
        #expect(try Auditing.difference(report, graph) != nil, random.comment)
        let own = try wallet.wallet.ledger(.readOnly).graph
        #expect(try Auditing.difference(report, own) == nil, random.comment)
    }

    @Test func `files by their names need no wallet; one that is cut off is told`() throws {
        var random = SplitMix()
        let wallet = try CheckFixture(transactions: [1, 1, 1], &random)
        let paths = wallet.segments.map { wallet.directory + "/" + $0 }
        let surroundings = wallet.wallet.surroundings
        let whole = try AuditReport(auditing: paths, surroundings)
        #expect(try whole == wallet.wallet.audit().report)
        #expect(try AuditReport(auditing: [paths[0]], surroundings).counts.blocks == 1)
        #expect(throws: AuditFinding.self) {
            try AuditReport(auditing: [paths[1]], surroundings)
        }
        #expect(throws: FileError.self) {
            try AuditReport(auditing: ["/nonexistent"], surroundings)
        }
        let name = "documents/elsewhere"
        try wallet.write(name, wallet.good[wallet.segments[0]]?.dropLast() ?? [])
        #expect(throws: Refusal.self) {
            try AuditReport(auditing: [wallet.directory + "/" + name], surroundings)
        }
        // The open journal may end in a torn line.
        let journal = wallet.good["documents/journal.ndjson"] ?? []
        try wallet.write("documents/journal.ndjson", journal + [0x7b])
        #expect(try AuditReport(auditing: paths, surroundings) == whole)
    }
}
