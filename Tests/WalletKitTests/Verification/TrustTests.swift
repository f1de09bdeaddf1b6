// Whose key counts: policies, names, and states that the verifier holds.

import Blockstack
import Bytes
import Cryptography
import Documents
import Files
import Testing

@testable import WalletKit

@Suite struct TrustTests {
    let log: SampleLog
    let key: VerifierKey
    let first: SampleWitness
    let second: SampleWitness

    init() throws {
        log = try SampleLog.made(domain: "beers")
        key = try domainKey.verifier("beers")
        first = try SampleWitness("first")
        second = try SampleWitness("second")
    }

    private var witnesses: [VerifierKey] { [first.verifier, second.verifier] }

    // MARK: Policies

    @Test func `a policy without witnesses asks for its log's key alone`() throws {
        let reliance = try policy(logs: [key])
        let judged = try judge(
            reliance, try log.documentProof(2).document, log.blocks[1].block.document,
            try log.note(0).bytes, try log.tlogProof(2),
            try log.balanceProof(alice.address, issuer.address, height: 3).document,
            try log.absenceProof(.zero, 0...3).document,
            try log.consistencyProof(from: 0, to: 1).document, log.stacks[0].document,
            try log.accusation().document)
        #expect(judged.count == 9)
        for judged in judged {
            let verdict = try judged.get()
            #expect(verdict.shows("under a key of the policy"))
            #expect(!verdict.leavesOpen("is the key of"))
            #expect(verdict.domain == "beers")
        }
    }

