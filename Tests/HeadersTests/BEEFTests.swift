import Bitcoin
import Bytes
import Cryptography
import Testing

@testable import Headers

@Suite struct BEEFTests {
    private func sample() throws -> [UInt8] {
        hex(try #require(try vectorObject("beef_bump.json")["beef62"] as? String))
    }

    private let subject = shown("157428aee67d11123203735e4c540fa1bdab3b36d5882c6f8c5ff79f07d20d1c")
    private let mined = shown("3ecead27a44d013ad1aae40038acbb1883ac9242406808bb4667c15b4f164eac")
    private let root = shown("bb6f640cc4ee56bf38eb5a1969ac0c16caa2d3d202b22bf3735d10eec0ca6e00")

    @Test func `the sample of BRC-62 leads to its root`() throws {
        let beef = try BEEF(sample())
        #expect(beef.subject == subject)
        #expect(beef.entries.map(\.id) == [mined, subject])
        let roots = try beef.roots()
        #expect(roots.count == 1 && roots[0].height == 814_435 && roots[0].root == root)
    }

    @Test func `the second form and the one that names its subject are read`() throws {
        let bytes = try sample()
        let atomic: [UInt8] = [1, 1, 1, 1]
        #expect(try BEEF(atomic + subject.bytes + bytes).subject == subject)
        #expect(
            throws: HeaderError.malformedBEEF(
                reason: "the transaction that it names does not need all of it")
        ) { try BEEF(atomic + mined.bytes + bytes) }
        #expect(throws: HeaderError.self) { try BEEF(atomic + root.bytes + bytes) }
        let beef = try BEEF(bytes)
        let transactions = try beef.entries.map { try #require($0.transaction) }
        func second(_ entries: [[UInt8]]) throws -> BEEF {
            var bytes: [UInt8] = [2, 0, 0xbe, 0xef, 1]
            bytes += beef.paths[0].binary
            bytes += [UInt8(entries.count)] + entries.concatenated()
            return try BEEF(bytes)
        }
        let parent = [1, 0] + transactions[0].bytes
        let child = [0] + transactions[1].bytes
        #expect(try second([parent, child]).roots().map(\.root) == [root])
        // A hash alone is no parent, and nothing to be verified.
        #expect(throws: HeaderError.missingParent(transaction: subject, parent: mined)) {
            try second([[2] + mined.bytes, child]).roots()
        }
        #expect(throws: HeaderError.self) { try second([parent, [2] + subject.bytes]).roots() }
        #expect(throws: HeaderError.self) { try second([parent, [3] + transactions[1].bytes]) }
        let repeated = try second([parent, parent, child, [2] + mined.bytes])
        #expect(repeated.entries == beef.entries && repeated.subject == subject)
        let completed = try second([[2] + mined.bytes, parent, child])
        #expect(completed.entries == beef.entries)
        #expect(throws: HeaderError.missingParent(transaction: subject, parent: mined)) {
            try second([child, parent]).roots()
        }
        #expect(throws: HeaderError.notInPath(subject)) {
            try second([parent, [1, 0] + transactions[1].bytes]).roots()
        }
        #expect(throws: HeaderError.self) { try second([[1, 1] + transactions[0].bytes]) }
    }

    @Test func `what ends early or goes on is refused`() throws {
        let bytes = try sample()
        for count in stride(from: 0, to: bytes.count, by: 3) {
            #expect(throws: HeaderError.self) { try BEEF(Array(bytes[..<count])) }
        }
        #expect(throws: HeaderError.self) { try BEEF(bytes + [0]) }
        #expect(throws: HeaderError.self) { try BEEF([3] + bytes[1...]) }
    }

    @Test func `changed bytes never trap`() throws {
        let bytes = try sample()
        var random = Generator()
        for _ in 0..<3_000 {
            var changed = bytes
            for _ in 0...random.below(4) {
                changed[random.below(changed.count)] = UInt8(truncatingIfNeeded: random.next())
            }
            _ = try? BEEF(Array(changed.prefix(random.below(changed.count + 1)))).roots()
        }
    }

    @Test func `the first transaction of all is the root of the first header`() throws {
        let coinbase = try BitcoinTransaction(
            hex(
                "01000000010000000000000000000000000000000000000000000000000000000000000000ffffffff"
                    + "4d04ffff001d0104455468652054696d65732030332f4a616e2f32303039204368616e63656c6c"
                    + "6f72206f6e206272696e6b206f66207365636f6e64206261696c6f757420666f722062616e6b73"
                    + "ffffffff0100f2052a01000000434104678afdb0fe5548271967f1a67130b7105cd6a828e03909"
                    + "a67962e0ea1f61deb649f6bc3f4cef38c4f35504e51ec112de5c384df7ba0b8d578a4c702b6bf1"
                    + "1d5fac00000000"))
        #expect(coinbase.isCoinbase && coinbase.outputs.map(\.satoshis) == [5_000_000_000])
        #expect(coinbase.id == ChainNetwork.mainnet.genesis.merkleRoot)
    }
}
