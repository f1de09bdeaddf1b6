import Blockstack
import Bytes
import Cryptography
import Documents
import Files
import Testing

@testable import WalletKit

@Suite struct EquivocationTests {
    let witness: WitnessFixture
    let first: HandLog
    let second: HandLog

    init() throws {
        witness = try WitnessFixture()
        first = try HandLog(fork: 4, branch: 1)
        second = try HandLog(fork: 4, branch: 2)
        _ = try witness.wallet.trustLog(try first.verifier.text)
    }

    /// What a stranger checks of an accusation.
    private func verify(_ accusation: Accusation, _ log: HandLog, _ size: Int) throws {
        let read = try Accusation(try Envelope(line: accusation.document))
        let key = try VerifierKey(read.key)
        #expect(try key == log.verifier && read.domain == log.origin)
        let notes = try [read.first, read.second].map { try SignedNote(Array($0.utf8)) }
        for note in notes {
            #expect(try note.verified(by: [key]).map(\.key) == [key])
            #expect(note.signatures.count == 1)
        }
        let checkpoints = try notes.map { try Checkpoint(note: $0) }
        #expect(checkpoints.allSatisfy { $0.isOf(log.origin.utf8) && $0.size == size })
        #expect(checkpoints[0].root != checkpoints[1].root)
    }

    @Test func `a forked log is accused, and not cosigned`() throws {
        try witness.cosign(first, 0, 6)
        let stands = try FileSystem.read(witness.checkpointPath(first), limit: 10_000)
        // Whatever size the request begins at.
        for old in 0...6 {
            let refusal = try #require(witness.refusal(try second.request(old, 6)))
            #expect(refusal.code == "equivocation" && refusal.httpStatus == 409)
            guard case .equivocation(let accusation, 6) = refusal else {
                Issue.record("no accusation")
                return
            }
            try verify(accusation, first, 6)
            let kept = try FileSystem.read(
                witness.peer(first).path + "/accusations/\(accusation.hash.hexadecimal).json",
                limit: 100_000)
            #expect(kept == accusation.document + [UInt8(ascii: "\n")])
            #expect(refusal.details["accusation"] == accusation.hash.hexadecimal)
            #expect(refusal.seenSize == 6)
        }
        #expect(try FileSystem.read(witness.checkpointPath(first), limit: 10_000) == stands)
        let log = try witness.wallet.witnessedLog("log.example")
        #expect(log.accusations == 1)
        #expect(log.row["accusations"] == "1")
        // The story that was cosigned goes on.
        try witness.cosign(first, 6, 8)
    }

    @Test func `a fork that grows is never cosigned`() throws {
        try witness.cosign(first, 0, 6)
        for size in 7...20 {
            #expect(witness.refusal(try second.request(6, size))?.code == "inconsistent")
        }
        // Before the fork both are one log.
        try witness.restart()
        #expect(witness.refusal(try second.request(3, 4))?.code == "conflict")
    }

    @Test func `the longest checkpoints fit into an accusation`() throws {
        func note(_ log: HandLog) throws -> SignedNote {
            let room = Limits.witnessedTextBytes - (try log.checkpoint(6).text.count) - 1
            // Every one of these characters is two in JSON.
            return try log.note(6, [String(repeating: "\"", count: room)])
        }
        let others = try (1...60).map { number in
            try HandLog("o\(number)", key: 9).line(Array("x\n".utf8))
        }
        func body(_ log: HandLog) throws -> [UInt8] {
            try WitnessRequest(old: 0, proof: [], note: try note(log).adding(others)).bytes
        }
        _ = try witness.wallet.addCheckpoint(try body(first))
        guard case .equivocation(let accusation, _) = witness.refusal(try body(second)) else {
            Issue.record("no accusation")
            return
        }
        try verify(accusation, first, 6)
    }

    @Test func `other lines below the same root are no second story`() throws {
        try witness.cosign(first, 0, 6)
        let note = try first.note(6, ["a line more"])
        let cosigned = try witness.wallet.addCheckpoint(
            try WitnessRequest(old: 6, proof: [], note: note).bytes)
        #expect(cosigned.checkpoint.extensions == ["a line more"])
    }

    @Test func `a log cannot fill the disk with accusations`() throws {
        try witness.cosign(first, 0, 6)
        for number in 0..<(Limits.accusations + 3) {
            let other = try HandLog(fork: 4, branch: UInt8(10 + number))
            #expect(witness.refusal(try other.request(0, 6))?.code == "equivocation")
        }
        let log = try witness.wallet.witnessedLog("log.example")
        #expect(log.accusations == Limits.accusations)
    }

    @Test func `under a new key the log goes on, and is accused of nothing by the old one's word`()
        throws
    {
        try witness.cosign(first, 0, 6)
        let renewed = try HandLog(key: 7, fork: 4, branch: 1)
        let forked = try HandLog(key: 7, fork: 4, branch: 2)
        #expect(witness.refusal(try renewed.request(6, 8))?.code == "not-signed")
        _ = try witness.wallet.forgetLog("log.example")
        #expect(witness.refusal(try first.request(6, 8))?.code == "unknown-log")
        _ = try witness.wallet.trustLog(try renewed.verifier.text)
        #expect(witness.refusal(try forked.request(6, 8))?.code == "inconsistent")
        #expect(witness.refusal(try renewed.request(0, 8))?.code == "conflict")
        let refusal = try #require(witness.refusal(try forked.request(0, 6)))
        #expect(refusal.code == "conflict" && refusal.details["size"] == "6")
        #expect(try witness.wallet.witnessedLog("log.example").accusations == 0)
        try witness.cosign(renewed, 6, 8)
    }

    // Every request of a log with two branches, in every state that a witness can be in.
    @Test func `two small branches, exhaustively`() throws {
        let fork = 2
        let branches = try [1, 2].map { try HandLog(count: 5, fork: fork, branch: UInt8($0)) }
        let path = witness.checkpointPath(first)
        var count = 0
        for seenBranch in 0...1 {
            for seenSize in -1...5 {
                try FileSystem.remove(path)
                if seenSize >= 0 { try witness.cosign(branches[seenBranch], 0, seenSize) }
                let state = try? FileSystem.read(path, limit: 10_000)
                for branch in 0...1 {
                    for size in 0...5 {
                        for old in 0...size {
                            let seen = max(seenSize, 0)
                            func same(_ size: Int) -> Bool { branch == seenBranch || size <= fork }
                            let expected: String? =
                                if seenSize == size, !same(size) {
                                    "equivocation"
                                } else if old != seen {
                                    "conflict"
                                } else if !same(seen) {
                                    "inconsistent"
                                } else {
                                    nil
                                }
                            let got = witness.refusal(try branches[branch].request(old, size))
                            #expect(
                                got?.code == expected,
                                "seen \(seenBranch)/\(seenSize), asked \(branch)/\(old)-\(size)")
                            count += 1
                            try FileSystem.remove(path)
                            if let state { try FileSystem.replace(path, with: state) }
                        }
                    }
                }
            }
        }
        #expect(count == 14 * 42)
    }
}
