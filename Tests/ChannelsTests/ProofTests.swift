// Callbacks of miners: both spellings, both rules of hashing, proofs of a real node, and lies.
import Bytes
import Cryptography
import Documents
import Foundation
import Headers
import Synchronization
import Testing

@testable import Channels

/// The headers of a regtest node, and five transactions of its block 111 with their proofs.
private struct Node {
    let headers: [BlockHeader]
    let transactions: [String]
    let proofs: [String: ForeignJSON]
    static let height = 111

    init() throws {
        func vector(_ name: String) throws -> [UInt8] {
            let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
            return Array(
                try Data(contentsOf: folder.appendingPathComponent("../Vectors/\(name)")))
        }
        let bytes = try vector("regtest_headers.bin")
        headers = try (0..<bytes.count / 80).map { try BlockHeader(bytes[80 * $0..<80 * $0 + 80]) }
        let block = try ForeignJSON(try vector("regtest_block111.json"))
        transactions = block["block"]?["tx"]?.elements?.compactMap(\.string) ?? []
        var proofs: [String: ForeignJSON] = [:]
        for member in block["proofs"]?.members ?? [] { proofs[member.name] = member.value }
        self.proofs = proofs
    }

    var hash: String { headers[Self.height].hash.displayed }

    func proof(_ index: Int) throws -> ForeignJSON { try #require(proofs[transactions[index]]) }

    /// A callback as miners send it.
    func callback(
        _ index: Int, block: String? = nil, height: Int = Self.height, txid: String? = nil,
        proof: ForeignJSON? = nil
    ) throws -> ForeignJSON {
        [
            "callbackPayload": try proof ?? self.proof(index), "apiVersion": "1.4.0",
            "timestamp": "2021-11-03T13:27:31.4103253Z", "minerId": .null,
            "blockHash": .string(block ?? hash), "blockHeight": ForeignJSON(height),
            "callbackTxId": .string(txid ?? transactions[index]), "callbackReason": "merkleProof",
        ]
    }
}

/// Headers of which the last ones can be taken away.
private final class Chain: HeaderChain {
    let headers: [BlockHeader]
    let count: Mutex<Int>

    init(_ headers: [BlockHeader]) {
        self.headers = headers
        count = Mutex(headers.count)
    }

    private func first(_ isRight: (BlockHeader) -> Bool) -> ChainedHeader? {
        headers.prefix(count.withLock { $0 }).firstIndex(where: isRight).map {
            ChainedHeader(headers[$0], height: $0)
        }
    }
    func header(hash: Digest256) -> ChainedHeader? { first { $0.hash == hash } }
    func header(root: Digest256) -> ChainedHeader? { first { $0.merkleRoot == root } }
    func header(height: Int) -> ChainedHeader? {
        height < count.withLock { $0 } ? ChainedHeader(headers[height], height: height) : nil
    }
    func tip() -> ChainedHeader {
        let height = count.withLock { $0 } - 1
        return ChainedHeader(headers[height], height: height)
    }
}

private func envelope(
    _ payload: String, signature: [UInt8]? = nil, key: [UInt8]? = nil,
    encoding: String = "UTF-8", mimetype: String = "application/json"
) -> ForeignJSON {
    [
        "payload": .string(payload), "signature": ForeignJSON(signature.map(Hexadecimal.encode)),
        "publicKey": ForeignJSON(key.map(Hexadecimal.encode)), "encoding": .string(encoding),
        "mimetype": .string(mimetype),
    ]
}

private func text(_ value: ForeignJSON) -> String { String(decoding: value.bytes, as: UTF8.self) }

@Suite struct ProofTests {
    private let node: Node
    private let chain: Chain

    init() throws {
        node = try Node()
        chain = Chain(node.headers)
        #expect(node.transactions.count == 5 && node.proofs.count == 5)
    }

