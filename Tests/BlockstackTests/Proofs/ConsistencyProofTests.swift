// Proofs that a log has only grown, and accusations of one that has not.

import Bytes
import Cryptography
import Documents
import Testing

@testable import Blockstack

@Suite struct ConsistencyProofTests {
    let log: SampleLog

    init() throws { log = try SampleLog.made() }

    private func changed(
        _ evidence: ConsistencyEvidence, from: BlockDocument.Tree? = nil,
        to: BlockDocument.Tree? = nil, earlier: String? = nil, seal: SealEvidence? = nil,
        path: [Digest256]? = nil
    ) -> RefusalCode? {
        code(
            ProofDocument(
                domain: log.domain,
                claim: .consistency(
                    ConsistencyEvidence(
                        from: from ?? evidence.from, to: to ?? evidence.to,
                        earlier: earlier ?? evidence.earlier, seal: seal ?? evidence.seal,
                        path: path ?? evidence.path))))
    }

    @Test func `between any two blocks a log has only grown`() throws {
        for to in 0..<4 {
            for from in 0...to {
                let verified = try verify(try log.consistencyProof(from: from, to: to))
                guard case .consistency(let earlier) = verified.finding else {
                    Issue.record("no consistency")
                    continue
                }
                #expect(
                    try Checkpoint(note: earlier) == log.blocks[from].block.statement.checkpoint)
            }
        }
    }

    @Test func `another state, checkpoint, path or key is false`() throws {
        for to in 1..<4 {
            for from in 0..<to {
                let right = try log.consistencyEvidence(from: from, to: to)
                let empty = BlockDocument.Tree(root: MerkleTree.emptyRoot, size: 0)
                for tree in log.blocks.map(\.block.statement.log) + [empty] {
                    if tree != right.from { #expect(changed(right, from: tree) == .proofInvalid) }
                    if tree != right.to { #expect(changed(right, to: tree) == .proofInvalid) }
                }
                for height in 0..<4 where height != from {
                    #expect(
                        changed(right, earlier: try log.seal(height).checkpoint) == .proofInvalid)
                }
                for height in 0..<4 where height != to {
                    #expect(changed(right, seal: try log.seal(height)) == .proofInvalid)
                }
                let checkpoint = try log.blocks[from].block.statement.checkpoint
                #expect(
                    changed(right, earlier: try foreignKey.text(checkpoint)) == .proofInvalid)
                #expect(changed(right, path: right.path + [.zero]) == .proofInvalid)
                #expect(changed(right, path: right.path.dropLast()) == .proofInvalid)
                for level in right.path.indices {
                    var path = right.path
                    path[level] = .zero
                    #expect(changed(right, path: path) == .proofInvalid)
                }
            }
        }
    }

    @Test func `a rewritten beginning is not consistent`() throws {
        // A domain that signs both, and has changed a document in between.
        var other = SampleLog()
        other.certify(issued: "2026-01-01T00:00:01Z")
        other.define()
        other.pay([other.iou(issuer, alice, "10")])
        try other.seal(change: { $0.opened = sampleTime("2026-01-01T00:00:01Z") })
        let right = try log.consistencyEvidence(from: 0, to: 3)
        let rewritten = other.blocks[0].block.statement
        #expect(rewritten.log.size == right.from.size && rewritten.log.root != right.from.root)
        #expect(
            changed(right, from: rewritten.log, earlier: try domainKey.text(rewritten.checkpoint))
                == .proofInvalid)
    }

    @Test func `from the empty log everything has grown`() throws {
        let right = try log.consistencyEvidence(from: 0, to: 2)
        let empty = try Checkpoint(origin: log.domain, size: 0, root: MerkleTree.emptyRoot)
        #expect(
            changed(
                right, from: .init(root: MerkleTree.emptyRoot, size: 0),
                earlier: try domainKey.text(empty), path: []) == nil)
        let wrong = try Checkpoint(origin: log.domain, size: 0, root: .zero)
        #expect(
            changed(
                right, from: .init(root: .zero, size: 0), earlier: try domainKey.text(wrong),
                path: []) == .proofInvalid)
    }
}

@Suite struct AccusationTests {
    let log: SampleLog

    init() throws { log = try SampleLog.made() }

    /// Verified as it is sent.
    private func verify(_ accusation: Accusation) throws -> AccusationVerification {
        try AccusationVerification(Accusation(Envelope(line: accusation.document)))
    }

    private func code(_ accusation: Accusation) -> RefusalCode? {
        do {
            _ = try verify(accusation)
            return nil
        } catch {
            return (error as? Refusal)?.code
        }
    }

    @Test func `two logs of one size under one key are proof`() throws {
        let verified = try verify(try log.accusation())
        #expect(verified.size == 3)
        #expect(verified.roots == [log.blocks[0].block.statement.log.root, log.hashes[0]])
        #expect(verified.signer == domainKey.address)
        #expect(verified.key.isNamedAfterItself)
    }

    @Test func `everything else is none`() throws {
        let just = try log.accusation()
        let root = log.hashes[0]
        func with(
            domain: String? = nil, key: String? = nil, first: String? = nil, second: String? = nil
        ) -> RefusalCode? {
            code(
                Accusation(
                    domain: domain ?? just.domain, key: key ?? just.key, first: first ?? just.first,
                    second: second ?? just.second))
        }
        #expect(with() == nil)
        #expect(with(second: just.first) == .proofInvalid, "the same log twice")
        let larger = try Checkpoint(origin: log.domain, size: 4, root: root)
        #expect(with(second: try domainKey.text(larger)) == .proofInvalid, "another size")
        let other = try Checkpoint(origin: "other", size: 3, root: root)
        #expect(with(second: try domainKey.text(other)) == .notTrusted, "another log's key")
        let named = try domainKey.verifier(log.domain).signature(domainKey.key.sign(other.text))
        let foreign = try SignedNote(text: other.text, signatures: [named])
        #expect(
            with(second: String(decoding: foreign.bytes, as: UTF8.self)) == .proofInvalid,
            "another log under this key's name")
        let same = try Checkpoint(origin: log.domain, size: 3, root: root)
        #expect(with(second: try foreignKey.text(same)) == .notTrusted, "another key")
        let false1 = try domainKey.verifier(log.domain).signature(foreignKey.key.sign(same.text))
        let forged = try SignedNote(text: same.text, signatures: [false1])
        #expect(
            with(second: String(decoding: forged.bytes, as: UTF8.self)) == .signatureInvalid)
        #expect(with(domain: "other") == .malformedDocument)
        #expect(with(key: try foreignKey.verifier(log.domain).text) == .notTrusted)
        #expect(with(key: "no key") == .malformedDocument)
        let witness = try VerifierKey(
            name: KeyName(log.domain), kind: .cosignature, publicKey: domainKey.key.publicKey)
        #expect(with(key: witness.text) == .malformedDocument)
        #expect(with(first: "no note") == .malformedDocument)
    }
}
