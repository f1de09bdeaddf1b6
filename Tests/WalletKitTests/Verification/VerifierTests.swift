// What is said of each kind of thing.

import Blockstack
import Bytes
import Cryptography
import Documents
import Files
import Headers
import Testing

@testable import WalletKit

@Suite struct VerifierTests {
    let log: SampleLog
    let named: SampleLog

    init() throws {
        log = try SampleLog.made()
        named = try SampleLog.made(domain: "beers")
    }

    private func verdict(_ line: [UInt8], _ reliance: Reliance = Reliance()) throws -> Verdict {
        let judged = try judge(reliance, line)
        #expect(judged.count == 1)
        return try #require(judged.first).get()
    }

    @Test func `promises, units, devices, transactions are judged on their own`() throws {
        let promise = log.iou(alice, bob, "1").document
        let judged = try judge(
            Reliance(), lines(promise, log.lines[0], log.lines[1], log.lines[2]))
        let verdicts = try judged.map { try $0.get() }
        #expect(verdicts.map(\.kind) == [.iou, .device, .unit, .transaction])
        #expect(verdicts[0].proved == "\(alice.address) has signed this promise")
        #expect(verdicts[0].leavesOpen("is for its domain to say"))
        #expect(verdicts[1].shows("has certified the device \(device.address)"))
        #expect(verdicts[2].proved == "\(issuer.address) has defined the unit 'BEER'")
        #expect(verdicts[3].shows("one signed instruction has cleared"))
        #expect(verdicts[3].leavesOpen("a proof shows that"))
        #expect(verdicts.allSatisfy { $0.file == nil })
    }

