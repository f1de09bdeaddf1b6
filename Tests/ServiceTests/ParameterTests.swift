// Parameters: what is documented is what is taken.
import Bytes
import Documents
import Testing

@testable import Service

@Suite("Parameters")
struct ParameterTests {
    private func takes(_ syntax: Syntax, _ text: String) -> Bool {
        (try? syntax.value(text, of: "x")) != nil
    }

    /// Whether the schema takes a text; integers as their digits.
    private func documents(_ syntax: Syntax, _ text: String) throws -> Bool {
        let schema = try JSONText(syntax.schema.bytes).root
        var writer = CanonicalWriter()
        if case .integer = syntax {
            guard let value = try? JSONText(Array(text.utf8)).root, value.kind == .integer,
                value.bytes.count == text.utf8.count
            else { return false }
            return SchemaJudge(root: schema).objection(value, schema) == nil
        }
        writer.string(text)
        return SchemaJudge(root: schema).objection(try JSONText(writer.bytes).root, schema) == nil
    }

    @Test func `hashes have 64 lower-case digits`() throws {
        let digits = String(repeating: "0123456789abcdef", count: 4)
        let others = [
            digits.uppercased(), String(digits.dropLast()), digits + "0", "",
            "g" + digits.dropFirst(),
            " " + digits.dropFirst(), digits + "\n", "0x" + digits.dropFirst(2),
        ]
        #expect(takes(.digest, digits))
        #expect(try documents(.digest, digits))
        for other in others {
            #expect(!takes(.digest, other), "\(other)")
            // Swift's `$` takes a newline at the end with it; ECMA's does not.
            if !other.hasSuffix("\n") { #expect(try !documents(.digest, other), "\(other)") }
        }
    }

    @Test func `addresses have a checksum`() throws {
        let address = Sample.address(7).text
        #expect(takes(.address, address))
        #expect(try documents(.address, address))
        for index in address.indices {
            var wrong = address
            wrong.replaceSubrange(index...index, with: address[index] == "1" ? "2" : "1")
            #expect(!takes(.address, wrong))
        }
        let house = House()
        let response = try house.get("/address/w\(String(repeating: "1", count: 33))/balance")
        #expect(response.status == 400)
        #expect(response.code == "invalid-address")
    }

    @Test func `numbers are taken within their bounds, one past each is not`() throws {
        let range = 1...ServiceLimits.pageEntries
        for text in [
            "0", "1", "999", "1000", "1001", "01", "+1", "-1", "1.0", "1e2", "", " 1", "1 ", "٣",
            "99999999999999999999", "0x1",
        ] {
            let isRight = Syntax.decimal(text).map(range.contains) ?? false
            #expect(takes(.integer(range), text) == isRight, "\(text)")
            #expect(try documents(.integer(range), text) == isRight, "\(text)")
        }
        #expect(takes(.integer(range), "1000"))
        #expect(takes(.integer(0...5), "0"))
        #expect(!takes(.integer(0...5), "6"))
    }

    @Test func `places are heights or hashes`() throws {
        for (text, isRight) in [
            ("0", true), ("99999999", true), ("100000000", false), ("00", false), ("-1", false),
            (String(repeating: "0", count: 64), true), ("12a", false), ("", false),
        ] {
            #expect(takes(.place, text) == isRight, "\(text)")
            #expect(try documents(.place, text) == isRight, "\(text)")
        }
    }

    @Test func `tiles have the names that the specification gives them`() throws {
        for (text, isRight) in [
            ("0/000", true), ("63/255", true), ("64/000", false), ("00/000", false),
            ("entries/000", true), ("0/x001/000", true), ("0/x000/000", false),
            ("0/x123/x456/789.p/255", true), ("0/000.p/256", false), ("0/000.p/0", false),
            ("0/000.p/01", false), ("0/00", false), ("0/0000", false), ("0/001/002", false),
            ("0/x001", false), ("0/000.p", false), ("0/000.p/1/2", false), ("0", false),
            ("entries/x001/x002/x003/x004/x005/006", true),
            ("entries/x001/x002/x003/x004/x005/x006/007", false), ("../0/000", false),
        ] {
            #expect(takes(.tile, text) == isRight, "\(text)")
            #expect(try documents(.tile, text) == isRight, "\(text)")
        }
        #expect(TileName.isPartial("0/000.p/7"))
        #expect(!TileName.isPartial("0/x001/000"))
    }

    @Test func `of random names the pattern takes those that the code takes`() throws {
        var generator = Generator()
        let parts = [
            "0", "63", "64", "entries", "x001", "x000", "000", "12", "123", ".p", "255", "/",
        ]
        var right = 0
        for _ in 0..<1_000 {
            var text = ["0/", "entries/", "7/", ""][generator.below(4)]
            for _ in 0..<1 + generator.below(6) {
                text += parts[generator.below(parts.count)] + ["", "/"][generator.below(2)]
            }
            let isTaken = takes(.tile, text)
            right += isTaken ? 1 : 0
            #expect(try documents(.tile, text) == isTaken, "\(text) \(generator.comment)")
        }
        #expect(right > 0, generator.comment)
    }

    @Test func `unknown, repeated, missing and malformed parameters are 400`() throws {
        let house = House()
        let address = Sample.address(1).text
        for (query, code) in [
            ("?colour=red", "unknown-parameter"), ("?limit=1&limit=1", "repeated-parameter"),
            ("?limit=0", "invalid-parameter"), ("?limit=1001", "invalid-parameter"),
            ("?skip=-1", "invalid-parameter"), ("?limit", "invalid-parameter"),
            ("?limit=1&", "unknown-parameter"), ("?limit=%", "malformed-request"),
            ("?LIMIT=1", "unknown-parameter"),
        ] {
            let response = try house.get("/unit" + query)
            #expect(response.status == 400, "\(query)")
            #expect(response.code == code, "\(query)")
        }
        let missing = try house.get("/address/\(address)/outputs/unspent")
        #expect(missing.code == "missing-parameter")
        let wrong = try house.get("/address/\(address)/outputs/unspent?counter=x")
        #expect(wrong.code == "invalid-address")
        #expect(try house.get("/unit?").status == 200)
        #expect(try house.get("/unit?%6cimit=%35&skip=2").status == 200)
        #expect(house.domain.state.withLock { $0.pages.last } == Page(skip: 2, limit: 5))
        #expect(try house.get("/unit").status == 200)
        #expect(house.domain.state.withLock { $0.pages.last } == Page(skip: 0, limit: 10))
    }

    @Test func `a query may be so long and no longer`() throws {
        let house = House()
        let long = "?limit=" + String(repeating: "0", count: ServiceLimits.queryBytes)
        #expect(try house.get("/unit" + long).code == "malformed-request")
    }
}
