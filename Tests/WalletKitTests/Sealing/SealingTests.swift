// Sealing in random histories, judged by the auditor, which shares no code with it.
import Audit
import Blockstack
import Bytes
import Documents
import Files
import Graphstore
import Hashtable
import Testing

@testable import WalletKit

@Suite struct SealingTests {
    /// Clears random lines, sealing and stacking now and then.
    private func history(
        _ fixture: LedgerFixture, rounds: Int, _ random: inout SplitMix
    ) throws {
        for _ in 0..<rounds {
            var lines: [[UInt8]] = []
            for _ in 0...random.below(25) { lines.append(try fixture.line(&random)) }
            _ = try fixture.clear(lines)
            if random.below(3) > 0 { _ = try fixture.wallet.seal(.init()) }
            if random.below(4) == 0 { _ = try fixture.wallet.stack(bits: nil) }
        }
    }

    /// What the auditor says of the log as it stands on disk.
    private func audit(_ fixture: LedgerFixture) throws -> AuditReport {
        let store = try DocumentStore(
            directory: fixture.wallet.directory + "/documents", forWriting: false)
        var auditor = LogAuditor()
        var open = 0
        try store.scan(from: .start) { line, place in
            if place.segment != open {
                try auditor.endOfSegment(name: store.segments[open].text)
                open = place.segment
            }
            try auditor.add(
                Array(line), from: AuditPlace(file: String(place.segment), offset: place.offset))
            return true
        }
        return try auditor.finish()
    }

    @Test func `the auditor accepts every sealed history, and finds the same counters and roots`()
        throws
    {
        var random = SplitMix()
        for _ in 0..<12 {
            let fixture = try LedgerFixture(people: 5)
            try history(fixture, rounds: 12, &random)
            _ = try fixture.wallet.seal(.init())
            let report = try audit(fixture)
            let ledger = try fixture.wallet.ledger(.readOnly)
            #expect(report.counts.blocks == ledger.blockCount, random.comment)
            #expect(report.size == ledger.graph.coverage.lines, random.comment)
            var counters: [String] = []
            try ledger.graph.forEachCounter { key, counter in
                let state = counter.state
                counters.append(
                    "\(key.address) \(key.symbol) \(state.net) \(state.min.text) \(state.max.text)")
            }
            let audited = report.counters.map {
                "\($0.address) \($0.symbol) \($0.net) \($0.min.text) \($0.max.text)"
            }
            #expect(audited == counters, random.comment)
        }
    }

    @Test func `an index rebuilt over blocks equals the one that grew with them`() throws {
        var random = SplitMix()
        for _ in 0..<5 {
            let fixture = try LedgerFixture(people: 5)
            try history(fixture, rounds: 15, &random)
            let grown = try fixture.contents()
            _ = try fixture.wallet.reindex()
            #expect(try fixture.contents() == grown, random.comment)
        }
    }

    @Test func `every document of a block is proved, and every number is its own`() throws {
        var random = SplitMix()
        let fixture = try LedgerFixture(people: 5)
        try history(fixture, rounds: 15, &random)
        _ = try fixture.wallet.seal(.init())
        let proving = try fixture.wallet.proving()
        var number = 0
        try proving.ledger.store.scan(from: .start) { _, place in
            defer { number += 1 }
            let stored = try proving.ledger.document(at: place.packed)
            // A stack that came last waits for the next block.
            if place.segment == proving.ledger.blockCount { return true }
            // The last block is no leaf of any block yet.
            if case .block(let block, _) = stored,
                block.statement.height == proving.ledger.blockCount - 1
            {
                return true
            }
            let proof = try proving.document(.stored(stored))
            let verified = try ProofVerification(line: proof.document)
            guard case .document(let evidence) = verified.proof.claim else {
                Issue.record("no proof of a document")
                return false
            }
            #expect(evidence.place.index == number, random.comment)
            #expect(evidence.id == stored.hash, random.comment)
            return true
        }
        #expect(number > 40, random.comment)
    }

