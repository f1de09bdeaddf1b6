import Bytes
import Documents
import Testing

@testable import Audit

@Suite struct TreesTests {
    @Test func `roots are those of the published vectors`() throws {
        let vectors = try JSONText(vectorFile("rfc6962.json")).root
        let inputs = try #require(vectors["inputs"]?.elements)
        let roots = try #require(vectors["roots"]?.elements)
        #expect(inputs.count == 8 && roots.count == 9)
        var tree = HashTree()
        for (index, root) in roots.enumerated() {
            #expect(tree.head.root.hexadecimal == root.string)
            #expect(tree.head.size == index)
            guard index < inputs.count else { continue }
            tree.append(try #require(inputs[index].string.flatMap { Hexadecimal.decode($0) }))
        }
    }

    @Test func `roots are those of the definition, for every size to 300`() {
        var tree = HashTree()
        var leaves: [[UInt8]] = []
        for size in 0...300 {
            #expect(tree.head == TreeHead(size: size, root: Oracle.root(leaves[...])))
            leaves.append(Array("leaf \(size)".utf8))
            tree.append(leaves[size])
        }
    }

    @Test func `contents are sorted, and stand once`() {
        let hashes = (0..<9).map { digest("\($0)") }
        let sorted = hashes.map(\.bytes).sorted { $0.lexicographicallyPrecedes($1) }
        let head = TreeHead(size: 9, root: Oracle.root(sorted[...]))
        #expect(HashTree.contents(hashes) == head)
        #expect(HashTree.contents(hashes.reversed() + hashes) == head)
        #expect(HashTree.contents([]) == TreeHead(size: 0, root: Oracle.root([])))
    }

    @Test func `a leaf of the balances is what the format says`() {
        var tree = HashTree()
        let (holder, symbol) = (alice.address, issuer.address)
        tree.append(Array(#"{"counters":1,"sum":"0","symbol":"\#(symbol)"}"#.utf8))
        tree.append(
            Array(
                (#"{"address":"\#(holder)","max":"Infinity","min":"-20","net":"12.5","#
                    + #""symbol":"\#(symbol)"}"#).utf8))
        let counter = AuditReport.Counter(
            address: holder, symbol: symbol, net: amount("12.5"), min: .finite(amount("-20")),
            max: .plusInfinity)
        #expect(HashTree.balances([counter]) == tree.head)
    }
}

@Suite struct BooksTests {
    @Test func `a sum is exact where 128 bits are not enough`() {
        var sum = ExactSum()
        #expect(sum.isZero)
        // Six of the largest amount are more than twice 2^128.
        for _ in 0..<6 { sum.add(largest.quanta) }
        #expect(!sum.isZero)
        for _ in 0..<6 { sum.add(-largest.quanta) }
        #expect(sum.isZero)
        // 2^128 in pieces: 0 for whoever wraps.
        for _ in 0..<4 { sum.add(1 << 126) }
        #expect(!sum.isZero)
        for _ in 0..<4 { sum.add(-(1 << 126)) }
        for quantum in [-1, 1, 1, -1] as [Int128] {
            sum.add(quantum)
            if quantum < 0 { continue }
        }
        #expect(sum.isZero)
        sum.add(-1)
        #expect(!sum.isZero)
    }
}
