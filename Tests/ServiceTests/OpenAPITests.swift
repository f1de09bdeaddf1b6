// The description of the service.
import Documents
import Network
import Testing

@testable import Service

@Suite("The description")
struct OpenAPITests {
    private func description(_ set: (inout ServiceOptions) -> Void = { _ in }) throws -> JSONValue {
        let house = House(set)
        let response = try house.get("/openapi.json")
        #expect(response.status == 200)
        return try response.json()
    }

    @Test func `it is strict canonical JSON and names its version`() throws {
        let root = try description()
        #expect(root.departure == nil)
        #expect(root["openapi"]?.string == "3.1.0")
        #expect(root["info"]?["version"]?.string == "1.2.3")
    }

    @Test func `every route is in it, and nothing else`() throws {
        let root = try description()
        var described: Set<String> = []
        for (path, operations) in try #require(root["paths"]).members {
            for (method, _) in operations.members {
                described.insert("\(method.uppercased()) \(path)")
            }
        }
        let routes = RouteTable.all.map { route in
            "\(route.method) " + route.template.split(separator: "...").joined()
        }
        #expect(described == Set(routes))
        #expect(described.count == RouteTable.all.count)
    }

    @Test func `operations have names of their own`() {
        let names = RouteTable.all.map(\.operation)
        #expect(Set(names).count == names.count)
    }

    @Test func `every reference leads to a schema, and every schema is led to`() throws {
        let root = try description()
        let judge = SchemaJudge(root: root)
        var used: Set<String> = []
        func walk(_ value: JSONValue) {
            if let reference = value["$ref"]?.string {
                #expect(judge.resolve(reference) != nil, "\(reference)")
                used.insert(String(reference.split(separator: "/").last ?? ""))
            }
            for element in value.elements ?? [] { walk(element) }
            for member in value.members { walk(member.value) }
        }
        walk(root)
        // An event travels as text: only the description names it.
        #expect(used.union(["Event"]) == Set(Schemas.all.keys))
    }

    @Test func `every link leads to a parameter of an operation`() throws {
        let links = RouteTable.all.flatMap(\.answers).flatMap(\.links)
        #expect(!links.isEmpty)
        for link in links {
            let route = try #require(RouteTable.all.first { $0.operation == link.operation })
            #expect(route.parameters.contains { $0.name == link.parameter })
        }
    }

    @Test func `documents of every kind are as described`() throws {
        let judge = SchemaJudge(root: try description())
        func objection(_ document: [UInt8], _ schema: String) throws -> String? {
            let reference = try #require(judge.resolve("#/components/schemas/\(schema)"))
            return judge.objection(try JSONText(document).root, reference)
        }
        #expect(try objection(Sample.transaction().line, "Transaction") == nil)
        var terms = Sample.iou().terms
        terms.credit = Amount(quanta: -1)
        terms.active = .earliest
        let iou = IOU(terms).document
        for (document, schema) in [(iou, "IOU"), (Sample.unit().document, "Unit")] {
            #expect(try objection(document, schema) == nil)
            #expect(try objection(document, "Submission") == nil)
            #expect(try objection(document, "Document") == nil)
        }
        let request = Array(#"{"data":{"inputs":["#.utf8) + iou + Array("]}}".utf8)
        #expect(try objection(request, "Submission") == nil)
        #expect(try objection(request, "Document") != nil)
        let note = Note(.text("milk: 2 EUR"), random: "r", written: .earliest)
        var letter = Message.Terms(
            domain: "d", from: Sample.address(1), to: "e", random: "r", sent: .earliest)
        letter.answers = .zero
        letter.subject = "milk"
        let message = Message(
            letter, documents: [try Envelope(line: note.document)], certificate: iou,
            Endorsements(signatures: [
                DocumentSignature(
                    publicKey: [1], scheme: .ecdsaSecp256k1, signer: letter.from, signature: [2])
            ]))
        #expect(try objection(message.document, "Message") == nil)
        #expect(try objection(note.document, "Message") != nil)
        let taken = Acknowledgement(
            by: Sample.address(1), domain: "e", message: message.hash, received: .latest,
            certificate: iou)
        #expect(try objection(taken.document, "Acknowledgement") == nil)
        for end in [LimitChange.End.max, .min] {
            for amount in [Amount.zero, Amount(quanta: end == .max ? 1 : -1) ?? .zero] {
                let limit = LimitChange(
                    LimitChange.Terms(
                        domain: "d", address: Sample.address(6), symbol: Sample.address(7),
                        end: end, amount: amount, random: "r", expiry: .latest))
                #expect(try objection(limit.document, "Limit") == nil)
            }
        }
    }

    @Test func `the patterns of amounts take what the code takes`() throws {
        let texts = [
            "0", "-0", "1", "-1", "0.5", "-0.5", "0.0", "1.0", "01", "1.", ".5", "+1", "1e2", "",
            "99999999999999999999.999999999999999999", "100000000000000000000",
            "0.000000000000000001", "0.0000000000000000001", "-99999999999999999999",
        ]
        for text in texts {
            let canonical = try? Amount(Array(text.utf8), .canonical)
            let signed = try? Amount(Array(text.utf8), .signed)
            let typed = try? Amount(Array(text.utf8), .typed)
            for (pattern, isRight) in [
                (Pattern.amount, canonical != nil), (Pattern.signedAmount, signed != nil),
                (Pattern.debt, signed.map { $0 <= .zero } ?? false),
                (Pattern.credit, signed.map { $0 < .zero } ?? false),
                (Pattern.typedAmount, typed != nil),
            ] {
                #expect(text.contains(try Regex(pattern)) == isRight, "\(text) \(pattern)")
            }
        }
    }

    @Test func `every parameter of a path is described and required`() throws {
        for route in RouteTable.all {
            let inPath = route.template.split(separator: "/").filter { $0.hasPrefix("{") }
                .map { $0.dropFirst().dropLast().split(separator: ".")[0] }
            let described = route.parameters.filter { $0.place == .path }
            #expect(inPath.map(String.init) == described.map(\.name), "\(route.template)")
            #expect(described.allSatisfy { $0.isRequired })
        }
    }

    @Test func `examples are what the schemas and the code take`() throws {
        let root = try description()
        let judge = SchemaJudge(root: root)
        var count = 0
        for (_, operations) in try #require(root["paths"]).members {
            for (_, operation) in operations.members {
                for parameter in operation["parameters"]?.elements ?? [] {
                    let example = try #require(parameter["example"])
                    let schema = try #require(parameter["schema"])
                    #expect(judge.objection(example, schema) == nil)
                    count += 1
                }
            }
        }
        #expect(count == RouteTable.all.reduce(0) { $0 + $1.parameters.count })
        for route in RouteTable.all {
            for parameter in route.parameters {
                let operations = root["paths"]?.members.flatMap(\.value.members).map(\.value) ?? []
                let operation = operations.first { $0["operationId"]?.string == route.operation }
                let written = operation?["parameters"]?.elements?
                    .first { $0["name"]?.string == parameter.name }?["example"]
                let text = written?.string ?? written?.integer.map(String.init) ?? ""
                #expect(throws: Never.self, "\(route.template) \(parameter.name)") {
                    try parameter.syntax.value(text, of: parameter.name)
                }
            }
        }
    }

    @Test func `what needs a token says so`() throws {
        let open = try description()
        let closed = try description { $0.requiresAuthentication = [.writing, .metrics] }
        func securities(_ root: JSONValue) -> Set<String> {
            var found: Set<String> = []
            for (path, operations) in root["paths"]?.members ?? [] {
                for (method, operation) in operations.members
                where operation["security"] != nil {
                    #expect(operation["responses"]?["401"] != nil)
                    found.insert("\(method) \(path)")
                }
            }
            return found
        }
        #expect(securities(open) == ["get /user", "post /user/payment"])
        #expect(
            securities(closed) == [
                "get /user", "post /user/payment", "post /transaction", "post /add-checkpoint",
                "post /inbox", "get /metrics",
            ])
    }

    @Test func `the public URL is the server's`() throws {
        let root = try description { $0.publicURL = "https://pay.shop.example" }
        #expect(root["servers"]?.elements?.first?["url"]?.string == "https://pay.shop.example")
    }

    @Test func `it is not sent again to whoever has it`() throws {
        let house = House()
        let first = try house.get("/openapi.json")
        let tag = try #require(first.headers["ETag"])
        let second = try house.get("/openapi.json", ["If-None-Match": "W/\(tag)"])
        #expect(second.status == 304)
        #expect(second.body.isEmpty)
    }
}
