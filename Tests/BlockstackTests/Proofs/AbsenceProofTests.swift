// Proofs that something is in none of a range of blocks.

import Bytes
import Cryptography
import Documents
import Testing

@testable import Blockstack

@Suite struct AbsenceProofTests {
    let log: SampleLog
    let ranges: [ClosedRange<Int>] = [0...0, 0...1, 0...3, 1...2, 2...3, 3...3]

    init() throws { log = try SampleLog.made() }

    private func proof(_ evidence: AbsenceEvidence) -> ProofDocument {
        ProofDocument(domain: log.domain, claim: .absence(evidence))
    }

    @Test func `what no block holds can be shown to be absent`() throws {
        for number in 0..<30 {
            let id = Hash.sha256(Array("absent \(number)".utf8))
            for range in ranges {
                let verified = try verify(try log.absenceProof(id, range))
                guard case .absence(let blocks) = verified.finding else {
                    Issue.record("no absence")
                    continue
                }
                #expect(blocks.map(\.statement.height) == Array(range))
                #expect(verified.seal.block.statement.height == range.upperBound)
            }
        }
        for id in [Digest256.zero, try #require(Digest256([UInt8](repeating: 0xff, count: 32)))] {
            #expect(code(try log.absenceProof(id, 0...3)) == nil)
        }
    }

    @Test func `what a block holds is absent from the others alone`() throws {
        for (height, sealed) in log.blocks.enumerated() {
            for id in sealed.contents {
                for range in ranges {
                    let code = code(try log.absenceProof(id, range))
                    #expect(code == (range.contains(height) ? .proofInvalid : nil))
                }
            }
        }
    }

    @Test func `a block is not absent, though no block's contents name it`() throws {
        for (height, sealed) in log.blocks.enumerated() {
            for range in ranges {
                // Block 1 is the last thing before the documents of block 2.
                let isThere = range.contains(height) || range.lowerBound == height + 1
                #expect(
                    code(try log.absenceProof(sealed.block.hash, range))
                        == (isThere ? .proofInvalid : nil))
            }
        }
    }

    @Test func `only neighbours show that nothing stands between them`() throws {
        let id = Hash.sha256(Array("absent".utf8))
        let contents = log.blocks[0].contents
        let index = contents.count { $0 < id }
        let expected = [index - 1, index].filter { contents.indices.contains($0) }
        for first in -1..<contents.count {
            for second in 0...contents.count {
                let shown = [first, second].filter { contents.indices.contains($0) }
                let evidence = AbsenceEvidence(
                    id: id, first: 0, last: 0, blocks: [try log.absent(0, leaves: shown)],
                    checkpoint: try log.seal(0).checkpoint)
                #expect(code(proof(evidence)) == (shown == expected ? nil : .proofInvalid))
            }
        }
    }

    @Test func `a leaf too many is refused`() throws {
        func with(_ leaves: [Int]) throws -> RefusalCode? {
            code(
                proof(
                    AbsenceEvidence(
                        id: .zero, first: 0, last: 0, blocks: [try log.absent(0, leaves: leaves)],
                        checkpoint: try log.seal(0).checkpoint)))
        }
        #expect(try with([0]) == nil)
        #expect(try with([0, 1]) == .proofInvalid)
    }

    @Test func `a missing, doubled or misplaced block is noticed`() throws {
        let id = Hash.sha256(Array("absent".utf8))
        let right = try log.absenceEvidence(id, 0...3)
        func with(
            _ blocks: [AbsenceEvidence.AbsentFrom], _ first: Int = 0, _ last: Int = 3,
            checkpoint: String? = nil
        ) -> RefusalCode? {
            code(
                proof(
                    AbsenceEvidence(
                        id: id, first: first, last: last, blocks: blocks,
                        checkpoint: checkpoint ?? right.checkpoint)))
        }
        #expect(with(right.blocks) == nil)
        for index in 0..<4 {
            var blocks = right.blocks
            blocks.remove(at: index)
            #expect(with(blocks) == .proofInvalid)
            #expect(with(blocks, 0, 2) == (index == 0 ? .proofInvalid : .proofInvalid))
            blocks = right.blocks
            blocks.insert(blocks[index], at: index)
            #expect(with(blocks, 0, 4) == .proofInvalid)
            blocks = right.blocks
            blocks.swapAt(index, (index + 1) % 4)
            #expect(with(blocks) == .proofInvalid)
        }
        #expect(with(Array(right.blocks.dropFirst()), 1, 3) == nil)
        #expect(with(Array(right.blocks.dropLast()), 0, 2) == .proofInvalid, "another checkpoint")
        #expect(
            with(Array(right.blocks.dropLast()), 0, 2, checkpoint: try log.seal(2).checkpoint)
                == nil)
        #expect(with(right.blocks, 1, 4) == .proofInvalid)
        // A range that ends after its last block.
        for last in [1, 3] {
            #expect(
                with(
                    Array(right.blocks.dropLast()), 0, last,
                    checkpoint: try log.seal(2).checkpoint) == .proofInvalid)
        }
    }

    @Test func `a chain that changes its key, or breaks, is no range`() throws {
        let id = Hash.sha256(Array("absent".utf8))
        for change: (inout BlockDocument.Statement) -> Void in [
            { $0.previous = Hash.sha256([1]) }, { $0.previous = .zero },
            { $0.opened = sampleTime("2026-01-01") },
            { $0.log = .init(root: $0.log.root, size: $0.log.size + 1) },
        ] {
            var log = try SampleLog.made()
            log.pay([log.iou(issuer, alice, "1")])
            try log.seal(change: change)
            #expect(code(try log.absenceProof(id, 3...4)) == .proofInvalid)
        }
        var log = try SampleLog.made(domain: "named")
        log.pay([log.iou(issuer, alice, "1")])
        log.key = foreignKey
        try log.seal()
        #expect(code(try log.absenceProof(id, 4...4)) == nil)
        #expect(code(try log.absenceProof(id, 3...4)) == .proofInvalid)
    }
}
