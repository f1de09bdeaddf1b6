import Bytes
import Headers
import Testing

/// What the parsers of TSC proofs refuse, and with which reason.
@Suite struct TSCProofParsingTests {
    private static let hash = "f4184fc596403b9d638783cf57adfe4c75c605f6356fbc91338530e9831e9e16"
    private static let node = "b1fea52486ce0c62bb442b530a3f0132b826c74e473d1f2c220bfa78111c5082"

    /// A proof whose members are replaced by those of `changes`; nil leaves one out.
    private func proof(_ changes: [String: String?] = [:]) -> String {
        var members: [String: String?] = [
            "index": "1", "txOrId": "\"\(Self.hash)\"", "target": "\"\(Self.node)\"",
            "nodes": "[\"\(Self.node)\"]",
        ]
        for (name, value) in changes { members[name] = .some(value) }
        let texts = members.compactMap { name, value in value.map { "\"\(name)\":\($0)" } }
        return "{" + texts.sorted().joined(separator: ", ") + "}"
    }

    private func read(_ text: String) throws(HeaderError) -> TSCProof {
        try TSCProof(json: Array(text.utf8))
    }

    @Test(arguments: [
        nil, "hash", "Hash", "merkleRoot", "merkleroot", "MERKLEROOT", "mErKlErOoT",
    ])
    func `the target's type may have capitals anywhere, and is a hash where none is said`(
        type: String?
    ) throws {
        let read = try read(proof(["targetType": type.map { "\"\($0)\"" }]))
        let isRoot = type?.lowercased() == "merkleroot"
        #expect(read.target == (isRoot ? .merkleRoot(shown(Self.node)) : .hash(shown(Self.node))))
    }

    @Test func `members that say nothing are taken, spoken or not`() throws {
        let plain = try read(proof())
        #expect(try read(proof(["proofType": "\"branch\"", "composite": "false"])) == plain)
        #expect(try read("\n\t" + proof() + " ") == plain)
    }

