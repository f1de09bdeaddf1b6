// Proofs that a document stands in a block.

import Bytes
import Cryptography
import Documents
import Headers
import Testing

@testable import Blockstack

@Suite struct DocumentProofTests {
    let log: SampleLog

    init() throws { log = try SampleLog.made() }

    private func proof(
        _ evidence: DocumentEvidence, domain: String? = nil
    ) -> ProofDocument {
        ProofDocument(domain: domain ?? log.domain, claim: .document(evidence))
    }

    /// The evidence with other parts.
    private func changed(
        _ evidence: DocumentEvidence, id: Digest256? = nil, height: Int? = nil,
        document: Envelope? = nil, seal: SealEvidence? = nil, place: TreePlace? = nil,
        stack: StackEvidence?? = nil
    ) -> ProofDocument {
        proof(
            DocumentEvidence(
                id: id ?? evidence.id, height: height ?? evidence.height,
                document: document ?? evidence.document, seal: seal ?? evidence.seal,
                place: place ?? evidence.place, stack: stack ?? evidence.stack))
    }

    @Test func `every sealed document of a log can be proved`() throws {
        let sealed = log.hashes.indices.dropLast()
        for index in sealed {
            let verified = try verify(try log.documentProof(index))
            guard case .document(let document, let place, let stack) = verified.finding else {
                Issue.record("no document: \(index)")
                continue
            }
            #expect(document.hash == log.hashes[index])
            #expect(place == index)
            let height = try #require(try log.height(of: index))
            #expect(verified.seal.block.block.hash == log.blocks[height].block.hash)
            #expect((stack != nil) == (height < 3))
            #expect(verified.seal.block.isSelfCertified)
            #expect(verified.seal.block.signer == domainKey.address)
        }
        #expect(sealed.count == 11)
    }

    @Test func `an instruction is proved by its transaction`() throws {
        var count = 0
        for (index, line) in log.lines.enumerated().dropLast() {
            let envelope = try Envelope(line: line)
            for input in envelope.data["inputs"]?.elements ?? [] {
                let id = try #require(input["hash"]?.string.flatMap { Digest256(hexadecimal: $0) })
                try verify(try log.documentProof(index, id: id))
                count += 1
            }
        }
        #expect(count == 6)
    }

    @Test func `a proof without a stack is one too`() throws {
        let evidence = try log.documentEvidence(2)
        #expect(code(changed(evidence, stack: .some(nil))) == nil)
    }

    @Test func `a proof for another id is false`() throws {
        let evidence = try log.documentEvidence(2)
        for id in log.hashes + [.zero] where id != log.hashes[2] {
            #expect(code(changed(evidence, id: id)) == .proofInvalid)
        }
    }

    @Test func `another document at the same place is false`() throws {
        let evidence = try log.documentEvidence(2)
        let other = try Envelope(line: log.lines[1])
        #expect(code(changed(evidence, id: other.hash, document: other)) == .proofInvalid)
    }

    @Test func `another place, path, height, domain is false`() throws {
        for index in log.hashes.indices.dropLast() {
            let evidence = try log.documentEvidence(index)
            let path = evidence.place.path
            for other in 0..<log.hashes.count where other != index {
                let place = TreePlace(index: other, path: path)
                #expect(code(changed(evidence, place: place)) == .proofInvalid)
            }
            var paths = [path + [path.last ?? .zero], [.zero] + path]
            if !path.isEmpty { paths += [Array(path.dropLast()), Array(path.dropFirst())] }
            for level in path.indices {
                var other = path
                other[level] = MerkleTree.leafHash(path[level])
                paths.append(other)
            }
            if Set(path).count > 1 { paths.append(path.reversed()) }
            for path in paths {
                let place = TreePlace(index: index, path: path)
                #expect(code(changed(evidence, place: place)) == .proofInvalid)
            }
            for height in 0..<5 where height != evidence.height {
                #expect(code(changed(evidence, height: height)) == .proofInvalid)
            }
            #expect(code(proof(evidence, domain: "other")) == .proofInvalid)
        }
    }

    @Test func `a document that was there before the block is not in it`() throws {
        // The path to a later root is true, and the claim is not.
        for index in [0, 1, 2, 4] {
            let evidence = try log.documentEvidence(index)
            for height in evidence.height + 1..<4 {
                let later = proof(
                    DocumentEvidence(
                        id: evidence.id, height: height, document: evidence.document,
                        seal: try log.seal(height), place: log.place(index, at: height),
                        stack: nil))
                #expect(refusal(later)?.message.contains("was there before") == true)
            }
        }
        // A block is sealed by the next one alone.
        let block = try log.documentEvidence(3)
        let later = proof(
            DocumentEvidence(
                id: block.id, height: 2, document: block.document, seal: try log.seal(2),
                place: log.place(3, at: 2), stack: nil))
        #expect(code(later) == .proofInvalid)
    }

