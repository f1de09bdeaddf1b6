import Bytes
import Cryptography
import Documents
import Testing

/// The defects of the original (reference §3.5) that documents could have; each is shown to be absent. Those of clearing
/// are in GraphstoreTests/DefectTests.swift, with the list of those that are of neither.
@Suite struct DefectTests {
    private let keys: [Key]

    init() throws { keys = try (1...3).map { try Key($0) } }

    private func promise() -> IOU {
        IOU(
            .init(
                domain: "d", source: keys[0].address, target: keys[1].address, amount: amount("1"),
                symbol: keys[0].address, random: "1", expiry: time("2030-01-01")))
    }

    private func verdict(_ signatures: [DocumentSignature]) -> RefusalCode? {
        let iou = promise()
        do {
            try Instruction.iou(iou.replacing(Endorsements(signatures: signatures)))
                .checkSignatures()
            return nil
        } catch {
            return error.code
        }
    }

    @Test func `defect 3: the same instruction with another meta is the same instruction`() throws {
        let bare = promise()
        let signed = bare.replacing(Endorsements(signatures: [keys[0].sign(bare.hash)]))
        #expect(bare.document != signed.document)
        let inputs = [bare, signed].map { String(decoding: $0.document, as: UTF8.self) }
        let text = "{\"data\":{\"inputs\":[\(inputs.joined(separator: ","))]}}"
        let root = try JSONText(Array(text.utf8)).root
        let refusal = #expect(throws: Refusal.self) { try Request(root) }
        #expect(refusal?.code == .duplicateInstruction)
    }

    @Test func `defect 6: an unknown scheme fails closed`() throws {
        let text = String(
            decoding: promise().replacing(
                Endorsements(signatures: [keys[0].sign(promise().hash)])
            ).document, as: UTF8.self)
        let parts = text.split(separator: "ecdsa-secp256k1", omittingEmptySubsequences: false)
        #expect(parts.count == 2)
        for scheme in ["none", "ed25519", "ECDSA-SECP256K1", "ecdsa-secp256k1 ", "true"] {
            let line = parts.joined(separator: scheme)
            let instruction = try Instruction(Envelope(line: Array(line.utf8)))
            let refusal = #expect(throws: Refusal.self) { try instruction.checkSignatures() }
            #expect(refusal?.code == .unknownScheme)
        }
    }

    @Test(arguments: ["-1", "-0.5", "+1"])
    func `defect 9: a negative amount is no amount`(amount: String) {
        #expect(code(sealed(object(goodIOU, ["amount": "\"\(amount)\""]))) == .malformedDocument)
    }

    @Test(arguments: ["1e5", "1x5", "1e99999999", "1 5", "1,5", "NaN", "Infinity"])
    func `defect 17: nothing but a point parts a decimal`(amount: String) {
        #expect(code(sealed(object(goodIOU, ["amount": "\"\(amount)\""]))) == .malformedDocument)
        #expect(code(sealed(object(goodIOU, ["credit": "\"-\(amount)\""]))) == .malformedDocument)
    }

    @Test func `defect 18: no amount is ever written with an exponent`() {
        for text in ["99999999999999999999", "0.000000000000000001", "-99999999999999999999"] {
            #expect(amount(text).text == text)
            #expect(Bound.finite(amount(text)).text == text)
        }
    }

    @Test
    func `defect 20: co-signatures by the target, by the source again and by others are welcome`() {
        let hash = promise().hash
        let own = keys[0].sign(hash)
        #expect(verdict([own, keys[1].sign(hash)]) == nil)
        #expect(verdict([keys[1].sign(hash), own]) == nil)
        #expect(verdict([own, own]) == nil)
        #expect(verdict([own, keys[2].sign(hash)]) == nil)
        #expect(verdict([keys[1].sign(hash), keys[2].sign(hash)]) == .signatureMissing)
    }

    @Test(arguments: ["source", "target", "symbol"])
    func `defect 23: checksums and version bytes of all addresses are checked`(name: String) {
        let bitcoin = Base58Check.encode(version: 0, [UInt8](repeating: 5, count: 20))
        let mistyped = String(alice.text.dropLast()) + (alice.text.last == "x" ? "y" : "x")
        for text in [bitcoin, mistyped] {
            #expect(code(sealed(object(goodIOU, [name: "\"\(text)\""]))) == .invalidAddress)
        }
    }

    @Test func `defect 24: what is not enforced is refused, and a note is what was signed`() {
        let digest = String(repeating: "ab", count: 32)
        for (name, value) in [
            ("locker", "{\"timers\":{}}"), ("locker", "{\"script\":\"\(digest)\"}"),
            ("locking", "{}"),
            ("events", "[]"), ("script", "\"\(digest)\""),
        ] {
            #expect(code(sealed(object(goodIOU, [name: value]))) == .malformedDocument)
        }
        let meta = "{\"custom\":{\"data\":{\"note\":\"other\"}}}"
        #expect(
            code(sealed(object(goodIOU, ["custom": "\"\(digest)\""]), meta: meta)) == .hashMismatch)
    }

    @Test func `defect 25: a promise of nothing is malformed`() {
        #expect(code(sealed(object(goodIOU, ["amount": "\"0\""]))) == .malformedDocument)
    }

    @Test func `defect 27: the same terms have the same hash, and a difference is a difference`() {
        #expect(promise().hash == promise().hash)
        #expect(amount("3").subtracting(amount("5")) == amount("-2"))
    }
}
