import Blockstack
import Bytes
import Cryptography
import Documents
import Files
import Testing

@testable import WalletKit

@Suite struct AddCheckpointTests {
    let witness: WitnessFixture
    let log: HandLog

    init() throws {
        witness = try WitnessFixture()
        log = try HandLog()
        _ = try witness.wallet.trustLog(try log.verifier.text)
    }

    @Test func `a log grows, and every size is cosigned`() throws {
        for (old, size) in [(0, 0), (0, 0), (0, 3), (3, 10), (10, 10), (10, 11), (11, 20)] {
            try witness.cosign(log, old, size)
            let seen = try witness.wallet.witnessedLog("log.example").seen
            #expect(try seen?.checkpoint == log.checkpoint(size))
            #expect(seen?.time == Int(witness.clock.seconds))
            try witness.restart()
        }
    }

    @Test func `what is not a request is malformed`() throws {
        let good = try log.request(0, 3)
        let long = try log.note(
            3, [String(repeating: "a", count: Limits.witnessedTextBytes)])
        let bodies: [([UInt8], String)] = [
            ([], "unterminated"), (Array(good.dropLast()), "unterminated"),
            (Array("old 0\n".utf8), "malformed-line"),
            (Array("new".utf8) + good.dropFirst(3), "malformed-line"),
            (good.map { $0 == UInt8(ascii: "0") ? UInt8(ascii: "x") : $0 }, "malformed-line"),
            (
                [UInt8](repeating: UInt8(ascii: "\n"), count: Limits.witnessRequestBytes + 1),
                "too-long"
            ),
            (try WitnessRequest(old: 0, proof: [], note: long).bytes, "too-long"),
        ]
        for (body, reason) in bodies {
            let refusal = witness.refusal(body)
            guard case .malformed(let error) = refusal else {
                Issue.record("\(refusal.map { "\($0)" } ?? "cosigned") instead of \(reason)")
                continue
            }
            #expect(error.code == reason)
            #expect(refusal?.code == "malformed-request" && refusal?.httpStatus == 400)
        }
        #expect(try witness.peer(log).seen(by: log.verifier) == nil)
    }

    @Test func `the longest text is cosigned`() throws {
        let line = Limits.witnessedTextBytes - (try log.checkpoint(3).text.count) - 1
        for (surplus, isCosigned) in [(0, true), (1, false)] {
            let note = try log.note(3, [String(repeating: "a", count: line + surplus)])
            let refusal = witness.refusal(try WitnessRequest(old: 0, proof: [], note: note).bytes)
            #expect((refusal == nil) == isCosigned)
        }
    }

    @Test func `a log that shrinks is a bad size`() throws {
        try witness.cosign(log, 0, 7)
        let body = Array("old 7\n\n".utf8) + (try log.note(6).bytes)
        let refusal = try #require(witness.refusal(body))
        #expect(refusal.code == "bad-size" && refusal.httpStatus == 400)
        #expect(refusal.details == ["old": "7", "size": "6"])
    }

    @Test func `an unknown log leaves no trace`() throws {
        let before = try FileSystem.list(witness.directory + "/peers")
        for origin in ["other.example", "Log.example", "../x", "a b", "é", ".", "log.example/"] {
            var other = log
            other.origin = origin
            let text = try other.checkpoint(3).text
            let note = try SignedNote(text: text, signatures: [try log.line(text)])
            let body = try WitnessRequest(old: 0, proof: [], note: note).bytes
            let refusal = try #require(witness.refusal(body))
            #expect(refusal.code == "unknown-log" && refusal.httpStatus == 404)
            #expect(refusal.details == ["origin": origin])
        }
        #expect(try FileSystem.list(witness.directory + "/peers") == before)
    }

    @Test func `only the trusted key's signature counts`() throws {
        let text = try log.checkpoint(3).text
        let other = try HandLog(key: 2)
        let false1 = try log.line(Array("something else\n".utf8))
        let false2 = try log.verifier.signature(try other.signer.sign(message: text))
        let foreign = try other.line(text)
        for lines in [[foreign], [false1], [false2], [false2, foreign], [false1, false2]] {
            let note = try SignedNote(text: text, signatures: lines)
            let body = try WitnessRequest(old: 0, proof: [], note: note).bytes
            let refusal = try #require(witness.refusal(body))
            #expect(refusal.code == "not-signed" && refusal.httpStatus == 403)
        }
        // One true and one false signature of the key: such a note is refused whole.
        let mixed = try SignedNote(text: text, signatures: [try log.line(text), false2])
        let body = try WitnessRequest(old: 0, proof: [], note: mixed).bytes
        #expect(witness.refusal(body)?.code == "not-signed")
        // Others' signatures are neither needed nor kept.
        let full = try SignedNote(text: text, signatures: [foreign, try log.line(text)])
        _ = try witness.wallet.addCheckpoint(
            try WitnessRequest(old: 0, proof: [], note: full).bytes)
        let seen = try #require(try witness.peer(log).seen(by: log.verifier))
        #expect(seen.note.signatures.count == 2 && !seen.note.signatures.contains(foreign))
    }

