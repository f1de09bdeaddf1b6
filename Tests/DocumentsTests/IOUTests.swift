import Bytes
import Cryptography
import Documents
import Foundation
import Testing

/// The shape of promises and limits: what is refused, by which rule, and where.
@Suite struct IOUTests {
    private func refused(_ changes: [String: String?], in members: [String: String] = goodIOU)
        -> RefusalCode?
    {
        code(sealed(object(members, changes)))
    }

    @Test func `good documents are read`() {
        #expect(refused([:]) == nil)
        #expect(refused([:], in: goodLimit) == nil)
        #expect(refused(["max": nil, "min": "\"-10\""], in: goodLimit) == nil)
        #expect(refused(["max": "\"0\""], in: goodLimit) == nil)
    }

    @Test func `every required member is required, as a text`() {
        for members in [goodIOU, goodLimit] {
            for name in members.keys where name != "kind" {
                #expect(refused([name: nil], in: members) == .malformedDocument, "\(name)")
                for value in ["1", "null", "true", "[]", "{}"] {
                    #expect(refused([name: value], in: members) == .malformedDocument, "\(name)")
                }
            }
        }
    }

    @Test func `unknown members are refused by name wherever they stand`() {
        for name in ["fee", "Amount", "amount ", "zzz", "events", "timers"] {
            let line = sealed(object(goodIOU, [name: "1"]))
            #expect(refusal(line)?.message.contains("unknown member '\(name)'") == true)
            #expect(refused([name: "1"], in: goodLimit) == .malformedDocument)
            #expect(code(sealed(object(goodIOU), meta: "{\"\(name)\":1}")) == .malformedDocument)
        }
        let line = String(decoding: sealed(object(goodIOU)), as: UTF8.self)
        #expect(code(Array((line.dropLast() + ",\"z\":1}").utf8)) == .malformedDocument)
        let hash = line.replacingOccurrences(of: "\"hash\":{", with: "\"hash\":{\"a\":1,")
        #expect(code(Array(hash.utf8)) == .malformedDocument)
    }

    @Test func `an error says at which byte`() throws {
        let line = sealed(object(goodIOU, ["expiry": "\"soon\""]))
        let found = try #require(refusal(line))
        let offset = try #require(found.details["offset"].flatMap { Int($0) })
        #expect(String(decoding: line[offset...].prefix(6), as: UTF8.self) == "\"soon\"")
        #expect(found.message.hasSuffix("at byte \(offset)"))
    }

    @Test func `the source is not the target`() {
        #expect(refused(["target": "\"\(alice)\""]) == .malformedDocument)
    }

    @Test func `an amount of nothing comes only with credit, and credit is negative`() {
        #expect(refused(["amount": "\"0\""]) == .malformedDocument)
        #expect(refused(["amount": "\"0\"", "credit": "\"-1\""]) == nil)
        #expect(refused(["credit": "\"-1\""]) == nil)
        for credit in ["0", "1", "-0", "-1.0", "--1", "-1e5", "-"] {
            #expect(refused(["credit": "\"\(credit)\""]) == .malformedDocument)
        }
        for amount in ["-1", "+1", "01", "1.0", "1e5", "1x5", ".5", "5.", "", " 1"] {
            #expect(refused(["amount": "\"\(amount)\""]) == .malformedDocument)
        }
        #expect(refused(["amount": "10"]) == .malformedDocument)
    }

    @Test func `an amount that no counter could hold is an overflow`() {
        #expect(refused(["amount": "\"100000000000000000000\""]) == .amountOverflow)
        #expect(refused(["credit": "\"-100000000000000000000\""]) == .amountOverflow)
        #expect(refused(["max": "\"100000000000000000000\""], in: goodLimit) == .amountOverflow)
    }

    @Test func `an address that is none is named after the hash was found right`() throws {
        let wrong = "\"wV14Bw1gYGSFMDuNjpaJywt67oW3awXdfj\""
        for name in ["source", "target", "symbol"] {
            #expect(refused([name: wrong]) == .invalidAddress)
            let line = String(decoding: sealed(object(goodIOU, [name: wrong])), as: UTF8.self)
            let other = line.replacingOccurrences(
                of: "\"amount\":\"10\"", with: "\"amount\":\"11\"")
            #expect(code(Array(other.utf8)) == .hashMismatch)
        }
        #expect(refused(["source": "\"1PMycacnJaSqwwJqjawXBErnLsZ7RkXUAs\""]) == .invalidAddress)
        #expect(refused(["source": "\"\""]) == .malformedDocument)
        let meta = """
            {"signatures":[{"public":"\(String(repeating: "02", count: 33))","scheme":"x","signer":\(wrong),\
            "string":"\(String(repeating: "30", count: 70))"}]}
            """
        #expect(code(sealed(object(goodIOU), meta: meta)) == .invalidAddress)
    }

    @Test func `a text that is not canonical is refused though its hash be right`() {
        let spaced = object(goodIOU).replacingOccurrences(of: "\",\"", with: "\", \"")
        let unordered = "{\"zzz\":1}"
        #expect(code(sealed(spaced)) == .malformedDocument)
        #expect(code(sealed(unordered)) == .malformedDocument)
        let escaped = object(goodIOU).replacingOccurrences(
            of: "example.com", with: "ex\\u0061mple.com")
        #expect(refusal(sealed(escaped))?.message.contains("canonical") == true)
    }

