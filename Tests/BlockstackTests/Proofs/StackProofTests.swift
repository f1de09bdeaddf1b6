// Proofs that a block stands in a stack.

import Bytes
import Cryptography
import Documents
import Headers
import Testing

@testable import Blockstack

@Suite struct StackProofTests {
    let log: SampleLog

    init() throws { log = try SampleLog.made() }

    /// The proof of the payment in block `height` with another stack's evidence.
    private func proof(
        _ stack: StackDocument, _ branch: [Digest256?], height: Int = 1
    ) throws -> ProofDocument {
        let evidence = try log.documentEvidence([2, 4, 6][height])
        return ProofDocument(
            domain: log.domain,
            claim: .document(
                DocumentEvidence(
                    id: evidence.id, height: height, document: evidence.document,
                    seal: evidence.seal, place: evidence.place,
                    stack: StackEvidence(
                        document: try Envelope(line: stack.document), branch: branch))))
    }

    private func branch(_ height: Int) throws -> [Digest256?] {
        try #require(try log.stackEvidence(height)).branch
    }

    @Test func `the branch leads from each block to the header`() throws {
        for height in 0..<3 {
            let verified = try verify(
                try proof(log.stacks[0], try branch(height), height: height))
            guard case .document(_, _, let stack?) = verified.finding else {
                Issue.record("no stack")
                continue
            }
            #expect(stack.stack.hash == log.stacks[0].hash)
            #expect(stack.work == UInt256(2))
            #expect(stack.isSelfCertified)
        }
        #expect(try branch(2)[0] == nil, "the last of three stands alone")
    }

    @Test func `another branch is false`() throws {
        let stack = log.stacks[0]
        for height in 0..<3 {
            let right = try branch(height)
            var wrong: [[Digest256?]] = [
                [], right + [.zero], right.reversed(), Array(right.dropLast()),
                Array(right.dropFirst()), right + [nil],
            ]
            for level in right.indices {
                for node in [Digest256?.none, .zero, log.hashes[0]] where node != right[level] {
                    var other = right
                    other[level] = node
                    wrong.append(other)
                }
            }
            for branch in wrong where branch != right {
                #expect(code(try proof(stack, branch, height: height)) == .proofInvalid)
            }
        }
    }

    @Test func `a block that the stack does not hold is none of its leaves`() throws {
        let evidence = try log.documentEvidence(9)
        let proof = ProofDocument(
            domain: log.domain,
            claim: .document(
                DocumentEvidence(
                    id: evidence.id, height: 3, document: evidence.document, seal: evidence.seal,
                    place: evidence.place,
                    stack: StackEvidence(
                        document: try Envelope(line: log.stacks[0].document),
                        branch: try branch(2)))))
        #expect(refusal(proof)?.message == "stack 0 holds the blocks 0 to 2, not block 3")
    }

    @Test func `a pair of equal nodes is refused by name: CVE-2012-2459`() throws {
        // The roots over [0, 1, 2] and over [0, 1, 2, 2] are one: the copy would be a fourth block.
        let stack = log.stacks[0]
        let block = log.blocks[2].block.hash
        let doubled = log.sign(
            StackDocument(
                count: 4, domain: stack.domain, first: 0, header: stack.header, height: 0))
        var branch = try branch(2)
        branch[0] = block
        for stack in [stack, doubled] {
            let refused = try #require(refusal(try proof(stack, branch, height: 2)))
            #expect(refused.code == .proofInvalid)
            #expect(refused.details["reason"] == "mutated-tree")
            #expect(refused.message == "two neighbours are equal, level 0")
        }
        // Written as a lone node, it is none of a tree of four.
        #expect(code(try proof(doubled, try self.branch(2), height: 2)) == .proofInvalid)
        let misplaced = try proof(stack, [nil, branch[1]], height: 0)
        #expect(refusal(misplaced)?.details["reason"] == "misplaced-duplicate")
    }

    @Test func `an inner node of the stack is no block`() throws {
        // One level less, at half the place: the leaf would be the node over two blocks.
        let stack = log.sign(
            StackDocument(
                count: 2, domain: log.domain, first: 0, header: log.stacks[0].header, height: 0))
        let upper = Array(try branch(0).dropFirst())
        let refused = try #require(refusal(try proof(stack, upper, height: 0)))
        #expect(refused.details["reason"] == "wrong-root")
        // Nor can a block's document be 64 bytes long: its data alone is longer.
        #expect(log.blocks.allSatisfy { $0.block.document.count > 1000 })
    }

    @Test func `the range, the key, the domain and the work must fit`() throws {
        let stack = log.stacks[0]
        let right = try branch(1)
        func with(
            count: Int = 3, domain: String? = nil, first: Int = 0, header: [UInt8]? = nil,
            height: Int = 0, key: SampleKey = domainKey
        ) throws -> Refusal? {
            let other = StackDocument(
                count: count, domain: domain ?? log.domain, first: first,
                header: header ?? stack.header, height: height)
            return refusal(try proof(log.sign(other, by: key), right))
        }
        #expect(try with() == nil)
        #expect(try with(count: 1)?.code == .proofInvalid)
        #expect(try with(count: 2)?.code == .proofInvalid)
        #expect(try with(count: 5)?.code == .proofInvalid)
        #expect(try with(first: 1)?.code == .proofInvalid)
        #expect(try with(height: 1)?.code == .proofInvalid)
        #expect(try with(domain: "other")?.code == .proofInvalid)
        #expect(try with(key: foreignKey)?.code == .proofInvalid)
        var weak = try BlockHeader(stack.header)
        weak.bits = 0x1d00_ffff
        #expect(try with(header: weak.bytes)?.details["reason"] == "insufficient-work")
        weak.bits = 0xffff_ffff
        #expect(try with(header: weak.bytes)?.code == .proofInvalid)
        var other = try BlockHeader(stack.header)
        other.version = 1
        while (try? other.checkWork()) == nil { other.nonce += 1 }
        #expect(try with(header: other.bytes)?.code == .proofInvalid)
        // The header of stack 0 follows none.
        var linked = try BlockHeader(stack.header)
        linked.previous = log.hashes[0]
        while (try? linked.checkWork()) == nil { linked.nonce += 1 }
        #expect(try with(header: linked.bytes)?.code == .proofInvalid)
    }

    @Test func `more than one signature is refused`() throws {
        let stack = log.stacks[0]
        let both = StackDocument(
            count: 3, domain: log.domain, first: 0, header: stack.header, height: 0,
            .init(signatures: [foreignKey.signature(stack.hash), domainKey.signature(stack.hash)]))
        #expect(code(try proof(both, try branch(1))) == .signatureInvalid)
    }
}