    @Test func `a document's proof says what, where, when, under which key, with how much work`()
        throws
    {
        let verdict = try verdict(try log.documentProof(2).document)
        #expect(verdict.kind == .proof)
        #expect(verdict.id == log.hashes[2])
        #expect(verdict.domain == log.domain)
        #expect(verdict.height == 0)
        #expect(verdict.sealed == sampleTime("2026-02-01"))
        #expect(verdict.key == domainKey.address)
        #expect(
            verdict.proved
                == "the transaction \(log.hashes[2].abbreviated) is in block 0 of '\(log.domain)', "
                + "sealed at 2026-02-01T00:00:00.000Z under the key that the domain is named "
                + "after; stack 0 holds the block, with about 2 hashes of work")
        #expect(!verdict.leavesOpen("is the key of"))
        #expect(verdict.leavesOpen("'wallet audit'"))
        #expect(verdict.leavesOpen("that the stack's header is in a chain of headers"))
        #expect(verdict.leavesOpen("that everybody is shown the same log"))
    }

    @Test func `of a domain with another name the key is said, and that it is not known`() throws {
        let verdict = try verdict(try named.documentProof(10).document)
        #expect(verdict.shows("in block 3 of 'beers', sealed at 2026-02-04T00:00:00.000Z"))
        #expect(verdict.shows("under the key of \(domainKey.address)"))
        #expect(verdict.leavesOpen("that \(domainKey.address) is the key of 'beers'"))
        #expect(verdict.leavesOpen("that work was spent on the block"))
    }

    @Test func `every kind of document is named in the sentence`() throws {
        let words = [
            "the certificate of the device", "the unit 'BEER'", "the transaction", "block 0",
        ]
        for (index, word) in words.enumerated() {
            #expect(try verdict(try log.documentProof(index).document).proved.hasPrefix(word))
        }
        #expect(try verdict(try log.documentProof(8).document).proved.hasPrefix("stack 0"))
        let input = try #require(
            try Envelope(line: log.lines[4]).data["inputs"]?.elements?.first?["hash"]?.string)
        let id = try #require(Digest256(hexadecimal: input))
        let instruction = try verdict(try log.documentProof(4, id: id).document)
        #expect(instruction.proved.hasPrefix("the promise \(id.abbreviated) of "))
        #expect(instruction.shows("has cleared: the transaction \(log.hashes[4].abbreviated)"))
        #expect(instruction.id == id)
    }

    @Test func `a balance, none, an absence, a consistency, an accusation`() throws {
        let balance = try verdict(
            try log.balanceProof(alice.address, issuer.address, height: 3).document)
        #expect(
            balance.shows(
                "\(alice.address) had 9 of \(issuer.address), within the limits 0 and Infinity, at "
                    + "block 3 of '\(log.domain)'"))
        #expect(balance.shows("all of it adds up to 0"))
        let none = try verdict(
            try log.balanceProof(device.address, issuer.address, height: 3).document)
        #expect(none.shows("\(device.address) had no counter of \(issuer.address) at block 3"))
        let id = Hash.sha256(bytes("absent"))
        let absence = try verdict(try log.absenceProof(id, 1...3).document)
        #expect(absence.shows("no document or instruction \(id) is in the blocks 1 to 3"))
        #expect(absence.leavesOpen("what the blocks before them hold"))
        #expect(absence.leavesOpen("what is sealed after block 3"))
        #expect(try verdict(try log.absenceProof(id, 0...0).document).shows("is in block 0 of"))
        let growth = try verdict(try log.consistencyProof(from: 0, to: 3).document)
        #expect(growth.shows("the log of 11 documents at block 3 of '\(log.domain)', sealed at"))
        #expect(growth.shows("begins with the log of 3 documents under the same key"))
        let accusation = try verdict(try log.accusation().document)
        #expect(accusation.kind == .accusation)
        #expect(accusation.shows("the domain '\(log.domain)' has told two stories"))
        #expect(!accusation.leavesOpen("is the key of"))
        #expect(try verdict(try named.accusation().document).leavesOpen("is the key of 'beers'"))
    }

    @Test func `a block alone, and a stack`() throws {
        let block = try verdict(log.blocks[3].block.document)
        #expect(block.shows("block 3 of '\(log.domain)' sealed 3 documents, the last of 11"))
        #expect(block.leavesOpen("what the documents are"))
        #expect((block.height, block.size) == (3, 11))
        let stack = try verdict(log.stacks[0].document)
        #expect(stack.shows("stack 0 of '\(log.domain)' holds the blocks 0 to 2"))
        #expect(stack.shows("with about 2 hashes of work"))
        var reliance = Reliance()
        try reliance.know(headers: log.stacks[0].header)
        #expect(
            try verdict(log.stacks[0].document, reliance).shows(
                "as header 0 of the 1 that you have"))
        #expect(
            try verdict(try log.documentProof(2).document, reliance).shows(
                "as header 0 of the 1 that you have"))
        // Headers of another chain say so, and refuse nothing.
        var other = try SampleLog.made(domain: "other")
        try other.stack()
        var foreign = Reliance()
        try foreign.know(headers: other.stacks[0].header)
        #expect(
            try verdict(try log.documentProof(2).document, foreign).leavesOpen(
                "it is none of those that you have"))
    }

    @Test func `a row has what a program asks for`() throws {
        let row = try verdict(try log.documentProof(2).document).row
        for name in [
            "kind", "hash", "id", "domain", "height", "sealed", "key", "proved", "unproved",
        ] {
            #expect(!row[name].isEmpty, "\(name)")
        }
        #expect(row["kind"] == "proof" && row["verified"] == "true")
        #expect(row["file"] == "")
        #expect(try JSONText(bytes(row.json)).root["height"]?.integer == 0)
        var verdict = try verdict(log.lines[0])
        verdict.file = "a file"
        #expect(verdict.row["file"] == "a file" && verdict.row["height"] == "")
    }

    @Test func `everything is judged, and what is false has its line`() throws {
        let false1 = log.documentProofWithAnotherHeight
        let judged = try judge(
            Reliance(), lines(log.lines[0], [], try false1(), log.lines[1]),
            lines(bytes("nonsense"), log.lines[2]))
        #expect(judged.map(\.code) == [nil, .proofInvalid, nil, .malformedDocument, nil])
        #expect(judged[1].refusal?.details["line"] == "3")
        #expect(judged[3].refusal?.details["line"] == "1")
        #expect(judged[1].refusal?.complaint.hasPrefix("line 3: proof-invalid: ") == true)
    }

    @Test func `nothing is no proof`() throws {
        #expect(try codes(Reliance(), []) == [.malformedDocument])
        #expect(try codes(Reliance(), bytes("\n \n\t\r\n")) == [.malformedDocument])
    }

    @Test func `lines have limits`() throws {
        // A document may be as long as a stored line, a proof longer: no line is held beyond.
        let long = [UInt8](repeating: UInt8(ascii: "a"), count: Limits.proofBytes)
        let short = long.dropLast(Limits.proofBytes - Limits.storedLineBytes)
        let judged = try judge(
            Reliance(),
            lines(bytes(#"{"data""#), Array(short) + [0x61], long + [0x61], log.lines[0]))
        #expect(
            judged.map(\.code) == [.malformedDocument, .malformedDocument, .malformedDocument, nil])
        #expect(judged[2].refusal?.message == "longer than \(Limits.proofBytes) bytes")
        #expect(judged[2].refusal?.details["line"] == "3")
        // Nothing is held of what is no line and has no end.
        let endless = [UInt8](repeating: 0x2d, count: Limits.wholeFileBytes + 1)
        #expect(
            try judge(Reliance(), endless)[0].refusal?.message
                == "longer than \(Limits.proofBytes) bytes")
        // A long line that is read, and is no proof.
        var padded = log.lines[0]
        padded += [UInt8](repeating: 0x20, count: Limits.storedLineBytes)
        #expect(try codes(Reliance(), padded) == [.malformedDocument])
    }
}

extension SampleLog {
    /// A proof that claims another block.
    fileprivate func documentProofWithAnotherHeight() throws -> [UInt8] {
        let evidence = try documentEvidence(2)
        return ProofDocument(
            domain: domain,
            claim: .document(
                DocumentEvidence(
                    id: evidence.id, height: 1, document: evidence.document, seal: evidence.seal,
                    place: evidence.place, stack: nil))
        ).document
    }
}