    @Test func `a hash of another make is refused`() {
        let line = String(decoding: sealed(object(goodIOU)), as: UTF8.self)
        for (old, new) in [
            ("sha256:sha256", "sha256"), ("stringify:data", "merkle:data.inputs.hash.value"),
            ("\"steps\":\"stringify:data\",", ""),
        ] {
            #expect(
                code(Array(line.replacingOccurrences(of: old, with: new).utf8))
                    == .malformedDocument)
        }
        let hash = Hash.sha256d(Array(object(goodIOU).utf8)).hexadecimal
        let upper = line.replacingOccurrences(of: hash, with: hash.uppercased())
        #expect(code(Array(upper.utf8)) == .malformedDocument)
    }

    @Test func `a limit has one end, of the right sign, and an issuer's maximum is always 0`() {
        #expect(refused(["min": "\"-1\""], in: goodLimit) == .malformedDocument)
        #expect(refused(["max": nil], in: goodLimit) == .malformedDocument)
        #expect(refused(["max": "\"-1\""], in: goodLimit) == .malformedDocument)
        #expect(refused(["max": nil, "min": "\"1\""], in: goodLimit) == .malformedDocument)
        #expect(refused(["max": "\"Infinity\""], in: goodLimit) == .malformedDocument)
        #expect(refused(["symbol": "\"\(bob)\""], in: goodLimit) == .malformedDocument)
        #expect(
            refused(["symbol": "\"\(bob)\"", "max": nil, "min": "\"-5\""], in: goodLimit) == nil)
        #expect(refused(["kind": "\"limits\""], in: goodLimit) == .malformedDocument)
    }

    @Test func `a holder signs its maximum and an issuer every minimum`() throws {
        let holder = try Instruction(Envelope(line: sealed(object(goodLimit))))
        #expect(holder.signer == bob)
        let floor = object(goodLimit, ["max": nil, "min": "\"-1\""])
        #expect(try Instruction(Envelope(line: sealed(floor))).signer == alice)
        #expect(try Instruction(Envelope(line: sealed(object(goodIOU)))).signer == alice)
    }

    @Test func `a document of another kind is no instruction`() throws {
        var random = Generator()
        #expect(code(try random.unit().document) == .malformedDocument)
        #expect(code(try random.certificate().document) == .malformedDocument)
        #expect(code(try random.transaction().1) == .malformedDocument)
        #expect(
            code(sealed("{\"a\":\"\(String(repeating: "a", count: 70))\"}")) == .malformedDocument)
    }

    @Test func `a lock is one that is enforced`() {
        let digest = String(repeating: "ab", count: 32)
        #expect(refused(["locker": "{\"puzzle\":\"\(digest)\"}"]) == nil)
        #expect(refused(["locker": "{}"]) == .malformedDocument)
        #expect(
            refused(["locker": "{\"puzzle\":\"\(digest)\",\"timers\":{}}"]) == .malformedDocument)
        #expect(refused(["locker": "{\"script\":\"\(digest)\"}"]) == .malformedDocument)
        #expect(refused(["solver": "{\"hashee\":\"x\"}"]) == .malformedDocument)
        #expect(
            code(sealed(object(goodIOU), meta: "{\"solver\":{\"hashee\":\"x\"}}"))
                == .malformedDocument)
    }

    @Test func `a note is what the promise commits to`() {
        let note = "{\"note\":\"thanks\"}"
        let hash = Hash.sha256d(Array(note.utf8)).hexadecimal
        let other = Hash.sha256d([1]).hexadecimal
        func with(_ commitment: String?, _ meta: String) -> RefusalCode? {
            code(sealed(object(goodIOU, ["custom": commitment.map { "\"\($0)\"" }]), meta: meta))
        }
        let stated =
            "{\"steps\":\"stringify:data\",\"types\":\"sha256:sha256\",\"value\":\"\(hash)\"}"
        #expect(with(hash, "{\"custom\":{\"data\":\(note)}}") == nil)
        #expect(with(hash, "{}") == nil)
        #expect(with(hash, "{\"custom\":{\"data\":\(note),\"hash\":\(stated)}}") == nil)
        #expect(with(other, "{\"custom\":{\"data\":\(note)}}") == .hashMismatch)
        #expect(with(other, "{\"custom\":{\"data\":\(note),\"hash\":\(stated)}}") == .hashMismatch)
        #expect(with(nil, "{\"custom\":{\"data\":\(note)}}") == .malformedDocument)
        #expect(with(hash, "{\"custom\":{}}") == .malformedDocument)
        #expect(Attachments(note: Array(note.utf8)).noteText == "thanks")
        #expect(Attachments.note("thanks") == Array(note.utf8))
    }

    @Test func `a lock is opened by its preimage in data or in meta`() {
        var terms = IOU.Terms(
            domain: "d", source: alice, target: bob, amount: amount("1"), symbol: alice,
            random: "1",
            expiry: time("2030-01-01"))
        #expect(!IOU(terms).isLocked)
        terms.hashlock = Hash.sha256(Array("secret".utf8))
        #expect(IOU(terms).isLocked)
        #expect(IOU(terms, .init(), .init(preimage: "Secret")).isLocked)
        #expect(!IOU(terms, .init(), .init(preimage: "secret")).isLocked)
        terms.preimage = "secret"
        #expect(!IOU(terms).isLocked)
        #expect(!IOU(terms, .init(), .init(preimage: "wrong")).isLocked)
    }
}
