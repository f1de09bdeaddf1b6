// What is sent to be cleared.
import Bytes
import Cryptography
import Documents
import Network
import Testing

@testable import Service

@Suite("Clearing")
struct TransactionTests {
    let json: HTTPHeaders = ["Content-Type": "application/json"]

    @Test func `what has cleared is 201, what had cleared is 200`() throws {
        let house = House()
        let sample = Sample.transaction()
        for (answer, status) in [
            (ClearedLine.cleared(sample.line, sample.hash), 201),
            (.replayed(sample.line, sample.hash), 200),
        ] {
            house.domain.state.withLock { $0.judge = { _ in answer } }
            let response = try house.post("/transaction", sample.iou.document, json)
            #expect(response.status == status)
            #expect(response.body == sample.line + [0x0a])
            #expect(response.headers["Location"] == "/transaction/\(sample.hash)")
            #expect(response.headers["ETag"] == "\"\(sample.hash)\"")
        }
        #expect(house.domain.state.withLock { $0.cleared.first } == sample.iou.document)
    }

    @Test func `a unit is found among the documents`() throws {
        let house = House()
        let unit = Sample.unit()
        house.domain.state.withLock { $0.judge = { _ in .cleared(unit.document, unit.hash) } }
        let response = try house.post("/transaction", unit.document)
        #expect(response.headers["Location"] == "/document/\(unit.hash)")
    }

    @Test func `every refusal has its status`() throws {
        let house = House()
        let shapes: Set<RefusalCode> = [
            .malformedDocument, .hashMismatch, .duplicateInstruction, .invalidAddress,
        ]
        for code in RefusalCode.allCases {
            house.domain.state.withLock {
                $0.judge = { _ in .refused(Refusal(code, "no", ["hash": "x"])) }
            }
            let response = try house.post("/transaction", Array("{}".utf8), json)
            let expected = shapes.contains(code) ? 400 : code == .alreadyCleared ? 409 : 422
            #expect(response.status == expected, "\(code)")
            #expect(response.code == code.rawValue)
            #expect(try response.json()["error"]?["details"]?["hash"]?.string == "x")
            #expect(try response.json()["error"]?["message"]?.string == "no")
            #expect(response.body == Refusal(code, "no", ["hash": "x"]).json + [0x0a])
        }
    }

    @Test func `what nobody has decided may be sent again`() throws {
        let house = House()
        for (code, status) in [("storage", 503), ("busy", 503), ("read-only", 403)] {
            house.domain.state.withLock {
                $0.judge = { _ in .undecided(ServiceFailure(code, "not now")) }
            }
            let response = try house.post("/transaction", Array("{}".utf8), json)
            #expect(response.status == status)
            #expect(response.code == code)
            #expect((response.headers["Retry-After"] != nil) == (status == 503))
        }
        house.domain.state.withLock { $0.waitingLines = ServiceLimits.waitingLines }
        let busy = try house.post("/transaction", Array("{}".utf8), json)
        #expect(busy.status == 503)
        #expect(busy.headers["Retry-After"] == "1")
    }

    @Test func `other media types are 415`() throws {
        let house = House()
        let body = Array("{}".utf8)
        for type in ["text/plain", "application/xml", "application/jsonx", "", "json"] {
            let response = try house.post("/transaction", body, ["Content-Type": type])
            #expect(response.status == 415, "\(type)")
            #expect(response.code == "unsupported-media-type")
        }
        let twice = HTTPHeaders([
            .init("Content-Type", "application/json"), .init("content-type", "application/json"),
        ])
        #expect(try house.post("/transaction", body, twice).status == 415)
        for type in [
            "application/json", "Application/JSON; charset=utf-8", "application/json ;x=y",
        ] {
            let response = try house.post("/transaction", body, ["Content-Type": type])
            #expect(response.status == 201, "\(type)")
        }
        #expect(try house.post("/transaction", body).status == 201)
    }

    @Test func `a body may be so long and no longer`() throws {
        let house = House()
        let most = [UInt8](repeating: 0x20, count: Limits.lineBytes)
        #expect(try house.post("/transaction", most, json).status == 201)
        let more = try house.post("/transaction", most + [0x20], json)
        #expect(more.status == 413)
        #expect(house.domain.state.withLock { $0.cleared.count } == 1)
    }