    private func withReceiver(_ body: (ProofReceiver) throws -> Void) throws {
        let path = NSTemporaryDirectory() + "proofs-\(UUID().uuidString).db"
        defer {
            for suffix in ["", "-journal"] {
                try? FileManager.default.removeItem(atPath: path + suffix)
            }
        }
        try body(try ProofReceiver(path, chain))
    }

    private func id(_ index: Int) throws -> Digest256 {
        try #require(Digest256(displayed: node.transactions[index]))
    }

    @Test func `every proof of a real node, however it is wrapped`() throws {
        try withReceiver { receiver in
            for index in 0..<5 {
                let plain = try node.callback(index)
                let inner = text(try node.proof(index))
                let asText = try node.callback(index, proof: .string(inner))
                let proof = try ProofCallback(plain.bytes)
                for body in [
                    plain.bytes, asText.bytes, envelope(text(plain)).bytes,
                    envelope(text(asText)).bytes, try node.proof(index).bytes,
                    envelope(Base64.encode(plain.bytes), encoding: "base64").bytes,
                    envelope(Base64.encode(plain.bytes), mimetype: "base64").bytes,
                    try TSCProof(json: try node.proof(index).bytes).binary,
                    Array(
                        text(plain).uppercased().replacingOccurrences(of: "NULL", with: "null")
                            .replacingOccurrences(of: "FALSE", with: "false").utf8),
                ] {
                    let callback = try ProofCallback(body)
                    #expect(callback.transaction == proof.transaction)
                    #expect(callback.content == proof.content)
                    _ = try receiver.take(callback, expecting: try id(index), now: 1)
                }
                let stored = try #require(try receiver.proof(of: try id(index)))
                #expect(stored.height == Node.height && stored.state == .confirmed)
                #expect(stored.block.displayed == node.hash)
                #expect(try TSCProof(json: stored.proof).leaf == (try id(index)))
            }
        }
    }

    @Test func `targets of every type, and headers as objects`() throws {
        try withReceiver { receiver in
            let header = node.headers[Node.height]
            for (type, target) in [
                ("hash", ForeignJSON.string(node.hash)),
                ("merkleRoot", .string(header.merkleRoot.displayed)),
                ("height", ForeignJSON(Node.height)),
                ("header", .string(Hexadecimal.encode(header.bytes))),
                ("header", ["hash": .string(node.hash), "nonce": 1]),
            ] {
                var members = try #require(try node.proof(1).members).filter {
                    !["target", "targetType"].contains($0.name)
                }
                members += [.init("target", target), .init("targetType", .string(type))]
                members.append(.init("flags", 2))
                let callback = try node.callback(1, proof: .object(members))
                let taken = try receiver.take(
                    ProofCallback(callback.bytes), expecting: try id(1), now: 1)
                #expect(taken == .proved(isNew: type == "hash"))
            }
        }
    }

