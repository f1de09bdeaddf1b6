import Bytes
import Cryptography
import Headers
import Testing

@Suite struct TSCProofTests {
    @Test func `block 170's proof is read, verified and written as it came`() throws {
        let vectors = try ChainVectors()
        let proof = try TSCProof(binary: vectors.tsc)
        #expect(proof.subject == .hash(vectors.txid))
        #expect(proof.target == .hash(vectors.header.hash))
        #expect(proof.branch.index == 1 && proof.branch.nodes == [.hash(vectors.coinbase)])
        try proof.verify(against: vectors.header)
        #expect(proof.binary == vectors.tsc)
        #expect(try TSCProof(json: proof.json) == proof)
    }

    @Test func `no bit of block 170's proof can be turned`() throws {
        let vectors = try ChainVectors()
        for (bit, bytes) in flips(of: vectors.tsc) {
            #expect(throws: HeaderError.self, "bit \(bit)") {
                try TSCProof(binary: bytes).verify(against: vectors.header)
            }
        }
    }

    @Test func `no bit of the header can be turned, whatever names it`() throws {
        let vectors = try ChainVectors()
        let branch = try TSCProof(binary: vectors.tsc).branch
        let targets: [TSCProof.Target] = [
            .hash(vectors.header.hash), .header(vectors.header),
            .merkleRoot(vectors.header.merkleRoot), .height(170),
        ]
        for target in targets {
            let proof = try TSCProof(subject: .hash(vectors.txid), branch: branch, target: target)
            try proof.verify(against: vectors.header, at: 170)
            for (bit, bytes) in flips(of: vectors.header.bytes) {
                let header = try BlockHeader(bytes)
                #expect(throws: HeaderError.self, "\(target), bit \(bit)") {
                    try proof.verify(against: header, at: 170)
                }
            }
        }
    }

    @Test func `a real node's proofs are read and verified, duplicates included`() throws {
        let vectors = try RegtestVectors()
        #expect(vectors.proofs.count == 5)
        for (index, txid) in vectors.transactions.enumerated() {
            let proof = try TSCProof(json: try #require(vectors.proofs[txid]))
            #expect(proof.leaf == txid && proof.branch.index == index)
            #expect(proof.target == .header(vectors.header))
            #expect(
                try proof.branch == BitcoinTree.branch(at: index, of: vectors.transactions))
            try proof.verify(against: vectors.header)
            #expect(try TSCProof(binary: proof.binary) == proof)
            #expect(try TSCProof(json: proof.json) == proof)
            guard proof.branch.nodes.contains(.duplicate) else { continue }
            for (bit, bytes) in flips(of: proof.binary) {
                #expect(throws: HeaderError.self, "proof \(index), bit \(bit)") {
                    try TSCProof(binary: bytes).verify(against: vectors.header)
                }
            }
        }
    }

    @Test func `a whole transaction proves itself`() throws {
        let vectors = try ChainVectors()
        let branch = try TSCProof(binary: vectors.tsc).branch
        let proof = try TSCProof(
            subject: .transaction(vectors.transaction), branch: branch,
            target: .hash(vectors.header.hash))
        #expect(proof.leaf == vectors.txid)
        try proof.verify(against: vectors.header)
        #expect(proof.binary[0] == 1)
        #expect(try TSCProof(binary: proof.binary) == proof)
        #expect(try TSCProof(json: proof.json) == proof)
    }

    @Test func `proofs of trees of every size are the same in JSON and in bytes`() throws {
        var random = Generator()
        for count in 1...70 {
            let leaves = random.leaves(count)
            var header = random.header()
            header.merkleRoot = try #require(levels(of: leaves).last?.first)
            header = header.mined()
            let height = random.below(1_000_000)
            let targets: [TSCProof.Target] = [
                .hash(header.hash), .header(header), .merkleRoot(header.merkleRoot),
                .height(height),
            ]
            for index in 0..<count {
                let proof = try TSCProof(
                    subject: .hash(leaves[index]),
                    branch: BitcoinTree.branch(at: index, of: leaves),
                    target: targets[(index + count) % 4])
                let again = try TSCProof(binary: TSCProof(json: proof.json).binary)
                #expect(again == proof && again.json == proof.json, random.comment)
                try again.verify(against: header, at: height)
            }
        }
    }

    @Test func `another header is refused with both names`() throws {
        let vectors = try ChainVectors()
        let proof = try TSCProof(binary: vectors.tsc)
        let other = try BlockHeader(vectors.headers[0])
        let got = vectors.header.hash
        #expect(throws: HeaderError.wrongTarget(expected: other.hash, got: got)) {
            try proof.verify(against: other)
        }
        let byHeight = try TSCProof(
            subject: proof.subject, branch: proof.branch, target: .height(170))
        for height in [nil, 169] {
            #expect(throws: HeaderError.wrongHeight(expected: height, got: 170)) {
                try byHeight.verify(against: vectors.header, at: height)
            }
        }
        let stranger = Hash.sha256([])
        let wrong = try TSCProof(
            subject: .hash(stranger), branch: proof.branch, target: proof.target)
        let root = try proof.branch.root(of: stranger)
        #expect(
            throws: HeaderError.wrongRoot(expected: vectors.header.merkleRoot, got: root)
        ) { try wrong.verify(against: vectors.header) }
    }

    @Test func `two inner nodes are no transaction: 64 bytes are refused`() throws {
        // The two nodes below the root of a real block, as if they were one leaf's bytes.
        let vectors = try RegtestVectors()
        let nodes = levels(of: vectors.transactions)[2]
        let fabricated = nodes[0].bytes + nodes[1].bytes
        #expect(Hash.sha256d(fabricated) == vectors.header.merkleRoot)
        let branch = try MerkleBranch(index: 0, nodes: [])
        #expect(throws: HeaderError.ambiguousTransaction) {
            try TSCProof(
                subject: .transaction(fabricated), branch: branch, target: .header(vectors.header))
        }
        let binary: [UInt8] = [3, 0, 64] + fabricated + vectors.header.bytes + [0]
        #expect(throws: HeaderError.ambiguousTransaction) { try TSCProof(binary: binary) }
        let json = """
            {"index":0,"nodes":[],"target":"\(Hexadecimal.encode(vectors.header.bytes))",\
            "targetType":"header","txOrId":"\(Hexadecimal.encode(fabricated))"}
            """
        #expect(throws: HeaderError.ambiguousTransaction) { try TSCProof(json: Array(json.utf8)) }
        // One that is well-formed is refused as well.
        var random = Generator()
        let small = smallTransaction(&random)
        #expect(throws: HeaderError.ambiguousTransaction, random.comment) {
            try TSCProof(subject: .transaction(small), branch: branch, target: .height(0))
        }
    }

    @Test func `bytes that are no transaction are refused`() throws {
        let transaction = try ChainVectors().transaction
        let branch = try MerkleBranch(index: 0, nodes: [])
        func error(_ bytes: [UInt8]) -> HeaderError? {
            do {
                _ = try TSCProof(
                    subject: .transaction(bytes), branch: branch, target: .height(0))
                return nil
            } catch {
                return error
            }
        }
        #expect(error(transaction) == nil)
        for count in 0..<transaction.count where count != 64 {
            #expect(error(Array(transaction[..<count])) == .malformedTransaction(byteCount: count))
        }
        let count = transaction.count + 1
        #expect(error(transaction + [0]) == .malformedTransaction(byteCount: count))
        // No inputs; no outputs; more satoshis than there are.
        let head: [UInt8] = [1, 0, 0, 0]
        let input = [UInt8](repeating: 0, count: 41)
        let output = [UInt8](repeating: 0, count: 9)
        let rich: [UInt8] = [1, 64, 7, 90, 240, 117, 7, 0, 0]
        #expect(error(head + [1] + input + [1] + output + head) == nil)
        #expect(error(head + [0, 1] + output + head) == .malformedTransaction(byteCount: 19))
        #expect(error(head + [1] + input + [0] + head) == .malformedTransaction(byteCount: 51))
        #expect(
            error(head + [1] + input + [1] + rich + head) == .malformedTransaction(byteCount: 60))
    }
}
