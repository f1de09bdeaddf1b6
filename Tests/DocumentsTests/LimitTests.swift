import Bytes
import Cryptography
import Documents
import Testing

/// Every entry of Bytes/Limits.swift that documents are bound by: the limit itself is taken, one past it is not. JSON's
/// are in JSONParserTests, an amount's in AmountTests, a puzzle's in PuzzleTests, base58's in BytesTests.
@Suite struct LimitTests {
    private func quoted(_ count: Int) -> String {
        "\"" + String(repeating: "a", count: count) + "\""
    }

    @Test(arguments: ["domain", "random"])
    func `a domain and a random text have 1 to 100 bytes`(name: String) {
        let limit = name == "domain" ? Limits.domainBytes : Limits.randomBytes
        for members in [goodIOU, goodLimit] {
            #expect(code(sealed(object(members, [name: quoted(1)]))) == nil)
            #expect(code(sealed(object(members, [name: quoted(limit)]))) == nil)
            #expect(code(sealed(object(members, [name: quoted(limit + 1)]))) == .malformedDocument)
            #expect(code(sealed(object(members, [name: "\"\""]))) == .malformedDocument)
            // Bytes, not characters.
            let wide = "\"" + String(repeating: "é", count: limit / 2 + 1) + "\""
            #expect(code(sealed(object(members, [name: wide]))) == .malformedDocument)
        }
    }

    @Test func `a preimage has 1 to 100 bytes`() {
        let locker = "{\"puzzle\":\"\(String(repeating: "ab", count: 32))\"}"
        for (count, isTaken) in [
            (0, false), (1, true), (Limits.preimageBytes, true), (Limits.preimageBytes + 1, false),
        ] {
            let solver = "{\"hashee\":\(quoted(count))}"
            let inData = sealed(object(goodIOU, ["locker": locker, "solver": solver]))
            #expect((code(inData) == nil) == isTaken)
            let inMeta = sealed(object(goodIOU, ["locker": locker]), meta: "{\"solver\":\(solver)}")
            #expect((code(inMeta) == nil) == isTaken)
        }
    }

    private func noted(_ note: String) -> RefusalCode? {
        let hash = Hash.sha256d(Array(note.utf8)).hexadecimal
        return code(
            sealed(
                object(goodIOU, ["custom": "\"\(hash)\""]), meta: "{\"custom\":{\"data\":\(note)}}")
        )
    }

    @Test func `a note has at most 10 members of at most 4,096 bytes`() {
        func members(_ count: Int) -> String {
            let names = (0..<count).map { "\"\(Character(UnicodeScalar(UInt8(0x61 + $0))))\":1" }
            return "{" + names.joined(separator: ",") + "}"
        }
        #expect(noted(members(0)) == nil)
        #expect(noted(members(Limits.customMembers)) == nil)
        #expect(noted(members(Limits.customMembers + 1)) == .malformedDocument)
        #expect(noted("{\"note\":\(quoted(Limits.customTextBytes))}") == nil)
        #expect(noted("{\"note\":\(quoted(Limits.customTextBytes + 1))}") == .malformedDocument)
        for value in ["true", "null", "[]", "{}"] {
            #expect(noted("{\"note\":\(value)}") == .malformedDocument)
        }
        #expect(noted("[]") == .malformedDocument)
    }

    private func signatures(_ count: Int) -> String {
        let one = """
            {"public":"\(String(repeating: "02", count: 33))","scheme":"ecdsa-secp256k1",\
            "signer":"\(alice)","string":"\(String(repeating: "30", count: 70))"}
            """
        return "{\"signatures\":[" + [String](repeating: one, count: count).joined(separator: ",")
            + "]}"
    }