    @Test func `the checkpoint is the block's, signed by its key`() throws {
        let evidence = try log.documentEvidence(2)
        let tree = log.blocks[0].block.statement.log
        func with(_ checkpoint: String) -> ProofDocument {
            changed(
                evidence, seal: SealEvidence(block: evidence.seal.block, checkpoint: checkpoint))
        }
        let right = try Checkpoint(origin: log.domain, size: tree.size, root: tree.root)
        #expect(code(with(try domainKey.text(right))) == nil)
        #expect(code(with(try foreignKey.text(right))) == .proofInvalid)
        #expect(code(with(try log.seal(1).checkpoint)) == .proofInvalid)
        #expect(code(with("no note")) == .malformedDocument)
        for wrong in [
            try Checkpoint(origin: "other", size: tree.size, root: tree.root),
            try Checkpoint(origin: log.domain, size: tree.size + 1, root: tree.root),
            try Checkpoint(origin: log.domain, size: tree.size, root: .zero),
            try Checkpoint(
                origin: log.domain, size: tree.size, root: tree.root, extensions: ["more"]),
        ] {
            #expect(code(with(try domainKey.text(wrong))) == .proofInvalid)
        }
        // A line that names the key and is false refuses the note, even beside a true one.
        let note = try domainKey.note(right)
        let verifier = try domainKey.verifier(log.domain)
        let false1 = try verifier.signature(foreignKey.key.sign(right.text))
        let both = try note.adding([false1])
        #expect(code(with(String(decoding: both.bytes, as: UTF8.self))) == .signatureInvalid)
        // A stranger's line is no concern of the proof's.
        let stranger = try foreignKey.verifier("stranger").signature(
            foreignKey.key.sign(right.text))
        let joined = try note.adding([stranger])
        #expect(code(with(String(decoding: joined.bytes, as: UTF8.self))) == nil)
    }

    @Test func `documents of other domains, and promises alone, are in no log`() throws {
        var other = SampleLog(domain: "other")
        other.certify()
        for (line, reason) in [
            (other.lines[0], "not of the domain"),
            (log.iou(alice, bob, "1").document, "only inside a transaction"),
        ] {
            var log = SampleLog()
            log.certify()
            log.append(line, try Envelope(line: line).hash)
            try log.seal()
            #expect(code(try log.documentProof(0)) == nil)
            #expect(refusal(try log.documentProof(1))?.message.contains(reason) == true)
        }
    }

    @Test func `a block is sealed by the one that follows it, as its last document before`() throws
    {
        // Written once more among the documents of block 1.
        var twice = SampleLog()
        twice.certify()
        try twice.seal()
        twice.append(twice.lines[1], twice.hashes[1])
        try twice.seal()
        #expect(code(try twice.documentProof(1)) == nil)
        #expect(code(try twice.documentProof(2)) == .proofInvalid)
        // Followed by a block that names another.
        var other = SampleLog()
        other.certify()
        try other.seal()
        other.define()
        try other.seal { $0.previous = Hash.sha256([1]) }
        #expect(code(try other.documentProof(1)) == .proofInvalid)
    }

    @Test func `a false signature inside the document makes the proof false`() throws {
        var log = SampleLog()
        log.certify()
        let iou = log.iou(alice, bob, "1")
        log.pay([iou.replacing(Endorsements(signatures: [foreignKey.signature(iou.hash)]))])
        try log.seal()
        #expect(code(try log.documentProof(1)) == .signatureMissing)
    }

    @Test func `an inner node passes neither for a leaf nor for a document`() throws {
        // A node's preimage begins with another byte than a leaf's, so no path is too short.
        let evidence = try log.documentEvidence(5)
        let place = evidence.place
        for level in 1..<place.path.count {
            let short = TreePlace(
                index: place.index >> level, path: Array(place.path.dropFirst(level)))
            #expect(code(changed(evidence, place: short)) == .proofInvalid)
        }
        // A document of 64 bytes could be two hashes of Bitcoin's tree: none is read.
        let data = #"{"domain":"a","kind":"device","more":"aaaaaaaaaaaaaaaaaaaaaaaa"}"#
        #expect(data.utf8.count == 64)
        let line = Envelope.write(data: Array(data.utf8), hash: Hash.sha256d(Array(data.utf8))) {
            _ in
        }
        do throws(Refusal) {
            try Envelope(line: line).check()
            Issue.record("64 bytes were read")
        } catch {
            #expect(error.code == .malformedDocument)
            #expect(error.message.contains("data of 64 bytes"))
        }
    }
}
