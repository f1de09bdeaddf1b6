import Bitcoin
import Bytes
import Cryptography
import Testing

@testable import Headers

@Suite struct BitcoinBlockTests {
    private func transactions(_ count: Int) throws -> [BitcoinTransaction] {
        try (0..<count).map {
            try BitcoinTransaction(
                inputs: [
                    TransactionInput(
                        outpoint: Outpoint(transaction: Hash.sha256([1]), index: UInt32($0)))
                ], outputs: [TransactionOutput(satoshis: UInt64($0), script: Script([0x51]))])
        }
    }

    private func bytes(
        _ transactions: [[UInt8]], root: Digest256? = nil
    ) throws -> [UInt8] {
        let root =
            try root ?? BitcoinTree.root(of: transactions.map { Hash.sha256d($0) }).hash
        let header = BlockHeader(
            previous: .zero, merkleRoot: root, time: 1, bits: 0x207f_ffff)
        var bytes = header.bytes
        bytes.appendVarint(transactions.count)
        return bytes + transactions.flatMap { $0 }
    }

    @Test func `every set of a block's transactions has a path that leads to its root`() throws {
        for count in 1...7 {
            let transactions = try transactions(count)
            let block = try BitcoinBlock(bytes(transactions.map(\.bytes)))
            for set in 1..<(1 << count) {
                let wanted = transactions.indices.filter { set >> $0 & 1 == 1 }
                    .map { transactions[$0].id }
                let path = try block.path(of: wanted, height: 5)
                #expect(path.transactions == wanted && path.height == 5)
                #expect(try path.root() == block.header.merkleRoot)
                #expect(try BUMP(binary: path.binary) == path)
            }
        }
    }

    @Test func `one transaction's path is that of its branch`() throws {
        for count in [1, 2, 3, 5, 11, 19, 100, 257] {
            let transactions = try transactions(count)
            let block = try BitcoinBlock(bytes(transactions.map(\.bytes))) { _ in false }
            #expect(block.chosen.isEmpty && block.transactions == transactions.map(\.id))
            for (place, transaction) in transactions.enumerated() {
                let branch = try BitcoinTree.branch(at: place, of: block.transactions)
                #expect(
                    try block.path(of: [transaction.id], height: 9)
                        == BUMP(height: 9, leaf: transaction.id, branch: branch))
            }
        }
    }

    @Test func `a path of none, and of another block's, is refused`() throws {
        let block = try BitcoinBlock(bytes(transactions(3).map(\.bytes)))
        let other = Hash.sha256([7])
        #expect(throws: HeaderError.emptyPath) { try block.path(of: [], height: 1) }
        #expect(throws: HeaderError.notInPath(other)) {
            try block.path(of: [block.transactions[0], other], height: 1)
        }
    }

    @Test func `fewer transactions with the same root are no block`() throws {
        // CVE-2012-2459: the last ones once more.
        for count in [3, 5, 6, 7, 9, 11, 12] {
            let transactions = try transactions(count).map(\.bytes)
            let last = count & -count
            let doubled = try bytes(transactions + transactions.suffix(last))
            let block = try bytes(transactions)
            #expect(doubled.prefix(80) == block.prefix(80))
            #expect(throws: HeaderError.self) { try BitcoinBlock(doubled) }
            #expect(try BitcoinBlock(block).transactions.count == count)
        }
        #expect(throws: HeaderError.mutatedTree(level: 0)) {
            let one = try transactions(1)[0].bytes
            _ = try BitcoinBlock(bytes([one, one]))
        }
    }

    @Test func `what breaks our rules for transactions counts for the root alone`() throws {
        var random = Generator()
        let small = smallTransaction(&random)
        #expect(small.count == 64)
        let good = try transactions(2).map(\.bytes)
        var asked: [Digest256] = []
        let block = try BitcoinBlock(bytes([good[0], small, good[1]])) {
            asked.append($0.id)
            return true
        }
        #expect(block.transactions[1] == Hash.sha256d(small), random.comment)
        #expect(asked == good.map { Hash.sha256d($0) } && block.chosen.map(\.place) == [0, 2])
    }

    @Test func `a transaction that stands twice has the path of its first place`() throws {
        let two = try transactions(2).map(\.bytes)
        let block = try BitcoinBlock(bytes([two[0], two[1], two[0]]))
        let path = try block.path(of: [block.transactions[0]], height: 1)
        #expect(try path.root() == block.header.merkleRoot && path.levels[0][0].offset == 0)
    }

    @Test func `a large transaction is not looked for at every piece`() throws {
        let large = try BitcoinTransaction(
            inputs: [TransactionInput(outpoint: Outpoint(transaction: .zero, index: 1))],
            outputs: (0..<2_000).map {
                TransactionOutput(
                    satoshis: $0, script: Script([UInt8](repeating: 0x51, count: 40)))
            })
        let all = try bytes([large.bytes, transactions(1)[0].bytes])
        var parser = try BlockParser(byteCount: all.count)
        for byte in all { try parser.append([byte]) { _ in true } }
        let block = try parser.block()
        #expect(block.chosen.first?.transaction == large && block.chosen.count == 2)
        #expect(throws: HeaderError.self) { try parser.append([0]) { _ in true } }
    }

    @Test func `the span of a transaction is found, or waited for`() throws {
        let bytes = try transactions(1)[0].bytes
        #expect(bytes.count == TransactionSpan.smallestBytes + 1)
        for count in 0..<bytes.count {
            #expect(TransactionSpan(bytes[..<count], room: bytes.count) == .incomplete)
            #expect(TransactionSpan(bytes[..<count], room: count) == .malformed)
        }
        #expect(TransactionSpan((bytes + [1, 2])[...], room: 100) == .bytes(bytes.count))
        var none = bytes
        none[4] = 0
        #expect(TransactionSpan(none[...], room: 1_000) == .malformed)
        // A varint that is longer than it need be.
        let long = Array(bytes[..<4]) + [0xfd, 1, 0] + bytes[5...]
        #expect(TransactionSpan(long[...], room: 1_000) == .malformed)
        let huge = Array(bytes[..<4]) + [0xff] + [UInt8](repeating: 0xff, count: 8) + bytes[5...]
        #expect(TransactionSpan(huge[...], room: .max) == .malformed)
    }

    @Test func `changed bytes never trap, and never pass`() throws {
        var random = Generator()
        let all = try bytes(transactions(5).map(\.bytes))
        for _ in 0..<2_000 {
            var changed = all
            let place = random.below(changed.count)
            changed[place] ^= UInt8(1 + random.below(255))
            let block = try? BitcoinBlock(changed)
            // The first four bytes and the last twelve of a header are no transaction's business.
            let isHeader = place < 80 && !(36..<68).contains(place)
            #expect((block != nil) == isHeader, random.comment)
        }
    }
}
