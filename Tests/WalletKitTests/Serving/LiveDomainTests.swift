// A domain that many ask at once: nobody waits for ever, nothing clears twice, all books balance.
import Bytes
import Dispatch
import Documents
import Glibc
import Graphstore
import Service
import Synchronization
import Testing

@testable import WalletKit

@Suite struct LiveDomainTests {
    /// Clears lines from several threads at once, and returns the answers in the lines' order.
    private func clear(_ lines: [[UInt8]], _ domain: LiveDomain) -> [ClearedLine] {
        let answers = Mutex<[ClearedLine?]>(Array(repeating: nil, count: lines.count))
        let group = DispatchGroup()
        for _ in lines { group.enter() }
        DispatchQueue.concurrentPerform(iterations: lines.count) { index in
            domain.clear(lines[index]) { answer in
                answers.withLock { $0[index] = answer }
                group.leave()
            }
        }
        group.wait()
        return answers.withLock { $0.compactMap { $0 } }
    }

    private func serve(_ fixture: LedgerFixture, isReadOnly: Bool = false) throws -> LiveDomain {
        try LiveDomain(wallet: fixture.again(), isReadOnly: isReadOnly, version: "test") { _ in }
    }

    @Test func `what many send at once clears once, and all see it`() throws {
        var random = SplitMix()
        let fixture = try LedgerFixture(people: 6)
        let domain = try serve(fixture)
        let lines = try (0..<200).map { _ in try fixture.line(&random) }
        let first = clear(lines + lines, domain)
        #expect(first.count == 400, random.comment)
        var cleared: Set<Digest256> = []
        for answer in first {
            switch answer {
            case .cleared(_, let hash): #expect(cleared.insert(hash).inserted, random.comment)
            case .replayed(_, let hash): _ = hash
            case .refused: break
            case .declined(let code, _, _): Issue.record("declined: \(code)")
            case .undecided(let failure): Issue.record("undecided: \(failure.code)")
            }
        }
        #expect(!cleared.isEmpty, random.comment)
        for answer in first {
            if case .replayed(_, let hash) = answer { #expect(cleared.contains(hash)) }
        }
        for hash in cleared {
            let found = try #require(try domain.document(hash))
            #expect(found.kind == .transaction && found.transaction == nil)
        }
        // Line 0 is the device's certificate.
        #expect(domain.position == cleared.count + 1, random.comment)
        domain.stop()
        if case .undecided(let failure) = clear([lines[0]], domain)[0] {
            #expect(failure.code == "stopping")
        } else {
            Issue.record("a stopped domain decides nothing")
        }
    }

    @Test func `events come without gap or repetition, from any line on`() throws {
        var random = SplitMix()
        let fixture = try LedgerFixture(people: 5)
        let domain = try serve(fixture)
        let woken = Mutex(0)
        domain.observe { woken.withLock { $0 += 1 } }
        _ = clear(try (0..<700).map { _ in try fixture.line(&random) }, domain)
        #expect(woken.withLock { $0 } > 0)
        let all = try domain.events(from: 0, limit: 10_000)
        #expect(all.map(\.position) == Array(0..<domain.position), random.comment)
        for _ in 0..<50 {
            let from = random.below(domain.position + 2)
            let limit = random.below(40)
            let part = try domain.events(from: from, limit: limit)
            #expect(
                part.map(\.hash) == all.dropFirst(from).prefix(limit).map(\.hash), random.comment)
        }
        domain.stop()
    }

    @Test func `a reader of the same wallet follows what another process clears`() throws {
        var random = SplitMix()
        let fixture = try LedgerFixture(people: 4)
        let writer = try serve(fixture)
        let reader = try serve(fixture, isReadOnly: true)
        for _ in 0..<5 {
            let answers = clear(try (0..<20).map { _ in try fixture.line(&random) }, writer)
            for case .cleared(_, let hash) in answers {
                #expect(try reader.document(hash) != nil, random.comment)
            }
            #expect(reader.position == writer.position, random.comment)
        }
        if case .undecided(let failure) = clear([[0x7b]], reader)[0] {
            #expect(failure.code == "read-only")
        } else {
            Issue.record("a reader clears nothing")
        }
        writer.stop()
    }

    @Test func `history leads from the counter back to its first output`() throws {
        var random = SplitMix()
        let fixture = try LedgerFixture(people: 3)
        let domain = try serve(fixture)
        _ = clear(try (0..<150).map { _ in try fixture.line(&random) }, domain)
        for address in fixture.addresses {
            for counter in try domain.counters(
                of: address, symbol: nil, page: Page(skip: 0, limit: 100))
            {
                let history = try domain.outputs(
                    of: counter.key, isUnspent: false, page: Page(skip: 0, limit: 1_000))
                #expect(history.first?.output.state == counter.state, random.comment)
                #expect(history.first?.pointer == counter.pointer)
                #expect(history.last?.output.source == nil)
                for (later, earlier) in zip(history, history.dropFirst()) {
                    #expect(later.output.source == earlier.pointer)
                }
                let unspent = try domain.outputs(
                    of: counter.key, isUnspent: true, page: Page(skip: 0, limit: 10))
                #expect(unspent.map(\.pointer) == [history.first?.pointer])
                let second = try domain.outputs(
                    of: counter.key, isUnspent: false, page: Page(skip: 1, limit: 1))
                #expect(second.map(\.pointer) == history.dropFirst().prefix(1).map(\.pointer))
            }
        }
        domain.stop()
    }

    @Test func `sealed by another process, documents have proofs, and clearing goes on`() throws {
        var random = SplitMix()
        let fixture = try LedgerFixture(people: 3)
        let domain = try serve(fixture)
        #expect(try domain.checkpoint() == nil)
        let answers = clear(try (0..<40).map { _ in try fixture.line(&random) }, domain)
        var hashes: [Digest256] = []
        for case .cleared(_, let hash) in answers { hashes.append(hash) }
        let hash = try #require(hashes.first)
        guard case .notSealed = try domain.proof(of: hash) else {
            Issue.record("nothing is sealed yet")
            return
        }
        _ = try fixture.again().seal(SealOptions())
        guard case .proof(let proof, let isFinal) = try domain.proof(of: hash) else {
            Issue.record("what is sealed has a proof")
            return
        }
        #expect(!isFinal && !proof.isEmpty)
        #expect(try domain.block(height: 0) != nil && domain.block(height: 1) == nil)
        #expect(try domain.checkpoint() != nil)
        #expect(try domain.tile("tile/0/000.p/\(hashes.count + 1)") != nil)
        guard case .unknown = try domain.proof(of: Digest256.zero) else {
            Issue.record("what is not there has no proof")
            return
        }
        let more = clear(try (0..<40).map { _ in try fixture.line(&random) }, domain)
        #expect(more.contains { if case .cleared = $0 { true } else { false } }, random.comment)
        domain.stop()
    }
}