    @Test func `a request from another size says which was seen`() throws {
        try witness.cosign(log, 0, 5)
        for (old, size) in [(0, 5), (0, 9), (4, 9), (6, 9), (3, 4), (0, 0)] {
            let refusal = try #require(witness.refusal(try log.request(old, size)))
            #expect(refusal.code == "conflict" && refusal.httpStatus == 409)
            #expect(refusal.details["size"] == "5" && refusal.seenSize == 5)
        }
        try witness.cosign(log, 5, 9)
    }

    @Test func `the log is not rolled back, whatever the request says`() throws {
        try witness.cosign(log, 0, 9)
        for size in 0..<9 {
            for old in 0...size {
                #expect(witness.refusal(try log.request(old, size))?.code == "conflict")
            }
        }
        #expect(try witness.wallet.witnessedLog("log.example").seen?.checkpoint.size == 9)
    }

    @Test func `a wrong proof is refused`() throws {
        try witness.cosign(log, 0, 7)
        let good = log.proof(7, 13)
        var wrong = [[], Array(good.dropLast()), good + [good[0]], Array(good.reversed())]
        for index in good.indices {
            var bytes = good[index].bytes
            bytes[index % 32] ^= 1
            var proof = good
            proof[index] = try #require(Digest256(bytes))
            wrong.append(proof)
        }
        for proof in wrong {
            let body = try WitnessRequest(old: 7, proof: proof, note: try log.note(13)).bytes
            let refusal = try #require(witness.refusal(body))
            #expect(refusal.code == "inconsistent" && refusal.httpStatus == 422)
        }
        // From nothing there is nothing to prove, and the same tree needs no proof.
        let other = try HandLog("second.example", key: 3)
        _ = try witness.wallet.trustLog(try other.verifier.text)
        let body = try WitnessRequest(old: 0, proof: good, note: try other.note(3)).bytes
        #expect(witness.refusal(body)?.code == "inconsistent")
        let same = try WitnessRequest(old: 7, proof: good, note: try log.note(7)).bytes
        #expect(witness.refusal(same)?.code == "inconsistent")
        try witness.cosign(log, 7, 13)
    }

    @Test func `an empty tree has one root`() throws {
        let text = try Checkpoint(origin: log.origin, size: 0, root: log.root(1)).text
        let note = try SignedNote(text: text, signatures: [try log.line(text)])
        let body = try WitnessRequest(old: 0, proof: [], note: note).bytes
        #expect(witness.refusal(body)?.code == "inconsistent")
    }

    @Test func `a time is never before the last one`() throws {
        let noon = witness.clock.seconds
        #expect(try witness.cosign(log, 0, 3) == Int(noon))
        for (seconds, expected) in [
            (noon - 1, noon), (noon + 5, noon + 5), (0, noon + 5), (-10, noon + 5),
        ] {
            witness.clock.seconds = seconds
            try witness.restart()
            #expect(try witness.cosign(log, 3, 3) == Int(expected))
        }
        let early = try WitnessFixture()
        early.clock.seconds = -5
        _ = try early.wallet.trustLog(try log.verifier.text)
        #expect(try early.cosign(log, 0, 1) == 0)
    }

    @Test func `the key signs nothing but checkpoints, and is not the domain's`() throws {
        let key = try witness.wallet.witnessVerifierKey()
        #expect(key.kind == .cosignature && key.name.description == "witness.example")
        let domain = try witness.wallet.keys.read("domain").publicPart
        guard case .key(_, let publicKey, _) = domain else {
            Issue.record("no domain key")
            return
        }
        #expect(publicKey != key.publicKey)
        try witness.restart()
        #expect(try witness.wallet.witnessVerifierKey() == key)
    }

    @Test func `a domain that cannot be a key's name does not cosign`() throws {
        let plus = try WitnessFixture()
        try plus.wallet.edit { try $0.set(Settings.domainName.key, to: "a+b") }
        #expect(throws: WitnessError.self) { try plus.wallet.witnessVerifierKey() }
        _ = try plus.wallet.trustLog(try log.verifier.text)
        #expect(plus.refusal(try log.request(0, 3))?.code == "unusable-name")
        #expect(try plus.wallet.witnessedLog("log.example").seen == nil)
    }
}