    @Test func `a balance is proved as it stood at the last block, whatever has cleared since`()
        throws
    {
        var random = SplitMix()
        let fixture = try LedgerFixture(people: 5)
        try history(fixture, rounds: 8, &random)
        _ = try fixture.wallet.seal(.init())
        var sealed: [CounterKey: CounterState] = [:]
        try fixture.wallet.ledger(.readOnly).graph.forEachCounter { sealed[$0] = $1.state }
        var lines: [[UInt8]] = []
        for _ in 0..<80 { lines.append(try fixture.line(&random)) }
        _ = try fixture.clear(lines)
        let proving = try fixture.wallet.proving()
        var keys = Set(sealed.keys)
        try proving.ledger.graph.forEachCounter { key, _ in keys.insert(key) }
        let stranger = Address(of: Array("nobody".utf8))
        for key in Array(keys) {
            keys.insert(CounterKey(stranger, key.symbol))
            keys.insert(CounterKey(key.address, stranger))
        }
        for key in keys {
            let proof = try ProofVerification(line: try proving.balance(key).document)
            guard case .balance(let evidence) = proof.proof.claim else {
                Issue.record("no proof of a balance")
                continue
            }
            #expect(evidence.isThere == (sealed[key] != nil), random.comment)
            for case .counter(let address, let symbol, let state) in evidence.leaves.map(\.leaf)
            where CounterKey(address, symbol) == key {
                #expect(state == sealed[key], random.comment)
            }
        }
    }

    @Test func `absence is proved of what is absent, and refused of what is there`() throws {
        var random = SplitMix()
        let fixture = try LedgerFixture(people: 4)
        try history(fixture, rounds: 8, &random)
        _ = try fixture.wallet.seal(.init())
        let proving = try fixture.wallet.proving()
        for _ in 0..<30 {
            let id = Digest256((0..<32).map { _ in UInt8(random.below(256)) }) ?? .zero
            _ = try ProofVerification(line: try proving.absence(id, from: 0).document)
        }
        let all = try (0..<proving.ledger.blockCount).flatMap { height in
            try SegmentContents(
                of: height, before: proving.ledger.store.size(ofSealed: height),
                in: proving.ledger
            ).hashes
        }
        for id in all {
            #expect(throws: WalletError.self, random.comment) {
                try proving.absence(id, from: 0)
            }
        }
    }

    @Test func `every block's checkpoint is a beginning of every later one`() throws {
        var random = SplitMix()
        let fixture = try LedgerFixture(people: 4)
        try history(fixture, rounds: 12, &random)
        let proving = try fixture.wallet.proving()
        for later in 0..<proving.ledger.blockCount {
            for earlier in 0...later {
                let proof = try proving.consistency(
                    from: try proving.checkpoint(earlier), to: later)
                _ = try ProofVerification(line: proof.document)
            }
        }
    }

    @Test func `what follows from the log is made anew where it is lost or wrong`() throws {
        var random = SplitMix()
        let fixture = try LedgerFixture(people: 4)
        try history(fixture, rounds: 10, &random)
        _ = try fixture.wallet.seal(.init())
        let stacks = fixture.wallet.directory + "/stacks"
        let id = try #require(
            try fixture.wallet.ledger(.readOnly).lastBlock()?.statement.previous.hexadecimal)
        let proof = try fixture.wallet.prove(.document(id)).document
        try FileSystem.removeTree(stacks)
        #expect(try fixture.wallet.prove(.document(id)).document == proof, random.comment)
        // Every tile wrong in its first byte: the root, or the proof itself, tells.
        for name in try FileSystem.list(stacks + "/tile/0") {
            let path = stacks + "/tile/0/" + name
            let files =
                name.hasSuffix(".p")
                ? try FileSystem.list(path).map { path + "/" + $0 } : [path]
            for file in files {
                var bytes = try FileSystem.read(file, limit: 100_000)
                bytes[0] ^= 1
                try FileSystem.replace(file, with: bytes)
            }
        }
        #expect(try fixture.wallet.prove(.document(id)).document == proof, random.comment)
        _ = try audit(fixture)
    }

    @Test func `there is nothing to seal twice, nor a stack alone`() throws {
        var random = SplitMix()
        let fixture = try LedgerFixture(people: 3)
        #expect(try fixture.wallet.seal(.init()) != nil)
        #expect(try fixture.wallet.seal(.init()) == nil)
        #expect(try fixture.wallet.stack(bits: nil) != nil)
        #expect(try fixture.wallet.stack(bits: nil) == nil)
        #expect(try fixture.wallet.seal(.init()) == nil)
        _ = try fixture.clear([try fixture.line(&random), try fixture.line(&random)])
        var options = SealOptions()
        options.minimumDocuments = 50
        #expect(try fixture.wallet.seal(options) == nil)
        options = SealOptions()
        options.minimumAge = 600_000
        #expect(try fixture.wallet.seal(options) == nil)
    }
}
