import Bytes
import Cryptography
import Documents
import Foundation
import Testing

/// The vectors of reference §10.
@Suite struct WebWalletVectorTests {
    /// The document of canonical data with the original's hash, signed as the original signs.
    private func document(_ name: String, meta: String = "{}") throws -> [UInt8] {
        let canonical = try vector(name, "canonical")
        let hash = try vector(name, "sha256_2")
        return Array(
            """
            {"data":\(canonical),"hash":{"steps":"stringify:data","types":"sha256:sha256",\
            "value":"\(hash)"},"meta":\(meta)}
            """.utf8)
    }

    private func signature(_ scheme: String, key: String, signer: String, string: String) -> String
    {
        """
        {"signatures":[{"linker":"sha256:ripemd160","public":"\(key)","scheme":"\(scheme)",\
        "signer":"\(signer)","string":"\(string)"}]}
        """
    }

    @Test(arguments: ["iou1", "iou2", "iou3", "eddsa"])
    func `promises have the original's hashes and are written as it writes them`(name: String)
        throws
    {
        let line = try document(name)
        guard case .iou(let iou) = try Instruction(Envelope(line: line)) else {
            Issue.record("another case than was made")
            return
        }
        #expect(try iou.hash.hexadecimal == vector(name, "sha256_2"))
        #expect(try iou.terms.data == Array(vector(name, "canonical").utf8))
        #expect(IOU(iou.terms).hash == iou.hash)
        #expect(iou.document == line)
        let once = try vector(name, "sha256_1")
        #expect(Hash.sha256(iou.terms.data).hexadecimal == once)
    }

    @Test func `the promise made of its members is the original's`() throws {
        let issuer = try Address(text: vector("issuer.uncompressed", "address"))
        let terms = IOU.Terms(
            domain: "wallet.example.com", source: issuer,
            target: try Address(text: vector("alice.uncompressed", "address")),
            amount: amount("100"),
            symbol: issuer, random: "00112233445566778899", expiry: time("2030-01-01"))
        #expect(try IOU(terms).hash.hexadecimal == vector("iou1", "sha256_2"))
        #expect(terms.data.count == 252)
    }

    @Test func `the digest with leading zeros is a digest like any other`() throws {
        let data = try vector("iou1", "canonical").replacingOccurrences(
            of: "00112233445566778899", with: "00000000000000000155")
        let hash = "0009994686f4de5dc379f2e4836dfea1b7660806846eabc4503c023d5fd80555"
        #expect(Hash.sha256d(Array(data.utf8)).hexadecimal == hash)
        #expect(try Instruction(Envelope(line: sealed(data))).hash.hexadecimal == hash)
    }

    @Test func `the original's EdDSA signature is accepted, in lower case`() throws {
        let (key, signer) = (try vector("eddsa", "public"), try vector("eddsa", "address"))
        let string = try vector("eddsa", "sig")
        let meta = signature("eddsa-ed25519", key: key, signer: signer, string: string)
        let line = try document("eddsa", meta: meta)
        let instruction = try Instruction(Envelope(line: line))
        try instruction.checkSignatures()
        #expect(instruction.document == line)
        let upper = signature(
            "eddsa-ed25519", key: key, signer: signer, string: string.uppercased())
        #expect(try code(document("eddsa", meta: upper)) == .malformedDocument)
    }

    @Test(arguments: [
        ("iou1", "issuer.uncompressed"), ("iou2", "alice.uncompressed"),
        ("iou3", "issuer.uncompressed"),
    ])
    func `the original's home-made scheme is refused by name`(name: String, signer: String) throws {
        let meta = try signature(
            "ecdsa-ed25519", key: vector(signer, "public"), signer: vector(signer, "address"),
            string: vector(name, "der"))
        let instruction = try Instruction(Envelope(line: document(name, meta: meta)))
        let refusal = #expect(throws: Refusal.self) { try instruction.checkSignatures() }
        #expect(refusal?.code == .unknownScheme)
        #expect(refusal?.message.contains("'ecdsa-ed25519'") == true)
        #expect(refusal?.details["scheme"] == "ecdsa-ed25519")
    }

    @Test func `the original's signatures are not taken under another scheme's name`() throws {
        for scheme in ["ecdsa-secp256k1", "eddsa-ed25519"] {
            let meta = try signature(
                scheme, key: vector("issuer.uncompressed", "public"),
                signer: vector("issuer.uncompressed", "address"), string: vector("iou1", "der"))
            let instruction = try Instruction(Envelope(line: document("iou1", meta: meta)))
            let refusal = #expect(throws: Refusal.self) { try instruction.checkSignatures() }
            #expect(refusal?.code == .signatureInvalid)
        }
    }

    /// The original's record has neither clock nor domain: it is another document than ours, with the same outputs.
    @Test(arguments: ["record1", "record2"])
    func `the original's outputs are written as ours are`(name: String) throws {
        let canonical = try vector(name, "canonical")
        #expect(try Hash.sha256d(Array(canonical.utf8)).hexadecimal == vector(name, "hash"))
        let root = try JSONText(Array(canonical.utf8)).root
        #expect(root.departure == nil)
        for value in try #require(root["outputs"]?.elements) {
            let balance = try #require(value["balance"])
            func text(_ value: JSONValue?) throws -> [UInt8] {
                Array(try #require(value?.string).utf8)
            }
            let output = Transaction.Output(
                address: try Address(text(value["address"])),
                symbol: try Address(text(value["counter"])),
                state: CounterState(
                    net: try Amount(text(balance["net"]), .signed),
                    min: try #require(try Bound(text(balance["min"]))),
                    max: try #require(try Bound(text(balance["max"])))), source: nil)
            let written = Transaction(
                clock: .init(device: alice, sequence: 1, tick: 0, time: time("2026-01-01")),
                domain: "d", inputs: [], outputs: [output]
            ).data
            let sources = try #require(value["sources"])
            let expected = String(decoding: value.bytes, as: UTF8.self).replacingOccurrences(
                of: String(decoding: sources.bytes, as: UTF8.self), with: "[]")
            #expect(String(decoding: written, as: UTF8.self).contains(expected))
        }
    }

    @Test func `a scheme that nobody knows is refused, also on a co-signature`() throws {
        let key = try Key(1)
        let bare = IOU(
            .init(
                domain: "d", source: key.address, target: bob, amount: amount("1"),
                symbol: key.address,
                random: "1", expiry: time("2030-01-01")))
        let good = bare.replacing(Endorsements(signatures: [key.sign(bare.hash)])).document
        let text = String(decoding: good, as: UTF8.self)
        let one = try #require(
            text.range(of: "\\{\"public\".*\\}(?=\\]\\}\\}$)", options: .regularExpression))
        let strange = text[one].replacingOccurrences(of: "ecdsa-secp256k1", with: "schnorr")
        for list in ["\(strange)", "\(text[one]),\(strange)", "\(strange),\(text[one])"] {
            let line = text.replacingCharacters(in: one, with: list)
            let instruction = try Instruction(Envelope(line: Array(line.utf8)))
            let refusal = #expect(throws: Refusal.self) { try instruction.checkSignatures() }
            #expect(refusal?.code == .unknownScheme)
        }
    }
}