    @Test func `a height is a number`() throws {
        let changes = ["targetType": "\"height\"", "target": "170"]
        #expect(try read(proof(changes)).target == .height(170))
        let most = String(Limits.blockHeight)
        let largest = ["targetType": "\"height\"", "target": most]
        #expect(try read(proof(largest)).target == .height(Limits.blockHeight))
        let more = ["targetType": "\"height\"", "target": "4294967296"]
        #expect(
            throws: HeaderError.tooLarge(
                what: "height", limit: Limits.blockHeight, got: 4_294_967_296)
        ) { try read(proof(more)) }
    }

    @Test func `trees and composites are named as what is not supported`() {
        #expect(throws: HeaderError.unsupportedProof(kind: "tree")) {
            try read(proof(["proofType": "\"tree\""]))
        }
        #expect(throws: HeaderError.unsupportedProof(kind: "composite")) {
            try read(proof(["composite": "true"]))
        }
        let binary: [UInt8] = [0] + [UInt8](repeating: 0, count: 66)
        #expect(throws: HeaderError.unsupportedProof(kind: "tree")) {
            try TSCProof(binary: [8] + binary[1...])
        }
        #expect(throws: HeaderError.unsupportedProof(kind: "composite")) {
            try TSCProof(binary: [16] + binary[1...])
        }
    }

    @Test(
        arguments: [
            ("index", nil, "'index' is missing"), ("txOrId", nil, "'txOrId' is missing"),
            ("target", nil, "'target' is missing"), ("nodes", nil, "'nodes' is missing"),
            ("index", "-1", "'index' must be"), ("index", "\"1\"", "'index' must be"),
            ("index", "1.0", "a number here is an integer"), ("index", "null", "'index' must be"),
            ("index", "1000000000000000", "not a small integer"),
            ("txOrId", "\"F4\"", "'txOrId' must be"), ("txOrId", "7", "'txOrId' must be"),
            ("txOrId", "\"0\"", "'txOrId' must be"), ("txOrId", "\"*\"", "'txOrId' must be"),
            ("target", "\"00\"", "'target' must be"), ("target", "170", "'target' must be"),
            ("targetType", "\"block\"", "'targetType' must be"),
            ("targetType", "1", "'targetType'"),
            ("targetType", "null", "'targetType' must be"),
            ("targetType", "\"header\"", "'target' must be 80 bytes"),
            ("targetType", "\"height\"", "'target' must be a number"),
            ("nodes", "{}", "'nodes' must be"), ("nodes", "\"*\"", "'nodes' must be"),
            ("nodes", "[null]", "a node must be"), ("nodes", "[1]", "a node must be"),
            ("nodes", "[\"**\"]", "a node must be"), ("nodes", "[\"\"]", "a node must be"),
            ("nodes", "[\"\\u002a\"]", "a node must be"),
            ("nodes", "[\"00\",]", "no value can begin"),
            ("proofType", "\"Branch\"", "'proofType' must be"),
            ("proofType", "1", "'proofType' must"),
            ("composite", "null", "'composite' must be"), ("composite", "\"false\"", "'composite'"),
            ("Index", "1", "unknown member 'Index'"), ("extra", "1", "unknown member 'extra'"),
        ] as [(String, String?, String)])
    func `a member that is not as it must be is refused`(
        name: String, value: String?, reason: String
    ) {
        do {
            _ = try read(proof([name: value]))
            Issue.record("accepted")
        } catch .malformedJSON(let told, _) {
            #expect(told.contains(reason))
        } catch {
            Issue.record("refused as \(error)")
        }
    }

    @Test func `what is no object, or no JSON, is refused`() {
        for text in ["", "[]", "1", "\"\"", "null", "{", proof() + "x", proof().uppercased()] {
            #expect(throws: HeaderError.self) { try read(text) }
        }
        let twice = proof().replacing("\"index\":1", with: "\"index\":1,\"index\":1")
        #expect(throws: HeaderError.self) { try read(twice) }
    }

    @Test func `a node is never its own sibling, and a branch has a tree's shape`() {
        #expect(throws: HeaderError.misplacedDuplicate(level: 0)) {
            try read(proof(["nodes": "[\"*\"]"]))
        }
        #expect(throws: HeaderError.indexOutOfRange(index: 2, levels: 1)) {
            try read(proof(["index": "2"]))
        }
        #expect(throws: HeaderError.mutatedTree(level: 0)) {
            try read(proof(["nodes": "[\"\(Self.hash)\"]"])).root()
        }
    }

    @Test func `more nodes than a tree has levels are refused in both forms`() throws {
        let many = [String](repeating: "\"\(Self.node)\"", count: 65).joined(separator: ",")
        let expected = HeaderError.tooLarge(what: "nodes", limit: 64, got: 65)
        #expect(throws: expected) { try read(proof(["nodes": "[\(many)]"])) }
        var binary = try read(proof()).binary
        let count = binary.count - 34
        #expect(binary[count] == 1)
        binary[count] = 65
        #expect(throws: expected) { try TSCProof(binary: binary) }
    }

    @Test func `a transaction in a proof has at most a million bytes`() throws {
        let head: [UInt8] = [1, 0, 0, 0, 1] + [UInt8](repeating: 0, count: 41) + [1]
        func transaction(_ count: Int) -> [UInt8] {
            let script = count - head.count - 8 - 5 - 4
            return head + [UInt8](repeating: 0, count: 8) + [0xfe]
                + (0..<4).map { UInt8(script >> (8 * $0) & 255) }
                + [UInt8](repeating: 0, count: script + 4)
        }
        let branch = try MerkleBranch(index: 0, nodes: [])
        let limit = Limits.proofTransactionBytes
        let largest = try TSCProof(
            subject: .transaction(transaction(limit)), branch: branch, target: .height(0))
        #expect(try TSCProof(binary: largest.binary) == largest)
        #expect(try TSCProof(json: largest.json) == largest)
        let expected = HeaderError.tooLarge(
            what: "transaction", limit: limit, got: UInt64(limit + 1))
        #expect(throws: expected) {
            try TSCProof(
                subject: .transaction(transaction(limit + 1)), branch: branch, target: .height(0))
        }
        #expect(throws: expected) {
            try TSCProof(binary: [7, 0, 0xfe, 0x41, 0x42, 0x0f, 0] + transaction(limit + 1))
        }
    }

    @Test func `bytes that are cut off, or that go on, are refused`() throws {
        for (_, json) in try RegtestVectors().proofs {
            let binary = try TSCProof(json: json).binary
            for count in 0..<binary.count {
                #expect(throws: HeaderError.truncated(offset: count)) {
                    try TSCProof(binary: binary[..<count])
                }
            }
            #expect(throws: HeaderError.trailingBytes(offset: binary.count)) {
                try TSCProof(binary: binary + [0])
            }
        }
    }

    @Test func `flags, node types and varints have one spelling`() throws {
        let binary = try ChainVectors().tsc
        for flags: UInt8 in [0x20, 0x40, 0x80] {
            #expect(throws: HeaderError.invalidFlags(flags, offset: 0)) {
                try TSCProof(binary: [flags] + binary[1...])
            }
        }
        var wrong = binary
        wrong[67] = 2
        #expect(throws: HeaderError.invalidFlags(2, offset: 67)) { try TSCProof(binary: wrong) }
        for long in [[0xfd, 1, 0], [0xfe, 1, 0, 0, 0], [0xff, 1, 0, 0, 0, 0, 0, 0, 0]] as [[UInt8]]
        {
            #expect(throws: HeaderError.varintNotMinimal(offset: 1)) {
                try TSCProof(binary: [0] + long + binary[2...])
            }
        }
        let most = UInt64(Limits.branchIndex)
        let past: [UInt8] = (0..<8).map { UInt8((most + 1) >> (8 * UInt64($0)) & 255) }
        #expect(
            throws: HeaderError.tooLarge(what: "index", limit: Int(most), got: most + 1)
        ) { try TSCProof(binary: [0, 0xff] + past + binary[2...]) }
    }

    @Test func `varints of every length are written shortest and read back`() throws {
        let nodes = [MerkleBranch.Node](repeating: .hash(shown(Self.node)), count: 60)
        let indexes = [
            0, 0xfc, 0xfd, 0xffff, 0x1_0000, 0xffff_ffff, 0x1_0000_0000, Limits.branchIndex,
        ]
        for (index, count) in zip(indexes, [1, 1, 3, 3, 5, 5, 9, 9]) {
            let proof = try TSCProof(
                subject: .hash(shown(Self.hash)),
                branch: MerkleBranch(index: index, nodes: nodes), target: .height(0))
            #expect(proof.binary.count == 1 + count + 32 + 1 + 1 + 60 * 33)
            #expect(try TSCProof(binary: proof.binary) == proof)
            #expect(try TSCProof(json: proof.json) == proof)
        }
    }
}
