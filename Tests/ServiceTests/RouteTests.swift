// What each route answers, and that it is what the description says.
import Bytes
import Cryptography
import Documents
import Network
import Testing

@testable import Service

@Suite("Routes")
struct RouteTests {
    let house = House { $0.nanoseconds = { 0 } }
    let judge: SchemaJudge

    init() throws {
        judge = SchemaJudge(root: try house.get("/openapi.json").json())
    }

    /// Asks, and holds the answer against the description.
    private func ask(
        _ method: String, _ target: String, as template: String, _ headers: HTTPHeaders = [:],
        body: [UInt8] = []
    ) throws -> HTTPResponse {
        let response = try house.ask(method, target, headers, body: body)
        let operation = judge.root["paths"]?.member(template)?.member(method.lowercased())
        let answers = try #require(operation?["responses"], "\(template)")
        let answer = try #require(
            answers.member(String(response.status)),
            "\(method) \(target): \(response.status) is not described")
        if response.status == 304 {
            #expect(response.body.isEmpty)
            return response
        }
        let type = try #require(response.headers["Content-Type"])
        let bare = type.split(separator: ";").first.map(String.init) ?? ""
        let media = try #require(
            answer["content"]?.member(bare), "\(method) \(target): \(bare) is not described")
        if bare == "application/json" {
            #expect(response.body.last == 0x0a)
            let value = try response.json()
            // The newline stands behind the value.
            #expect(value.departure == nil, "\(target) is not canonical")
            let schema = try #require(media["schema"])
            #expect(judge.objection(value, schema) == nil, "\(method) \(target)")
        }
        for header in answer["headers"]?.members ?? [] {
            #expect(response.headers[header.name] != nil, "\(target) has no \(header.name)")
        }
        return response
    }

    private func put(_ line: [UInt8], _ kind: DocumentKind, in transaction: Digest256? = nil) throws
        -> String
    {
        let hash = try Envelope(line: line).hash
        house.domain.state.withLock {
            $0.documents[hash] = ServedDocument(line: line, kind: kind, transaction: transaction)
        }
        return hash.hexadecimal
    }

    private let nobody = String(repeating: "0", count: 64)

    @Test func `the identity`() throws {
        for path in ["/", "/domain"] {
            let data = try ask("GET", path, as: path).json()["data"]
            #expect(data?["domain"]?.string == "shop.example")
            #expect(data?["key"]?.string == "shop.example+00000000+AQ==")
            #expect(data?["devices"]?.count == 1)
            #expect(data?["version"]?.string == "1.2.3")
            #expect(data?["links"]?["events"]?.string == "/events")
        }
        let named = House {
            $0.publicURL = "https://pay.example"
            $0.version = "9"
        }
        let data = try named.get("/").json()["data"]
        #expect(data?["links"]?["events"]?.string == "https://pay.example/events")
        #expect(data?["version"]?.string == "9")
    }

    @Test func `health`() throws {
        house.domain.state.withLock { $0.waitingLines = 3 }
        let data = try ask("GET", "/health", as: "/health").json()["data"]
        #expect(data?["status"]?.string == "ok")
        #expect(data?["waiting"]?.integer == 3)
        let reader = House { $0.isReadOnly = true }
        #expect(try reader.get("/health").json()["data"]?["status"]?.string == "read-only")
    }

    @Test func `a transaction is the stored document, for ever`() throws {
        let sample = Sample.transaction()
        let hash = try put(sample.line, .transaction)
        let path = "/transaction/\(hash)"
        let response = try ask("GET", path, as: "/transaction/{hash}")
        #expect(response.status == 200)
        #expect(response.body == sample.line + [0x0a])
        #expect(response.headers["ETag"] == "\"\(hash)\"")
        #expect(response.headers["Cache-Control"] == "public, max-age=31536000, immutable")
        for known in ["\"\(hash)\"", "W/\"\(hash)\"", "\"x\", \"\(hash)\"", "*"] {
            let again = try ask(
                "GET", path, as: "/transaction/{hash}", ["If-None-Match": known])
            #expect(again.status == 304, "\(known)")
            #expect(again.headers["ETag"] == "\"\(hash)\"")
        }
        let other = try ask(
            "GET", path, as: "/transaction/{hash}", ["If-None-Match": "\"\(nobody)\""])
        #expect(other.status == 200)
    }

    @Test func `only a transaction is one`() throws {
        let unknown = try ask("GET", "/transaction/\(nobody)", as: "/transaction/{hash}")
        #expect(unknown.status == 404)
        #expect(unknown.code == "unknown-transaction")
        #expect(try unknown.json()["error"]?["details"]?["transaction"]?.string == nobody)
        let unit = try put(Sample.unit().document, .unit)
        #expect(try ask("GET", "/transaction/\(unit)", as: "/transaction/{hash}").status == 404)
        let upper = try ask(
            "GET", "/transaction/\(unit.uppercased())", as: "/transaction/{hash}")
        #expect(upper.code == "invalid-parameter")
    }

    @Test func `an IOU with its transaction`() throws {
        let sample = Sample.transaction()
        let hash = try put(sample.iou.document, .iou, in: sample.hash)
        let data = try ask("GET", "/iou/\(hash)", as: "/iou/{hash}").json()["data"]
        #expect(data.map { Array($0["iou"]?.bytes ?? []) } == sample.iou.document)
        #expect(data?["transaction"]?.string == sample.hash.hexadecimal)
        #expect(try ask("GET", "/iou/\(nobody)", as: "/iou/{hash}").code == "unknown-iou")
    }

    @Test func `any document`() throws {
        let hash = try put(Sample.unit().document, .unit)
        let response = try ask("GET", "/document/\(hash)", as: "/document/{hash}")
        #expect(response.body == Sample.unit().document + [0x0a])
        #expect(
            try ask("GET", "/document/\(nobody)", as: "/document/{hash}").code
                == "unknown-document")
    }

    @Test func `outputs in WebWallet's shape`() throws {
        let outputs = (0..<3).map { index in
            ServedOutput(
                pointer: .init(transaction: Hash.sha256([UInt8(index)]), index: index),
                output: Sample.output(1, 3, Int128(index)), time: .earliest)
        }
        house.domain.state.withLock { $0.outputs = outputs }
        let base = "/address/\(Sample.address(1))/outputs/"
        let query = "?counter=\(Sample.address(3))"
        let unspent = try ask(
            "GET", base + "unspent" + query, as: "/address/{address}/outputs/unspent")
        let list = try unspent.json()["data"]?["outputs"]?.elements
        #expect(list?.count == 1)
        #expect(list?.first?["pointer"]?.string == outputs[0].pointer.text)
        let content = list?.first?["content"]
        #expect(content?["address"]?.string == Sample.address(1).text)
        #expect(content?["counter"]?.string == Sample.address(3).text)
        #expect(content?["balance"]?["max"]?.string == "Infinity")
        #expect(content?["sources"]?.count == 1)
        #expect(unspent.headers["Cache-Control"] == "no-store")
        let history = try ask(
            "GET", base + "history" + query + "&skip=1&limit=1",
            as: "/address/{address}/outputs/history")
        let second = try history.json()["data"]?["outputs"]?.elements
        #expect(second?.map { $0["pointer"]?.string } == [outputs[1].pointer.text])
        let none = try ask("GET", base + "unspent", as: "/address/{address}/outputs/unspent")
        #expect(none.code == "missing-parameter")
    }

    private func putCounters() {
        house.domain.state.withLock { state in
            state.counters = [
                ServedCounter(
                    key: CounterKey(Sample.address(1), Sample.address(3)),
                    state: Sample.output(1, 3, 1_500_000_000_000_000_000).state,
                    pointer: .init(transaction: .zero, index: 12)),
                ServedCounter(
                    key: CounterKey(Sample.address(1), Sample.address(4)),
                    state: Sample.output(1, 4, -1).state, pointer: nil),
                ServedCounter(
                    key: CounterKey(Sample.address(3), Sample.address(3)),
                    state: Sample.output(3, 3, -1).state, pointer: nil),
            ]
        }
    }

    @Test func `balances`() throws {
        putCounters()
        let path = "/address/\(Sample.address(1))/balance"
        let template = "/address/{address}/balance"
        let all = try ask("GET", path, as: template).json()["data"]?["balances"]?.elements
        #expect(all?.map { $0["net"]?.string } == ["1.5", "-0.000000000000000001"])
        let one = try ask("GET", path + "?counter=\(Sample.address(4))", as: template)
        #expect(try one.json()["data"]?["balances"]?.count == 1)
        let none = try ask("GET", "/address/\(Sample.address(8))/balance", as: template)
        #expect(try none.json()["data"]?["balances"]?.count == 0)
    }

    @Test func `units and their holders`() throws {
        putCounters()
        house.domain.state.withLock { state in
            state.units = [
                ServedUnit(
                    symbol: Sample.address(3), definition: Sample.unit().document,
                    supply: Amount(quanta: 1) ?? .zero, ceiling: .plusInfinity, holders: 1),
                ServedUnit(
                    symbol: Sample.address(4), definition: nil, supply: .zero,
                    ceiling: .finite(.zero), holders: 0),
            ]
        }
        let list = try ask("GET", "/unit", as: "/unit").json()["data"]?["units"]?.elements
        #expect(list?.count == 2)
        #expect(list?.first?["definition"].map { Array($0.bytes) } == Sample.unit().document)
        #expect(list?.last?["definition"] == nil)
        let one = try ask("GET", "/unit/\(Sample.address(3))", as: "/unit/{symbol}").json()
        #expect(one["data"]?["holders"]?.integer == 1)
        let unknown = try ask("GET", "/unit/\(Sample.address(9))", as: "/unit/{symbol}")
        #expect(unknown.code == "unknown-unit")
        let holders = try ask(
            "GET", "/unit/\(Sample.address(3))/holders", as: "/unit/{symbol}/holders")
        let names = try holders.json()["data"]?["holders"]?.elements?
            .map { $0["address"]?.string }
        #expect(names == [Sample.address(1).text])
    }

    @Test(arguments: ["block", "stack"])
    func `blocks and stacks by height and hash`(_ name: String) throws {
        let line = Sample.document(#"{"kind":"\#(name)","test":\#(Sample.filler)}"#)
        house.domain.state.withLock { state in
            state.blocks = [line]
            state.stacks = [line]
        }
        let template = "/\(name)/{id}"
        let byHeight = try ask("GET", "/\(name)/0", as: template)
        #expect(byHeight.body == line + [0x0a])
        #expect(try ask("GET", "/\(name)/1", as: template).code == "unknown-\(name)")
        #expect(try ask("GET", "/\(name)/\(nobody)", as: template).status == 404)
        let hash = try put(line, name == "block" ? .block : .stack)
        #expect(byHeight.headers["ETag"] == "\"\(hash)\"")
        let byHash = try ask("GET", "/\(name)/\(hash)", as: template)
        #expect(byHash.body == byHeight.body)
        #expect(try ask("GET", "/\(name)/x", as: template).status == 400)
        let unit = try put(Sample.unit().document, .unit)
        #expect(try ask("GET", "/\(name)/\(unit)", as: template).status == 404)
    }

    @Test func `proofs`() throws {
        let proof = Sample.document(#"{"kind":"proof","test":\#(Sample.filler)}"#)
        let hash = Hash.sha256([1])
        let path = "/proof/\(hash)"
        #expect(try ask("GET", path, as: "/proof/{hash}").code == "unknown-document")
        house.domain.state.withLock { $0.proofs[hash] = .notSealed }
        let waiting = try ask("GET", path, as: "/proof/{hash}")
        #expect(waiting.status == 409)
        #expect(waiting.code == "not-sealed")
        house.domain.state.withLock { $0.proofs[hash] = .proof(proof, isFinal: false) }
        let first = try ask("GET", path, as: "/proof/{hash}")
        #expect(first.body == proof + [0x0a])
        #expect(first.headers["Cache-Control"] == "no-cache")
        house.domain.state.withLock { $0.proofs[hash] = .proof(proof, isFinal: true) }
        let last = try ask("GET", path, as: "/proof/{hash}")
        #expect(last.headers["Cache-Control"]?.contains("immutable") == true)

        let balance = "/proof/balance/\(Sample.address(1))/\(Sample.address(3))"
        let template = "/proof/balance/{address}/{symbol}"
        #expect(try ask("GET", balance, as: template).code == "unknown-counter")
        house.domain.state.withLock { $0.balanceProof = .proof(proof, isFinal: false) }
        #expect(try ask("GET", balance, as: template).body == proof + [0x0a])
    }

    @Test func `checkpoint and tiles`() throws {
        #expect(try ask("GET", "/checkpoint", as: "/checkpoint").code == "unknown-checkpoint")
        let note = Array("shop.example\n1\nAAAA\n\n— x y\n".utf8)
        house.domain.state.withLock { state in
            state.checkpoint = note
            state.tiles = ["tile/0/000": [1, 2], "tile/entries/x001/002.p/3": [3]]
        }
        let checkpoint = try ask("GET", "/checkpoint", as: "/checkpoint")
        #expect(checkpoint.body == note)
        #expect(checkpoint.headers["Content-Type"]?.hasPrefix("text/plain") == true)
        let full = try ask("GET", "/tile/0/000", as: "/tile/{path}")
        #expect(full.body == [1, 2])
        #expect(full.headers["Cache-Control"]?.contains("immutable") == true)
        let partial = try ask("GET", "/tile/entries/x001/002.p/3", as: "/tile/{path}")
        #expect(partial.body == [3])
        #expect(partial.headers["Cache-Control"] == "no-cache")
        #expect(try ask("GET", "/tile/0/001", as: "/tile/{path}").code == "unknown-tile")
        #expect(try ask("GET", "/tile/0/1", as: "/tile/{path}").status == 400)
    }

    @Test func `a witness's answer is passed on`() throws {
        for (status, type) in [
            (200, "text/plain"), (400, "text/plain"), (403, "text/plain"), (404, "text/plain"),
            (409, "text/x.tlog.size"), (422, "text/plain"),
        ] {
            house.domain.state.withLock {
                $0.witness = WitnessAnswer(status: status, contentType: type, body: [0x37, 0x0a])
            }
            let response = try ask("POST", "/add-checkpoint", as: "/add-checkpoint", body: [1, 2])
            #expect(response.status == status)
            #expect(response.body == [0x37, 0x0a])
        }
        #expect(house.domain.state.withLock { $0.checkpointRequests.first } == [1, 2])
        let large = [UInt8](repeating: 0x20, count: Limits.witnessRequestBytes + 1)
        let refused = try ask("POST", "/add-checkpoint", as: "/add-checkpoint", body: large)
        #expect(refused.status == 413)
    }

    @Test func `a failing storage is 503 and may be tried again`() throws {
        house.domain.state.withLock { $0.failure = ServiceFailure("storage", "cannot read") }
        let response = try ask("GET", "/transaction/\(nobody)", as: "/transaction/{hash}")
        #expect(response.status == 503)
        #expect(response.code == "storage")
        #expect(response.headers["Retry-After"] == "1")
    }

    private let address = Sample.address(5)

    private func putUser() {
        let user = ServedUser(
            name: "bar", address: address,
            allowances: [
                (Sample.address(3), Amount(quanta: 5) ?? .zero, Amount(quanta: 2) ?? .zero)
            ])
        house.domain.state.withLock { $0.users["token-1"] = user }
    }

    @Test func `a custodial user is known by a token`() throws {
        putUser()
        let known = try ask("GET", "/user", as: "/user", ["Authorization": "bearer token-1"])
        #expect(try known.json()["data"]?["name"]?.string == "bar")
        #expect(try known.json()["data"]?["allowances"]?.count == 1)
        for value in [
            nil, "Bearer", "Bearer token-2", "Basic token-1", "Bearer token-1 x", "Bearer  token-1",
            "Bearer " + String(repeating: "x", count: ServiceLimits.tokenBytes + 1),
        ] {
            let headers = HTTPHeaders(value.map { [.init("Authorization", $0)] } ?? [])
            let unknown = try ask("GET", "/user", as: "/user", headers)
            #expect(unknown.status == 401, "\(value ?? "none")")
            let challenge = try #require(unknown.headers["WWW-Authenticate"])
            #expect(challenge.hasPrefix("Bearer realm=\"wallet\""))
            #expect(challenge.contains("invalid_token") == (value != nil))
        }
    }

    @Test func `an order is read strictly`() throws {
        putUser()
        let key: HTTPHeaders = ["Authorization": "Bearer token-1"]
        func pay(_ body: String, _ headers: HTTPHeaders) throws -> HTTPResponse {
            try ask(
                "POST", "/user/payment", as: "/user/payment", headers, body: Array(body.utf8))
        }
        let right = try pay(
            #"{"amount":"5.00","id":"a","note":"for you","to":"alice","unit":"BEER"}"#, key)
        #expect(right.status == 201)
        let order = house.domain.state.withLock { $0.orders.last }
        #expect(order?.amount == "5.00")
        #expect(order?.target == "alice")
        #expect(order?.note == "for you")
        #expect(try pay(#"{"unit":"BEER", "amount":"5", "to":"alice"}"#, key).status == 201)
        for wrong in [
            #"{"amount":5,"to":"alice","unit":"BEER"}"#, #"{"to":"alice","unit":"BEER"}"#,
            #"{"amount":"-5","to":"alice","unit":"BEER"}"#, "{}", "", "[]", "nothing",
            #"{"amount":"5.","to":"alice","unit":"BEER"}"#,
            #"{"amount":"05","to":"alice","unit":"BEER"}"#,
            #"{"amount":"123456789012345678901","to":"alice","unit":"BEER"}"#,
            #"{"amount":"5","to":"","unit":"BEER"}"#,
            #"{"amount":"5","to":"alice","unit":"BEER","note":null}"#,
            #"{"amount":"5","to":"alice","unit":"BEER","tip":"1"}"#,
            #"{"amount":"5","amount":"6","to":"alice","unit":"BEER"}"#,
        ] {
            let response = try pay(wrong, key)
            #expect(response.status == 400, "\(wrong)")
            #expect(response.code == "malformed-document")
        }
        let whole = #"{"amount":"5","to":"alice","unit":"BEER"}"#
        #expect(try pay(whole, [:]).status == 401)
        let typed = HTTPHeaders(key.fields + [.init("Content-Type", "text/plain")])
        #expect(try pay(whole, typed).status == 415)
        #expect(house.domain.state.withLock { $0.orders.count } == 2)
    }

    @Test func `an order may be so long and no longer`() throws {
        putUser()
        let key: HTTPHeaders = ["Authorization": "Bearer token-1"]
        func status(_ name: String, _ length: Int) throws -> Int {
            var members = ["amount": "5", "to": "alice", "unit": "BEER"]
            // A character of four bytes is one character.
            members[name] = String(repeating: "🙂", count: length)
            let text = members.sorted { $0.key < $1.key }.map { "\"\($0.key)\":\"\($0.value)\"" }
            let body = Array("{\(text.joined(separator: ","))}".utf8)
            return try ask("POST", "/user/payment", as: "/user/payment", key, body: body).status
        }
        for (name, limit) in [
            ("to", ServiceLimits.orderTargetCharacters),
            ("unit", ServiceLimits.orderUnitCharacters),
            ("note", ServiceLimits.orderNoteCharacters), ("id", ServiceLimits.orderIDCharacters),
        ] {
            #expect(try status(name, 0) == 400, "\(name)")
            #expect(try status(name, limit) == 201, "\(name)")
            #expect(try status(name, limit + 1) == 400, "\(name)")
        }
        let blanks = [UInt8](repeating: 0x20, count: ServiceLimits.orderBytes)
        let most = try ask("POST", "/user/payment", as: "/user/payment", key, body: blanks)
        #expect(most.status == 400)
        let more = try ask("POST", "/user/payment", as: "/user/payment", key, body: blanks + [0x20])
        #expect(more.status == 413)
    }

    @Test func `what a user is declined has its own status`() throws {
        putUser()
        let body = Array(#"{"amount":"5","to":"alice","unit":"BEER"}"#.utf8)
        for (code, status) in [
            ("allowance-exceeded", 422), ("id-reused", 409), ("unknown-name", 422),
            ("ambiguous-name", 422), ("invalid-argument", 400), ("lower-limit-reached", 422),
            ("invalid-address", 400),
        ] {
            house.domain.state.withLock {
                $0.judge = { _ in .declined(code: code, message: "no", details: ["a": "b"]) }
            }
            let response = try ask(
                "POST", "/user/payment", as: "/user/payment", ["Authorization": "Bearer token-1"],
                body: body)
            #expect(response.status == status, "\(code)")
            #expect(response.code == code)
        }
    }
}
