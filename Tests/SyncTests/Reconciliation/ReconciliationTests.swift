// Whatever two sets hold: the difference is found, with every limit of a message.

import Bytes
import Cryptography
import Testing

@testable import Sync

@Suite("Set reconciliation")
struct ReconciliationTests {
    /// The difference of two sets, by a conversation.
    private func difference(
        _ left: [SyncItem], _ right: [SyncItem], limit: Int
    ) throws -> (SetDifference, rounds: Int) {
        let asking = Reconciliation(ReconciledVector(left), limit: limit)
        let asked = Reconciliation(ReconciledVector(right), limit: limit)
        var difference = SetDifference()
        var message: [UInt8]? = try asking.start()
        var rounds = 0
        while let question = message {
            #expect(question.count <= max(limit, 1_200))
            let answer = try asked.answer(question[...])
            #expect(answer.count <= limit)
            message = try asking.proceed(answer[...], &difference)
            rounds += 1
            guard rounds < 500 else { break }
        }
        return (difference, rounds)
    }

    @Test("Any difference of any two sets is found, whatever the frame's limit")
    func random() throws {
        var random = Generator()
        for round in 0..<60 {
            let count = [0, 1, 31, 32, 33, 100, 500, 3_000][random.below(8)]
            let spread = [1, 3, 1_000_000][random.below(3)]
            let percent = random.below(101)
            var (left, right): ([SyncItem], [SyncItem]) = ([], [])
            for _ in 0..<count {
                let item = SyncItem(
                    timestamp: UInt64(random.below(spread)), id: random.digest())
                let place = random.chance(percent) ? random.below(3) : 2
                if place != 1 { left.append(item) }
                if place != 0 { right.append(item) }
            }
            let limit = [4_096, 20_000, 262_144][random.below(3)]
            let (found, rounds) = try difference(left, right, limit: limit)
            let comment = "\(random.comment), round \(round), \(rounds) rounds"
            #expect(
                Set(found.have) == Set(left.map(\.id)).subtracting(right.map(\.id)), "\(comment)")
            #expect(
                Set(found.need) == Set(right.map(\.id)).subtracting(left.map(\.id)), "\(comment)")
        }
    }

    @Test("A list of ids that fills its message to the last byte")
    func fullMessage() throws {
        var random = Generator(3)
        for count in 110..<140 {
            let items = (0..<count).map {
                SyncItem(timestamp: UInt64($0), id: random.digest())
            }
            let (found, _) = try difference([], items, limit: 4_096)
            #expect(found.need == items.map(\.id), "\(count) ids, \(random.comment)")
        }
    }

    @Test("The sums of a vector are those of its parts")
    func fingerprints() {
        var random = Generator(1)
        let items = (0..<200).map {
            SyncItem(timestamp: UInt64($0 / 3), id: random.digest())
        }
        let vector = ReconciledVector(items.shuffled(using: &random) + items.prefix(20))
        #expect(vector.count == 200, "an item that comes twice counts once")
        let sorted = items.sorted()
        for lower in stride(from: 0, through: 200, by: 7) {
            for upper in stride(from: lower, through: 200, by: 3) {
                // Independent of the vector: a sum byte by byte.
                var sum = [UInt8](repeating: 0, count: 32)
                for item in sorted[lower..<upper] {
                    var carry = 0
                    for (index, byte) in item.id.bytes.enumerated() {
                        let total = Int(sum[index]) + Int(byte) + carry
                        sum[index] = UInt8(total & 0xff)
                        carry = total >> 8
                    }
                }
                let count = upper - lower
                let varint = count < 128 ? [UInt8(count)] : [0x81, UInt8(count - 128)]
                let expected = Array(Hash.sha256(sum + varint).bytes.prefix(16))
                #expect(vector.fingerprint(lower..<upper).bytes == expected, random.comment)
            }
        }
        #expect(Fingerprint.empty == ReconciledVector([]).fingerprint(0..<0))
    }

    @Test("Sums overflow and come back")
    func sums() throws {
        let most = try #require(Digest256([UInt8](repeating: 0xff, count: 32)))
        let one = try #require(Digest256([1] + [UInt8](repeating: 0, count: 31)))
        var sum = IDSum()
        sum.add(most)
        sum.add(one)
        #expect(sum == IDSum(), "modulo 2^256")
        sum.add(one)
        #expect(sum.bytes[0] == 1 && IDSum(sum.bytes) == sum)
        #expect(IDSum() - sum + sum == IDSum())
        #expect(IDSum([1]) == nil && Fingerprint([1, 2]) == nil)
    }

    @Test("Lower bounds are those of a linear search")
    func bounds() throws {
        var random = Generator(2)
        let items = (0..<100).map {
            SyncItem(timestamp: UInt64($0 / 10), id: random.digest())
        }.sorted()
        let vector = ReconciledVector(items)
        for _ in 0..<500 {
            let item = items[random.below(100)]
            let bound = SyncBound(
                timestamp: item.timestamp, prefix: item.id.bytes.prefix(random.below(33)))
            let start = random.below(101)
            let expected = max(start, items.firstIndex { !bound.isBehind($0) } ?? 100)
            #expect(vector.lowerBound(bound, from: start) == expected, random.comment)
        }
        #expect(vector.lowerBound(.infinity, from: 0) == 100)
        #expect(vector.lowerBound(.zero, from: 0) == 0)
        for (before, after) in zip(items, items.dropFirst()) {
            let bound = SyncBound(between: before, and: after)
            #expect(bound.isBehind(before) && !bound.isBehind(after))
        }
    }

    @Test("A later version is answered with the one that is spoken")
    func versions() throws {
        let set = Reconciliation(ReconciledVector([]))
        #expect(try set.answer([0x62, 1, 2, 3]) == [0x61])
        #expect(try code { try set.answer([0x41]) } == .malformedMessage)
        var difference = SetDifference()
        #expect(try code { try set.proceed([0x62], &difference) } == .unsupportedVersion)
    }
}