    @Test func `what no log of the policy has signed is not trusted`() throws {
        let proofs = [
            try log.documentProof(2).document, log.blocks[1].block.document, try log.note(0).bytes,
            try log.tlogProof(2), log.stacks[0].document, try log.accusation().document,
        ]
        for logs in [
            [try foreignKey.verifier("beers")], [try domainKey.verifier("wines")],
            [try foreignKey.verifier("beers"), try domainKey.verifier("wines")], [],
        ] {
            let codes = try judge(policy(logs: logs), all: proofs).map(\.code)
            #expect(codes == [RefusalCode?](repeating: .notTrusted, count: proofs.count))
        }
        // Nor is a domain that is named after its key, where a policy names others.
        let own = try SampleLog.made()
        #expect(
            try codes(policy(logs: [key]), try own.documentProof(2).document) == [.notTrusted])
    }

    @Test func `the quorum of witnesses must have cosigned`() throws {
        let note = try log.note(0)
        let notes = [
            note, try first.cosign(note), try second.cosign(note),
            try second.cosign(try first.cosign(note)),
        ]
        for (quorum, expected) in [
            ("any", [false, true, true, true]), ("all", [false, false, false, true]),
        ] {
            let reliance = try policy(logs: [key], witnesses: witnesses, quorum: quorum)
            for (note, isMet) in zip(notes, expected) {
                let code: RefusalCode? = isMet ? nil : .notTrusted
                let proof = try log.documentProof(2, checkpoint: note)
                #expect(try codes(reliance, proof) == [code])
                #expect(try codes(reliance, note.bytes) == [code])
                #expect(try codes(reliance, try log.tlogProof(2, note: note)) == [code])
            }
            // A block carries no cosignatures.
            #expect(try codes(reliance, log.blocks[0].block.document) == [.notTrusted])
        }
        let reliance = try policy(logs: [key], witnesses: witnesses, quorum: "any")
        let verdict = try judge(reliance, try log.documentProof(2, checkpoint: notes[3]))[0].get()
        #expect(
            verdict.shows(
                "under a key of the policy and witnessed by 'first' at 2027-01-15T08:00:00.000Z "
                    + "and 'second' at 2027-01-15T08:00:00.000Z"))
        #expect(!verdict.leavesOpen("everybody"))
    }

    @Test func `cosignatures count wherever they stand`() throws {
        // A block, and the cosigned checkpoint of the same state given before it, or held.
        let cosigned = try first.cosign(try log.note(0))
        let block = log.blocks[0].block.document
        let reliance = try policy(logs: [key], witnesses: witnesses, quorum: "any")
        #expect(try codes(reliance, block, cosigned.bytes, block) == [.notTrusted, nil, nil])
        var holding = reliance
        try holding.hold(checkpoint: cosigned.bytes)
        #expect(try codes(holding, block) == [nil])
        // Of another state they do not.
        #expect(try codes(holding, log.blocks[1].block.document) == [.notTrusted])
    }

    @Test func `a false cosignature of a known witness refuses the proof`() throws {
        let note = try log.note(0)
        let cosignature = try Cosignature(
            time: 1_800_000_000, signature: foreignKey.key.sign(note.text))
        let forged = try note.adding([try cosignature.line(by: first.verifier)])
        let reliance = try policy(logs: [key], witnesses: witnesses, quorum: "any")
        #expect(
            try codes(reliance, try log.documentProof(2, checkpoint: forged)) == [.signatureInvalid]
        )
        // Without the policy nobody knows the witness.
        #expect(try codes(Reliance(), try log.documentProof(2, checkpoint: forged)) == [nil])
    }

    @Test func `a foreign block beside the true checkpoint is not trusted`() throws {
        // The true root, signed by the true key, in a block of another key with other balances.
        let statement = log.blocks[0].block.statement
        var forged = statement
        forged.balances = .init(root: log.hashes[0], size: 3)
        let block = try log.sign(forged, by: foreignKey)
        let text = try statement.checkpoint.text
        let both = try log.note(0).adding([
            try foreignKey.verifier("beers").signature(foreignKey.key.sign(text))
        ])
        let evidence = try log.documentEvidence(2)
        let proof = ProofDocument(
            domain: "beers",
            claim: .document(
                DocumentEvidence(
                    id: evidence.id, height: 0, document: evidence.document,
                    seal: SealEvidence(
                        block: try Envelope(line: block.document),
                        checkpoint: String(decoding: both.bytes, as: UTF8.self)),
                    place: evidence.place, stack: nil)))
        #expect(try codes(policy(logs: [key]), proof.document) == [.notTrusted])
        // Nor does a true cosignature help it.
        let cosigned = try first.cosign(both)
        #expect(try codes(policy(logs: [key]), cosigned.bytes) == [nil])
        let unknown = try judge(Reliance(), proof.document)[0].get()
        #expect(unknown.leavesOpen("that \(foreignKey.address) is the key of 'beers'"))
    }

    @Test func `a policy does not speak of documents that no log has signed`() throws {
        let reliance = try policy(logs: [key], witnesses: witnesses, quorum: "all")
        let judged = try judge(
            reliance, lines(log.iou(alice, bob, "1").document, log.lines[0], log.lines[2]))
        for judged in judged {
            #expect(try judged.get().leavesOpen("whether a log of the policy holds it"))
        }
        #expect(judged.count == 3)
    }

    @Test func `a policy that cannot be read is refused`() throws {
        var reliance = Reliance()
        do throws(Refusal) {
            try reliance.rely(onPolicy: bytes("log nonsense\nquorum none\n"))
            Issue.record("it was read")
        } catch {
            #expect(error.code == .malformedDocument)
            #expect(error.message.hasPrefix("line 1 of the policy"))
        }
    }

    // MARK: Names

    @Test func `a domain that is named after another key is not trusted`() throws {
        let log = try SampleLog.made(domain: foreignKey.address.text)
        let things = [
            try log.documentProof(2).document, log.blocks[0].block.document,
            log.stacks[0].document, try log.accusation().document,
        ]
        #expect(
            try judge(all: things).map(\.code) == [RefusalCode?](repeating: .notTrusted, count: 4))
        // Unless somebody has said so.
        let named = try policy(logs: [try domainKey.verifier(log.domain)])
        #expect(try judge(named, all: things).map(\.code) == [nil, nil, nil, nil])
    }

    @Test func `names are compared byte for byte`() throws {
        // The sign of Kelvin is the letter K to `==`.
        #expect("\u{212a}" == "K")
        let log = try SampleLog.made(domain: "\u{212a}")
        let reliance = try policy(logs: [try domainKey.verifier("K")])
        #expect(try codes(reliance, try log.documentProof(2).document) == [.notTrusted])
        let evidence = try log.documentEvidence(2)
        let renamed = ProofDocument(domain: "K", claim: .document(evidence))
        #expect(try codes(Reliance(), renamed.document) == [.proofInvalid])
    }

    // MARK: Notes, which carry no key

    @Test func `a note alone shows nothing`() throws {
        let own = try SampleLog.made()
        for note in [try log.note(0).bytes, try log.tlogProof(2), try own.note(0).bytes] {
            let refused = try judge(Reliance(), note)[0]
            #expect(refused.code == .notTrusted)
            #expect(refused.refusal?.message.hasPrefix("nothing was verified") == true)
        }
    }

    @Test func `a domain named after its key gives the key with any proof before the note`() throws
    {
        let own = try SampleLog.made()
        for before in [try own.documentProof(2).document, own.blocks[1].block.document] {
            let judged = try judge(
                Reliance(), before, try own.note(3).bytes, try own.tlogProof(4))
            #expect(judged.map(\.code) == [nil, nil, nil])
            #expect(
                try judged[1].get().shows("is signed under the key that the domain is named after"))
            #expect(
                try judged[2].get().shows(
                    "the document \(own.hashes[4]) stands at index 4 of the log of"))
        }
        // Nobody's word counts for another name.
        #expect(
            try codes(Reliance(), try log.documentProof(2).document, try log.note(0).bytes)
                == [nil, .notTrusted])
        // A false signature under the name is refused, another key's is no signature.
        let checkpoint = try own.blocks[0].block.statement.checkpoint
        let forged = try SignedNote(
            text: checkpoint.text,
            signatures: [
                try domainKey.verifier(own.domain).signature(foreignKey.key.sign(checkpoint.text))
            ])
        #expect(
            try codes(
                Reliance(), own.blocks[1].block.document, forged.bytes,
                try foreignKey.note(checkpoint).bytes)
                == [nil, .signatureInvalid, .notTrusted])
    }

    @Test func `a proof of an entry must be of a document of our logs`() throws {
        let evidence = try log.documentEvidence(2)
        let note = try log.note(0)
        for (extra, code) in [
            ([], RefusalCode.malformedDocument), ([1, 2, 3], .malformedDocument),
            (Digest256.zero.bytes, .proofInvalid), (log.hashes[1].bytes, .proofInvalid),
        ] as [([UInt8], RefusalCode)] {
            let proof = try TlogProof(
                index: 2, path: evidence.place.path, note: note, extra: extra)
            #expect(try codes(policy(logs: [key]), proof.bytes) == [code])
        }
        let proof = try TlogProof(
            index: 1, path: evidence.place.path, note: note, extra: log.hashes[2].bytes)
        #expect(try codes(policy(logs: [key]), proof.bytes) == [.proofInvalid])
    }

    // MARK: What is held

    @Test func `what is held needs no key, and names the key of what follows`() throws {
        let reliance = try holding(try log.note(0))
        let judged = try judge(
            reliance, try log.note(0).bytes, try log.tlogProof(2),
            try log.documentProof(2).document,
            try log.documentProof(4).document)
        let verdicts = try judged.map { try $0.get() }
        #expect(verdicts[0].shows("is the one whose checkpoint you hold"))
        #expect(verdicts[0].leavesOpen("who has signed it"))
        #expect(verdicts[1].shows("the one whose checkpoint you hold"))
        #expect(
            verdicts[2].shows(
                "under the key of \(domainKey.address), which has signed the checkpoint that you "
                    + "hold, in the log that you hold"))
        #expect(!verdicts[2].leavesOpen("everybody") && !verdicts[2].leavesOpen("is the key of"))
        #expect(
            verdicts[3].leavesOpen(
                "that its log of 5 documents extends the one of 3 that you hold: 'wallet prove "
                    + "--consistency' shows that"))
        // A key that has not signed what is held is not known.
        let foreign = try holding(
            try foreignKey.note(log.blocks[0].block.statement.checkpoint))
        #expect(
            try judge(foreign, try log.documentProof(2).document)[0].get().leavesOpen(
                "that \(domainKey.address) is the key of 'beers'"))
    }

    @Test func `a key that signs beside another log's is not known by that`() throws {
        let wines = try Checkpoint(origin: "wines", size: 1, root: log.hashes[0])
        let line = try key.signature(domainKey.key.sign(wines.text))
        let reliance = try holding(
            SignedNote(text: wines.text, signatures: [line]),
            try domainKey.note(Checkpoint(origin: "beers", size: 0, root: MerkleTree.emptyRoot)))
        #expect(
            try judge(reliance, try log.documentProof(2).document)[0].get().shows(
                "which has signed the checkpoint that you hold"))
        let alone = try holding(SignedNote(text: wines.text, signatures: [line]))
        #expect(
            try judge(alone, try log.documentProof(2).document)[0].get().leavesOpen(
                "that \(domainKey.address) is the key of 'beers'"))
    }

    @Test func `another root at the size that is held is an equivocation`() throws {
        let state = log.blocks[0].block.statement.log
        let other = try Checkpoint(origin: "beers", size: state.size, root: log.hashes[0])
        let signed = try holding(try domainKey.note(other))
        for thing in [
            try log.documentProof(2).document, log.blocks[0].block.document,
            try log.consistencyProof(from: 0, to: 2).document,
        ] {
            let refusal = try #require(try judge(signed, thing)[0].refusal)
            #expect(refusal.code == .proofInvalid)
            #expect(refusal.message.contains("one key has signed both: an equivocation"))
            #expect(refusal.details["held"] == log.hashes[0].hexadecimal)
        }
        for note in [try log.note(0).bytes, try log.tlogProof(2)] {
            #expect(try codes(signed, note) == [.proofInvalid])
        }
        let foreign = try holding(try foreignKey.note(other))
        let refusal = try #require(
            try judge(foreign, try log.documentProof(2).document)[0].refusal)
        #expect(refusal.code == .proofInvalid)
        #expect(refusal.message.contains("this key has not signed that one"))
        // Another size, another log: no contradiction.
        #expect(try codes(signed, try log.documentProof(4).document) == [nil])
        let wines = try SampleLog.made(domain: "wines")
        #expect(try codes(signed, try wines.documentProof(2).document) == [nil])
    }

    @Test func `what is held must agree with itself`() throws {
        var reliance = try holding(try log.note(0))
        let state = log.blocks[0].block.statement.log
        let other = try Checkpoint(origin: "beers", size: state.size, root: log.hashes[0])
        #expect(throws: Refusal.self) {
            try reliance.hold(checkpoint: try domainKey.note(other).bytes)
        }
        #expect(throws: Never.self) { try reliance.hold(checkpoint: try log.note(0).bytes) }
        #expect(throws: Refusal.self) { try reliance.hold(checkpoint: bytes("no note")) }
    }

    @Test func `a proof of consistency lets its later state be held`() throws {
        let growth = try log.consistencyProof(from: 0, to: 2).document
        let later = try log.documentProof(6).document
        let judged = try judge(try holding(try log.note(0)), later, growth, later)
        let verdicts = try judged.map { try $0.get() }
        #expect(verdicts[0].leavesOpen("extends the one of 3 that you hold"))
        #expect(verdicts[1].shows("begins with the log of 3 documents whose checkpoint you hold"))
        #expect(!verdicts[1].leavesOpen("that you hold"))
        #expect(verdicts[2].shows("in the log that you hold"))
        // From there on contradictions are noticed at the later size too.
        let state = log.blocks[2].block.statement.log
        let other = try Checkpoint(origin: "beers", size: state.size, root: .zero)
        let third = try foreignKey.note(other).bytes
        #expect(
            try codes(try holding(try log.note(0)), third, growth, third)
                == [.notTrusted, nil, .proofInvalid])
    }

    @Test func `a foreign key cannot extend what is held`() throws {
        // Whoever knows the log can sign its state and a continuation under a key of his own.
        var forged = log
        forged.key = foreignKey
        forged.pay([forged.iou(issuer, bob, "1")])
        try forged.seal()
        let right = try forged.consistencyEvidence(from: 0, to: 4)
        let checkpoint = try log.blocks[0].block.statement.checkpoint
        let growth = ProofDocument(
            domain: "beers",
            claim: .consistency(
                ConsistencyEvidence(
                    from: right.from, to: right.to, earlier: try foreignKey.text(checkpoint),
                    seal: right.seal, path: right.path)))
        let judged = try judge(
            try holding(try log.note(0)), growth.document, try forged.note(4).bytes)
        #expect(
            try judged[0].get().leavesOpen("that \(foreignKey.address) is the key of 'beers'"))
        #expect(judged[1].code == .notTrusted)
    }

    @Test func `two stories within one run are an equivocation`() throws {
        var other = SampleLog(domain: "beers")
        other.certify(issued: "2026-01-01T00:00:01Z")
        other.define()
        other.pay([other.iou(issuer, alice, "10")])
        try other.seal(change: { $0.opened = sampleTime("2026-01-01T00:00:01Z") })
        let judged = try judge(
            Reliance(), try log.documentProof(2).document, try other.documentProof(2).document)
        #expect(judged.map(\.code) == [nil, .proofInvalid])
        #expect(judged[1].refusal?.message.contains("in what came before; one key") == true)
        // Of two keys that call themselves the same, neither is a liar.
        var stranger = try SampleLog.made(domain: "beers", key: foreignKey)
        stranger.key = foreignKey
        #expect(
            try codes(
                Reliance(), try log.documentProof(2).document,
                try stranger.documentProof(2).document) == [nil, nil])
    }
}
