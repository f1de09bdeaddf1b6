// One changed byte anywhere in a proof.

import Bytes
import Cryptography
import Documents
import Testing

@testable import Blockstack

@Suite struct MutationTests {
    let log: SampleLog

    init() throws { log = try SampleLog.made() }

    /// The bytes whose change is not noticed, of every `step`th: what all proofs share is gone
    /// through in the first of them.
    private func unnoticed(
        _ line: [UInt8], every step: Int = 1, _ verify: ([UInt8]) throws -> Void
    ) throws -> [Int] {
        try verify(line)
        var unnoticed: [Int] = []
        for index in stride(from: 0, to: line.count, by: step) {
            var changed = line
            // Every other byte by its case or its kind, the others by one.
            changed[index] ^= index % 2 == 0 ? 0x01 : 0x20
            if (try? verify(changed)) != nil { unnoticed.append(index) }
        }
        return unnoticed
    }

    @Test func `no byte of a document's proof can be changed`() throws {
        let line = try log.documentProof(2).document
        #expect(line.count > 4000)
        #expect(try unnoticed(line) { _ = try ProofVerification(line: $0) } == [])
    }

    /// The proof without change, and with one.
    private func unnoticed(_ proof: ProofDocument) throws -> [Int] {
        try unnoticed(proof.document, every: 3) { _ = try ProofVerification(line: $0) }
    }

    @Test func `a changed byte of a proof of a balance is noticed`() throws {
        for person in [alice, device] {
            let proof = try log.balanceProof(person.address, issuer.address, height: 1)
            #expect(try unnoticed(proof) == [])
        }
    }

    @Test func `a changed byte of a proof of absence is noticed`() throws {
        let proof = try log.absenceProof(Hash.sha256(Array("absent".utf8)), 1...2)
        #expect(try unnoticed(proof) == [])
    }

    @Test func `a changed byte of a proof of consistency is noticed`() throws {
        #expect(try unnoticed(try log.consistencyProof(from: 0, to: 2)) == [])
    }

    @Test func `no byte of an accusation can be changed`() throws {
        let line = try log.accusation().document
        #expect(
            try unnoticed(line) {
                _ = try AccusationVerification(Accusation(Envelope(line: $0)))
            } == [])
    }

    @Test func `no byte of a block or a stack can be changed`() throws {
        for line in [log.blocks[1].block.document, log.stacks[0].document] {
            #expect(try unnoticed(line) { _ = try VerifiedDocument(Envelope(line: $0)) } == [])
        }
    }
}
