// Bitcoin's proofs, against headers and without them. Block 111 of a regression test chain, as a
// node gave it.

import Blockstack
import Bytes
import Cryptography
import Documents
import Files
import Foundation
import Headers
import Testing

@testable import WalletKit

@Suite struct HeaderProofTests {
    private static func vector(_ name: String) throws -> Data {
        let tests = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
            .deletingLastPathComponent().deletingLastPathComponent()
        return try Data(contentsOf: tests.appendingPathComponent("Vectors/" + name))
    }

    let headers: [UInt8]
    /// By transaction, as the node wrote them.
    let proofs: [(id: String, json: [UInt8])]

    init() throws {
        headers = Array(try Self.vector("regtest_headers.bin"))
        let object = try JSONSerialization.jsonObject(
            with: try Self.vector("regtest_block111.json"))
        let all = try #require((object as? [String: Any])?["proofs"] as? [String: Any])
        proofs = try all.sorted { $0.key < $1.key }.map {
            ($0.key, Array(try JSONSerialization.data(withJSONObject: $0.value)))
        }
    }

    private func known() throws -> Reliance {
        var reliance = Reliance()
        try reliance.know(headers: headers)
        return reliance
    }

    private func bump(_ proof: [UInt8]) throws -> BUMP {
        let tsc = try TSCProof(json: proof)
        return try BUMP(height: 111, leaf: tsc.leaf, branch: tsc.branch)
    }

    @Test func `a proof that carries its header`() throws {
        #expect(proofs.count == 5)
        for (id, json) in proofs {
            let verdict = try judge(Reliance(), json)[0].get()
            #expect(verdict.kind == .tsc && verdict.hash == id)
            #expect(verdict.shows("'\(id)' is under the header '1982bcc59b1c0ac8"))
            #expect(verdict.shows("with about 2 hashes of work"))
            #expect(verdict.leavesOpen("'--headers FILE' shows that"))
            let chained = try judge(known(), json)[0].get()
            #expect(chained.height == 111)
            #expect(chained.shows("is under header 111 of the 114 that you have"))
            #expect(chained.shows("228 hashes of work"))
            #expect(chained.unproved.isEmpty)
        }
    }

    @Test func `in one line or in many, with other things around`() throws {
        let json = proofs[0].json
        let object = try JSONSerialization.jsonObject(with: Data(json))
        let pretty = Array(
            try JSONSerialization.data(withJSONObject: object, options: [.prettyPrinted]))
        #expect(pretty.count { $0 == 0x0a } > 5)
        #expect(try codes(Reliance(), pretty, bytes("\n") + pretty + bytes("\n")) == [nil, nil])
        #expect(try codes(Reliance(), lines(json, json, proofs[1].json)) == [nil, nil, nil])
        let log = try SampleLog.made()
        #expect(try codes(Reliance(), lines(log.lines[0], json)) == [nil, nil])
    }

