import Bytes
import Documents
import Merge
import Testing

@Suite struct RecordChainsTests {
    private let chain = (1...5).map {
        record(clock(laptop, $0, $0), iou(issuer, alice, "1", id: $0))
    }

    private func chains(
        _ records: [ClearingRecord], settled: [Address: Int] = [:], now: Timestamp = at(1000)
    ) -> RecordChains {
        RecordChains(records, settled: settled, now: now)
    }

    @Test func `a record counts with its whole chain since the cut, and not before`() {
        for missing in 0..<5 {
            var records = chain
            records.remove(at: missing)
            let parted = chains(records)
            #expect(parted.counted.map(\.clock.sequence) == Array(1..<missing + 1))
            #expect(
                parted.quarantined.map(\.record.clock.sequence) == Array(missing + 2..<6))
            #expect(parted.quarantined.allSatisfy { $0.reason == .gap })
            #expect(parted.heads.map(\.sequence) == (missing == 0 ? [] : [missing]))
            let settled = chains(records, settled: [laptop: missing + 1])
            #expect(settled.counted.count == 4 - missing)
            #expect(settled.settled.count == missing)
            #expect(settled.heads.map(\.sequence) == [5])
        }
    }

    @Test func `what is more than ten minutes ahead waits, and what follows it too`() {
        let late = record(clock(laptop, 2, 601), iou(issuer, alice, "1"))
        let next = record(clock(laptop, 3, 602), iou(issuer, alice, "2"))
        let parted = chains([chain[0], late, next], now: at(0))
        #expect(parted.counted.map(\.hash) == [chain[0].hash])
        #expect(parted.quarantined.map(\.reason) == [.future, .future])
        #expect(chains([chain[0], late, next], now: at(1)).counted.count == 2)
        #expect(chains([chain[0], late, next], now: at(1)).quarantined.map(\.reason) == [.future])
        #expect(chains([chain[0], late, next], now: at(2)).counted.count == 3)
    }

    @Test func `two records at one place are a fork; both count, in the order of clocks`() {
        let twin = record(clock(laptop, 2, 2), iou(issuer, bob, "7"))
        let parted = chains(chain + [twin])
        #expect(parted.counted.count == 6)
        #expect(parted.forks.count == 1)
        #expect(parted.forks.first?.sequence == 2)
        #expect(parted.forks.first?.hashes == [chain[1].hash, twin.hash].sorted())
        #expect(chains(chain + chain).forks.isEmpty)
        // Also where the cut has settled one of them.
        #expect(chains(chain + [twin], settled: [laptop: 3]).forks.count == 1)
        #expect(parted.heads != chains(chain).heads)
        #expect(parted.heads.map(\.sequence) == [5])
    }

    @Test func `heads tell which records are missing`() throws {
        let twin = record(clock(laptop, 4, 4), iou(issuer, bob, "7"))
        let all = chains(chain + [twin])
        for count in 0...3 {
            let short = chains(Array(chain.prefix(count)))
            let digest = short.heads.first?.digest ?? .zero
            #expect(all.digest(of: laptop, after: count) == digest)
            #expect(all.suffix(of: laptop, after: count).count == 6 - count)
        }
        // Whoever lacks the twin has another digest there.
        let without = try #require(chains(Array(chain.prefix(4))).heads.first)
        #expect(all.digest(of: laptop, after: 4) != without.digest)
        #expect(all.digest(of: laptop, after: 6) == nil)
        #expect(all.digest(of: phone, after: 0) == .zero)
        #expect(all.digest(of: phone, after: 1) == nil)
        let cut = chains(chain, settled: [laptop: 2])
        #expect(cut.digest(of: laptop, after: 1) == nil)
        #expect(cut.digest(of: laptop, after: 2) == .zero)
        #expect(cut.suffix(of: laptop, after: 2).map(\.clock.sequence) == [3, 4, 5])
    }

    @Test func `arrival and repetition change nothing`() {
        var random = Generator()
        let records =
            chain + (1...4).map { record(clock(phone, $0, $0), iou(issuer, bob, "1", id: $0)) }
        let expected = chains(records)
        for _ in 0..<50 {
            let other = chains(
                (records + records.shuffled(using: &random)).shuffled(using: &random))
            #expect(other.counted.map(\.hash) == expected.counted.map(\.hash), random.comment)
            #expect(other.heads == expected.heads, random.comment)
        }
        let orders = expected.counted.map(\.order)
        #expect(orders == orders.sorted())
    }

    @Test func `time, tick, device, sequence and hash order records, in this order`() {
        let orders = [
            RecordOrder(clock: clock(phone, 9, 1), hash: .zero),
            RecordOrder(clock: clock(phone, 9, 1, tick: 1), hash: .zero),
            RecordOrder(clock: clock(laptop, 9, 2), hash: .zero),
            RecordOrder(clock: clock(phone, 8, 2), hash: .zero),
            RecordOrder(clock: clock(phone, 9, 2), hash: .zero),
            RecordOrder(clock: clock(phone, 9, 2), hash: chain[0].hash),
        ]
        #expect(laptop < phone)
        #expect(Array(orders.reversed()).sorted() == orders)
    }

    @Test func `what a merge has derived is no record`() throws {
        let document = chain[0].transaction.document(
            instructions: chain[0].request.documents, receipt: nil, record: chain[1].hash)
        let read = try TransactionDocument(Envelope(line: document))
        #expect(throws: Refusal.self) { try ClearingRecord(read, signatures: nil) }
        let own = try TransactionDocument(Envelope(line: chain[0].document))
        #expect(try ClearingRecord(own, signatures: nil).hash == chain[0].hash)
    }
}