    @Test func `nothing is kept that is not true`() throws {
        try withReceiver { receiver in
            let other = node.headers[110].hash.displayed
            func outcome(_ value: ForeignJSON, _ index: Int = 1) throws -> ProofError? {
                do {
                    _ = try receiver.take(
                        ProofCallback(value.bytes), expecting: try id(index), now: 1)
                    return nil
                } catch let error as ProofError { return error }
            }
            func changed(_ name: String, _ value: ForeignJSON) throws -> ForeignJSON {
                .object(
                    try #require(try node.proof(1).members).map {
                        $0.name == name ? .init(name, value) : $0
                    })
            }
            let nodes = try #require(try node.proof(1)["nodes"]?.elements)
            let zero = ForeignJSON.string(String(repeating: "0", count: 64))
            for (proof, what) in [
                (try changed("nodes", .array(nodes.dropLast() + [zero])), "a node"),
                (try changed("nodes", .array(Array(nodes.dropLast()))), "too short"),
                (try changed("index", 3), "another place"),
                (try changed("index", 9), "a place beyond the tree"),
                (
                    .object((try node.proof(1).members ?? []) + [.init("proofType", "tree")]),
                    "a tree"
                ),
            ] {
                let found = try outcome(try node.callback(1, proof: proof))
                #expect(
                    found.map { if case .refused = $0 { true } else { false } } == true, "\(what)")
            }
            #expect(try outcome(try node.callback(2), 1)?.message.contains("not of") == true)
            #expect(
                try outcome(try node.callback(1, txid: node.transactions[2]))
                    == .otherTransaction(expected: try id(2), got: try id(1)))
            #expect(
                try outcome(try node.callback(1, block: other))?.message.contains("leads") == true)
            #expect(
                try outcome(try node.callback(1, height: 110))
                    == .otherHeight(expected: 111, got: 110))
            let fake = String(repeating: "ab", count: 32)
            #expect(
                try outcome(
                    try node.callback(
                        1, block: fake,
                        proof: .object(
                            try #require(try changed("target", .string(fake)).members).map {
                                $0.name == "targetType" ? .init("targetType", "hash") : $0
                            }))) == .unknownBlock)
            chain.count.withLock { $0 = 111 }
            #expect(try outcome(try node.callback(1)) == .unknownBlock)
            #expect(try receiver.proof(of: try id(1)) == nil)
        }
    }

    @Test(arguments: [
        "", "{", "[]", "{}", "1", #"{"callbackReason":1}"#, #"{"callbackReason":"merkleProof"}"#,
        #"{"callbackReason":"other","callbackTxId":"\#(String(repeating: "a", count: 64))"}"#,
        #"{"payload":1}"#, #"{"payload":"{}"}"#, #"{"payload":"x","signature":"00"}"#,
        #"{"payload":"!","encoding":"base64"}"#, #"{"payload":"{}","encoding":1}"#, "\0",
        "\u{1}abc", #"{"txOrId":"00"}"#, #"{"callbackReason":[],"callbackPayload":[]}"#,
    ])
    func `whatever comes is decoded or refused`(body: String) {
        #expect(throws: ProofError.self) { try ProofCallback(Array(body.utf8)) }
    }

    @Test func `a callback that is cut or changed anywhere is refused or the same`() throws {
        let whole = envelope(text(try node.callback(1))).bytes
        let transaction = try id(1)
        var seed = UInt64.random(in: 0...UInt64.max)
        print("seed \(seed)")
        for length in stride(from: 0, to: whole.count, by: 7) {
            #expect(throws: ProofError.self) { try ProofCallback(Array(whole[..<length])) }
            var changed = whole
            seed = seed &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            changed[length] = UInt8(truncatingIfNeeded: seed >> 33)
            try withReceiver { receiver in
                do {
                    _ = try receiver.take(
                        ProofCallback(changed), expecting: transaction, now: 1)
                } catch is ProofError { return }
                #expect(try receiver.proof(of: transaction)?.height == Node.height)
            }
        }
    }

    @Test func `a signature is of the payload's own bytes`() throws {
        let key = try Secp256k1.PrivateKey(SecretBytes([UInt8](repeating: 0, count: 31) + [1]))
        let point = key.publicKey.compressed
        func sign(_ bytes: [UInt8]) throws -> [UInt8] { key.sign(Hash.sha256(bytes)) }
        let payload = text(
            try node.callback(1, proof: .string(text(try node.proof(1)))))
        #expect(payload.contains("\\"))
        let strict = envelope(payload, signature: try sign(Array(payload.utf8)), key: point)
        #expect(try ProofCallback(strict.bytes).signer == point)
        // As the originals hash: taken, but nobody has signed this very text.
        let stripped = payload.utf8.filter { $0 != UInt8(ascii: "\\") }
        let loose = envelope(payload, signature: try sign(stripped), key: point)
        #expect(try ProofCallback(loose.bytes).signer == nil)
        // Two payloads that share such a signature are both nobody's.
        let twin = payload.replacingOccurrences(of: "1.4.0", with: "1\\/4.0")
            .replacingOccurrences(of: "1\\/4.0", with: "1.4\\u002e0")
        let shared = twin.utf8.filter { $0 != UInt8(ascii: "\\") }
        #expect(
            try ProofCallback(
                envelope(twin, signature: try sign(shared), key: point).bytes
            ).signer == nil)
        let decoded = envelope(
            Base64.encode(Array(payload.utf8)), signature: try sign(Array(payload.utf8)),
            key: point, mimetype: "base64")
        #expect(try ProofCallback(decoded.bytes).signer == point)
        for wrong in [
            envelope(payload, signature: try sign([1]), key: point),
            envelope(payload, signature: try sign(Array(payload.utf8))),
            envelope(payload, key: point),
            envelope(payload, signature: [], key: []),
        ] {
            let error = #expect(throws: ProofError.self) { try ProofCallback(wrong.bytes) }
            #expect(error?.problem.code == "false-signature")
        }
    }

    @Test func `double spends are noted, and prove nothing`() throws {
        try withReceiver { receiver in
            let bytes = try #require(Hexadecimal.decode("0100"))
            let other = Hash.sha256d(bytes)
            func notice(_ reason: String, _ payload: String) throws -> [UInt8] {
                let value: ForeignJSON = [
                    "callbackPayload": [
                        "doubleSpendTxId": .string(other.displayed), "payload": .string(payload),
                    ], "blockHash": "", "blockHeight": 0,
                    "callbackTxId": .string(node.transactions[1]),
                    "callbackReason": .string(reason),
                ]
                return envelope(text(value)).bytes
            }
            for (reason, isNew) in [
                ("doubleSpend", true), ("doubleSpend", false), ("doubleSpendAttempt", true),
            ] {
                let taken = try receiver.take(
                    ProofCallback(try notice(reason, "0100")), expecting: try id(1), now: 5)
                #expect(taken == .noted(isNew: isNew))
            }
            #expect(throws: ProofError.self) { try ProofCallback(try notice("doubleSpend", "01")) }
            let notices = try receiver.notices(of: try id(1))
            #expect(notices.map(\.reason) == [.doubleSpend, .doubleSpendAttempt])
            #expect(notices.allSatisfy { $0.other == other && $0.transaction == bytes })
            #expect(try receiver.proof(of: try id(1)) == nil)
            for number in 0..<20 {
                let text = String(repeating: "00", count: number + 1)
                let value: ForeignJSON = [
                    "callbackPayload": [
                        "doubleSpendTxId": .string(
                            Hash.sha256d([UInt8](repeating: 0, count: number + 1)).displayed),
                        "payload": .string(text),
                    ], "callbackTxId": .string(node.transactions[1]),
                    "callbackReason": "doubleSpend",
                ]
                _ = try receiver.take(ProofCallback(value.bytes), expecting: nil, now: 6)
            }
            #expect(try receiver.notices(of: try id(1)).count == Limits.channelNotices)
        }
    }

    @Test func `a reorganisation takes proofs back, and gives them again`() throws {
        try withReceiver { receiver in
            for index in 0..<5 {
                _ = try receiver.take(
                    ProofCallback(try node.callback(index).bytes), expecting: nil, now: 1)
            }
            #expect(try receiver.follow() == ProofChanges())
            chain.count.withLock { $0 = 111 }
            let lost = try receiver.follow()
            #expect(lost.orphaned.count == 5 && lost.restored.isEmpty)
            #expect(try receiver.proof(of: try id(1))?.state == .orphaned)
            #expect(try receiver.recheck() == ProofChanges())
            chain.count.withLock { $0 = 114 }
            // The chain has only grown: nobody looks, so that following costs nothing.
            #expect(try receiver.follow() == ProofChanges())
            #expect(try receiver.recheck().restored.count == 5)
            #expect(try receiver.proof(of: try id(1))?.state == .confirmed)
        }
    }

    // MARK: - Over HTTP

    @Test func `the path of proofs`() throws {
        let rig = try ChannelRig(proofs: { try ProofReceiver($0 + "/proofs.db", chain) })
        let path = "/proofs/" + node.transactions[1]
        #expect(try rig.ask("GET", path).code == "unknown-proof")
        let body = envelope(text(try node.callback(1))).bytes
        let first = try rig.ask("POST", path, type: "application/json", bytes: body)
        let again = try rig.ask("POST", path, type: "application/json", bytes: body)
        #expect(first.status == 201 && again.status == 200)
        #expect(first.body == again.body)
        #expect(try rig.ask("GET", path).body == first.body)
        let json = try ForeignJSON(first.body)
        #expect(json["state"]?.string == "confirmed" && json["blockHeight"]?.integer == 111)
        #expect(json["blockHash"]?.string == node.hash)
        #expect(json["merkleProof"]?["txOrId"]?.string == node.transactions[1])
        let bump = try BUMP(
            binary: try #require(json["bump"]?.string.flatMap { Hexadecimal.decode($0) }))
        #expect(bump.height == Node.height)
        #expect(try bump.root(of: try id(1)) == node.headers[Node.height].merkleRoot)
        for reason in ["merkleProof", "doubleSpend", "doubleSpendAttempt"] {
            #expect(try rig.ask("GET", path + "/" + reason).body == first.body)
        }
        #expect(try rig.ask("GET", path + "/other").status == 404)
        let other = "/proofs/" + node.transactions[2]
        let wrong = try rig.ask("POST", other, type: "application/json", bytes: body)
        #expect(wrong.status == 422 && wrong.code == "false-proof")
        let rubbish = try rig.ask("POST", other, type: "application/json", "{}")
        #expect(rubbish.status == 400 && rubbish.code == "malformed-callback")
        chain.count.withLock { $0 = 111 }
        let early = try rig.ask(
            "POST", other, type: "application/json", bytes: try node.callback(2).bytes)
        #expect(early.status == 503 && early.code == "unknown-block")
        #expect(early.headers["Retry-After"] == "60")
        rig.service.tick()
        #expect(try ForeignJSON(try rig.ask("GET", path).body)["state"]?.string == "orphaned")
        #expect(try rig.ask("GET", "/proofs/xyz").status == 404)
        #expect(try rig.ask("DELETE", path).status == 405)
        let large = [UInt8](repeating: 0x20, count: Limits.channelProofBytes + 1)
        #expect(try rig.ask("POST", path, type: "a/b", bytes: large).status == 413)
    }

    @Test func `messages that are callbacks are verified`() throws {
        let rig = try ChannelRig(
            { $0.verifiesMessages = true },
            proofs: { try ProofReceiver($0 + "/proofs.db", chain) })
        try rig.account()
        let (id, owner) = try rig.channel()
        func write(_ value: ForeignJSON, _ type: String = "application/json") throws -> Int {
            try rig.ask("POST", "/channel/\(id)", as: owner, type: type, bytes: value.bytes).status
        }
        #expect(try write(envelope(text(try node.callback(1)))) == 200)
        #expect(try write(envelope(text(try node.callback(1, height: 7)))) == 422)
        #expect(try write(try node.callback(2, txid: node.transactions[1])) == 422)
        // A stranger is refused before anything is verified, or kept.
        let stranger = try rig.ask(
            "POST", "/channel/\(id)", as: "Bearer abc", type: "application/json",
            bytes: try node.callback(3).bytes)
        #expect(stranger.status == 401)
        #expect(try rig.ask("GET", "/proofs/" + node.transactions[3]).status == 404)
        #expect(try write(["any": "JSON"]) == 200)
        #expect(try write(["payload": "any text", "signature": "of another kind"]) == 200)
        #expect(try write(try node.callback(1, height: 7), "text/plain") == 200)
        #expect(try rig.sequences(id, owner) == [1, 2, 3, 4])
        #expect(try rig.ask("GET", "/proofs/" + node.transactions[1]).status == 200)
    }
}