    @Test func `a BUMP in hexadecimal and in binary`() throws {
        for (id, json) in proofs {
            let bump = try bump(json)
            let text = Hexadecimal.encode(bump.binary)
            for stream in [
                bump.binary, bytes(text), bytes(text + "\n"), bytes(text.uppercased() + "\r\n"),
            ] {
                let verdict = try judge(Reliance(), stream)[0].get()
                #expect(verdict.kind == .bump && verdict.hash == id && verdict.height == 111)
                #expect(verdict.shows("the path leads from '\(id)' to the root '948cb3e4af2d7b6f"))
                #expect(
                    verdict.leavesOpen(
                        "the header of height 111 has this root: no header was shown"))
                let chained = try judge(known(), stream)[0].get()
                #expect(chained.shows("'\(id)' is under header 111 of the 114 that you have"))
                #expect(chained.unproved.isEmpty)
            }
        }
    }

    @Test func `heights that look like text in binary`() throws {
        // The first byte is the height: a newline, a blank, a brace, a letter.
        let tsc = try TSCProof(json: proofs[0].json)
        for height in [9, 10, 13, 32, 97, 123] {
            let bump = try BUMP(height: height, leaf: tsc.leaf, branch: tsc.branch)
            #expect(bump.binary[0] == UInt8(height))
            #expect(try judge(Reliance(), bump.binary)[0].get().height == height)
        }
    }

    @Test func `another target`() throws {
        let tsc = try TSCProof(json: proofs[1].json)
        let header = try BlockHeader(Array(headers[111 * 80..<112 * 80]))
        func with(_ target: TSCProof.Target) throws -> [UInt8] {
            try TSCProof(subject: tsc.subject, branch: tsc.branch, target: target).json
        }
        for target in [
            TSCProof.Target.hash(header.hash), .merkleRoot(header.merkleRoot), .height(111),
            .header(header),
        ] {
            #expect(try judge(known(), try with(target))[0].get().height == 111)
            #expect(try judge(Reliance(), try with(target))[0].code == nil)
        }
        #expect(
            try judge(Reliance(), try with(.hash(header.hash)))[0].get().leavesOpen(
                "that the header '1982bcc5"))
        #expect(try codes(Reliance(), try with(.merkleRoot(.zero))) == [.proofInvalid])
        for target in [
            TSCProof.Target.hash(.zero), .merkleRoot(.zero), .height(114),
        ] {
            #expect(try codes(known(), try with(target)) == [.notTrusted])
        }
        #expect(try codes(known(), try with(.height(110))) == [.proofInvalid])
        #expect(
            try codes(known(), try with(.hash(header.previous))) == [.proofInvalid])
    }

    @Test func `another index, node, header or path is false`() throws {
        let tsc = try TSCProof(json: proofs[1].json)
        guard case .header(var header) = tsc.target else {
            Issue.record("no header")
            return
        }
        for index in 0..<8 where index != tsc.branch.index {
            let branch = try MerkleBranch(index: index, nodes: tsc.branch.nodes)
            let proof = try TSCProof(subject: tsc.subject, branch: branch, target: tsc.target)
            #expect(try codes(Reliance(), proof.json) == [.proofInvalid])
        }
        header.nonce += 2
        let weak = try TSCProof(subject: tsc.subject, branch: tsc.branch, target: .header(header))
        let isWeak = (try? header.checkWork()) == nil
        #expect(
            try judge(Reliance(), weak.json)[0].refusal?.details["reason"]
                == (isWeak ? "insufficient-work" : nil))
        var binary = try bump(proofs[1].json).binary
        for index in binary.indices {
            binary[index] ^= 1
            #expect(try judge(known(), binary)[0].code != nil, "byte \(index)")
            binary[index] ^= 1
        }
    }

    @Test func `a transaction of 64 bytes and a pair of equal nodes are refused by name`() throws {
        let tsc = try TSCProof(json: proofs[0].json)
        let text = String(decoding: proofs[0].json, as: UTF8.self)
        // 64 bytes read as a transaction, or as two hashes.
        let ambiguous = text.replacingOccurrences(
            of: "\"txOrId\":\"\(tsc.leaf.displayed)\"",
            with: "\"txOrId\":\"\(String(repeating: "01", count: 64))\"")
        #expect(ambiguous != text)
        #expect(
            try judge(Reliance(), bytes(ambiguous))[0].refusal?.details["reason"]
                == "ambiguous-transaction")
        // CVE-2012-2459: the last transaction, written once more beside itself.
        let last = try #require(
            proofs.first { (try? TSCProof(json: $0.json))?.branch.index == 4 })
        let doubled = String(decoding: last.json, as: UTF8.self).replacingOccurrences(
            of: "[\"*\",\"*\"", with: "[\"\(last.id)\",\"*\"")
        let refusal = try judge(Reliance(), bytes(doubled))[0].refusal
        #expect(refusal?.code == .proofInvalid)
        #expect(refusal?.details["reason"] == "mutated-tree")
    }

    @Test func `headers that are not a chain from height 0 are refused`() throws {
        func refusal(_ bytes: [UInt8]) -> Refusal? {
            var reliance = Reliance()
            do throws(Refusal) {
                try reliance.know(headers: bytes)
                return nil
            } catch {
                return error
            }
        }
        #expect(refusal(headers) == nil)
        #expect(refusal(Array(headers.dropLast()))?.code == .malformedDocument)
        #expect(refusal(Array(headers.dropFirst(80)))?.details["index"] == "0")
        var broken = headers
        broken[80 * 5 + 40] ^= 1
        #expect(refusal(broken)?.code == .proofInvalid)
    }

    @Test func `a stack's proof in the forms of Bitcoin`() throws {
        let log = try SampleLog.made()
        var reliance = Reliance()
        try reliance.know(headers: log.stacks[0].header)
        for index in [0, 4, 6] {
            let proof = try log.documentProof(index)
            let block = try #require(try log.height(of: index))
            let shown = log.blocks[block].block.hash.displayed
            for form in [try proof.tscProof(), try proof.bump()] {
                #expect(try judge(Reliance(), form)[0].get().hash == shown)
                #expect(
                    try judge(reliance, form)[0].get().shows(
                        "'\(shown)' is under header 0 of the 1"))
            }
            #expect(
                try codes(reliance, log.blocks[0].block.document, try proof.tlogProof())
                    == [nil, nil])
        }
    }
}