    @Test func `a reader clears nothing`() throws {
        let house = House { $0.isReadOnly = true }
        for path in ["/transaction", "/user/payment", "/add-checkpoint"] {
            let response = try house.post(path, Array("{}".utf8))
            #expect(response.status == 403, "\(path)")
            #expect(response.code == "read-only")
        }
        #expect(house.domain.state.withLock { $0.cleared.isEmpty })
    }

    @Test(arguments: [AdmissionRule.known, .invite])
    func `strangers are not admitted, whoever signs`(_ rule: AdmissionRule) throws {
        let house = House { $0.admission = rule }
        house.domain.state.withLock { $0.admitted = [Sample.address(1)] }
        let mine = Sample.iou(from: 1).document
        let other = Sample.iou(from: 2, to: 1).document
        #expect(try house.post("/transaction", mine).status == 201)
        let refused = try house.post("/transaction", other)
        #expect(refused.status == 403)
        #expect(refused.code == "not-admitted")
        let text = Sample.address(2).text
        #expect(try refused.json()["error"]?["details"]?["address"]?.string == text)
        let both = Array(#"{"data":{"inputs":["#.utf8) + mine + [0x2c] + other + Array("]}}".utf8)
        #expect(try house.post("/transaction", both).status == 403)
        #expect(try house.post("/transaction", Sample.unit(3).document).status == 403)
        #expect(try house.post("/transaction", Sample.unit(1).document).status == 201)
        #expect(house.domain.state.withLock { $0.cleared.count } == 2)
        let open = House()
        #expect(try open.post("/transaction", other).status == 201)
    }

    @Test func `what cannot be read is refused by the domain's own words`() throws {
        let house = House { $0.admission = .known }
        house.domain.state.withLock {
            $0.judge = { _ in .refused(Refusal(.malformedDocument, "no")) }
        }
        for body in ["", "{", "[]", #"{"data":{"inputs":[]}}"#, #"{"data":{"inputs":[7]}}"#] {
            let response = try house.post("/transaction", Array(body.utf8))
            #expect(response.code == "malformed-document" || response.status == 201, "\(body)")
        }
    }

    @Test func `signers are those who must sign`() throws {
        func signers(_ line: [UInt8]) -> [Address]? { Signers(line)?.addresses }
        #expect(signers(Sample.iou(from: 4).document) == [Sample.address(4)])
        #expect(signers(Sample.unit(5).document) == [Sample.address(5)])
        for (end, signer) in [(LimitChange.End.max, UInt8(6)), (.min, 7)] {
            let limit = LimitChange(
                LimitChange.Terms(
                    domain: "d", address: Sample.address(6), symbol: Sample.address(7), end: end,
                    amount: .zero, random: "r", expiry: .latest))
            #expect(signers(limit.document) == [Sample.address(signer)])
        }
        let one = Sample.iou(from: 4).document
        let two = Sample.iou(from: 4, random: "s").document
        let request = Array(#"{"data":{"inputs":["#.utf8) + one + [0x2c] + two + Array("]}}".utf8)
        #expect(signers(request) == [Sample.address(4)])
        #expect(Signers(request)?.instructions == 2)
        #expect(signers(Sample.transaction().line) == nil)
        #expect(signers(Array("{}".utf8)) == nil)
    }

    @Test func `a protected processor takes only what comes with a token`() throws {
        let house = House { $0.requiresAuthentication = [.writing, .reading, .metrics] }
        let user = ServedUser(name: "bar", address: Sample.address(5), allowances: [])
        house.domain.state.withLock { $0.users["t"] = user }
        let body = Sample.iou().document
        #expect(try house.post("/transaction", body).status == 401)
        #expect(try house.post("/add-checkpoint", body).status == 401)
        #expect(try house.get("/unit").status == 401)
        #expect(try house.get("/metrics").status == 401)
        #expect(try house.get("/health").status == 200)
        #expect(try house.get("/").status == 200)
        let key: HTTPHeaders = ["Authorization": "Bearer t"]
        #expect(try house.post("/transaction", body, key).status == 201)
        #expect(try house.get("/unit", key).status == 200)
        #expect(try house.get("/metrics", key).status == 200)
    }
}