    @Test func `a document has at most 32 signatures and none is not written as a list`() {
        #expect(code(sealed(object(goodIOU), meta: signatures(1))) == nil)
        #expect(code(sealed(object(goodIOU), meta: signatures(Limits.signatures))) == nil)
        #expect(
            code(sealed(object(goodIOU), meta: signatures(Limits.signatures + 1)))
                == .malformedDocument)
        #expect(code(sealed(object(goodIOU), meta: signatures(0))) == .malformedDocument)
    }

    @Test func `a document has at most 32 puzzles and none is not written as a list`() throws {
        func meta(_ count: Int) throws -> String {
            let puzzles = try (0..<count).map {
                try Puzzle(
                    threshold: 1,
                    identities: [
                        .init(publicKey: [UInt8](repeating: UInt8($0), count: 33), scheme: "x")
                    ]
                ).document
            }
            let texts = puzzles.map { String(decoding: $0, as: UTF8.self) }
            return "{\"scripts\":[" + texts.joined(separator: ",") + "]}"
        }
        #expect(try code(sealed(object(goodIOU), meta: meta(Limits.signatures))) == nil)
        #expect(
            try code(sealed(object(goodIOU), meta: meta(Limits.signatures + 1)))
                == .malformedDocument)
        #expect(try code(sealed(object(goodIOU), meta: meta(0))) == .malformedDocument)
    }

    @Test func `a unit's code, name, terms and scale have their limits`() {
        func unit(_ changes: [String: String]) -> RefusalCode? {
            let members = [
                "code": "\"EUR\"", "form": "\"currency\"", "kind": "\"unit\"", "name": "\"euro\"",
                "scale": "2", "symbol": "\"\(alice)\"", "terms": "\"none\"",
            ]
            do {
                let line = sealed(object(members, changes.mapValues { Optional($0) }))
                _ = try UnitDefinition(Envelope(line: line))
                return nil
            } catch {
                return error.code
            }
        }
        for (name, limit) in [
            ("code", Limits.unitCodeBytes), ("name", Limits.unitNameBytes),
            ("terms", Limits.unitTermsBytes),
        ] {
            #expect(unit([name: quoted(limit)]) == nil)
            #expect(unit([name: quoted(limit + 1)]) == .malformedDocument)
        }
        #expect(unit(["name": "\"\"", "terms": "\"\""]) == nil)
        #expect(unit(["scale": "0"]) == nil)
        #expect(unit(["scale": "\(Limits.amountDecimals)"]) == nil)
        #expect(unit(["scale": "\(Limits.amountDecimals + 1)"]) == .malformedDocument)
        #expect(unit(["scale": "-1"]) == .malformedDocument)
        #expect(unit(["scale": "\"2\""]) == .malformedDocument)
        #expect(unit(["form": "\"cash\""]) == .malformedDocument)
        for text in ["", "1A", "-A", "a b", "é", "A/B", "A\\n"] {
            #expect(unit(["code": "\"\(text)\""]) == .malformedDocument)
        }
        for text in ["a", "Z9", "A_b-c.d"] { #expect(unit(["code": "\"\(text)\""]) == nil) }
    }

    @Test func `a request has 1 to 100 instructions`() throws {
        func request(_ count: Int) -> RefusalCode? {
            let inputs = (0..<count).map {
                String(decoding: sealed(object(goodIOU, ["random": "\"\($0)\""])), as: UTF8.self)
            }
            let text = "{\"data\":{\"inputs\":[" + inputs.joined(separator: ",") + "]}}"
            do {
                let request = try Request(JSONText(Array(text.utf8)).root)
                #expect(request.instructions.count == count)
                return nil
            } catch {
                return (error as? Refusal)?.code
            }
        }
        #expect(request(1) == nil)
        #expect(request(Limits.transactionInstructions) == nil)
        #expect(request(Limits.transactionInstructions + 1) == .malformedDocument)
        #expect(request(0) == .malformedDocument)
    }

    @Test func `a document's data has 65 to 65,536 bytes`() throws {
        func check(_ count: Int) -> RefusalCode? {
            let empty = "{\"x\":\"\"}".utf8.count
            let data = "{\"x\":\(quoted(count - empty))}"
            do {
                try Envelope(line: sealed(data)).check()
                return nil
            } catch {
                return error.code
            }
        }
        #expect(check(Limits.documentDataMinimumBytes - 1) == .malformedDocument)
        #expect(check(Limits.documentDataMinimumBytes) == nil)
        #expect(check(Limits.documentDataMaximumBytes) == nil)
        #expect(check(Limits.documentDataMaximumBytes + 1) == .malformedDocument)
    }

    @Test func `a signature's texts have their lengths`() {
        func meta(_ key: Int, _ string: Int, _ scheme: Int) -> String {
            """
            {"signatures":[{"public":"\(String(repeating: "02", count: key))","scheme":\(quoted(scheme)),\
            "signer":"\(alice)","string":"\(String(repeating: "30", count: string))"}]}
            """
        }
        for (key, string, scheme, isTaken) in [
            (32, 8, 1, true), (65, 80, 32, true), (31, 8, 1, false), (66, 8, 1, false),
            (32, 7, 1, false),
            (32, 81, 1, false), (32, 8, 0, false), (32, 8, 33, false),
        ] {
            #expect(
                (code(sealed(object(goodIOU), meta: meta(key, string, scheme))) == nil) == isTaken)
        }
    }
}
