// What is asked of a processor, and what is made of its answers.
import Bytes
import Documents
import Network
import Testing

@testable import Service

@Suite struct DomainClientTests {
    private let address = Address(of: [1])
    private let symbol = Address(of: [2])

    private func client(
        _ status: Int, _ body: String, _ headers: HTTPHeaders = HTTPHeaders(),
        at base: String = "https://shop.example"
    ) throws -> (DomainClient, ScriptedSender) {
        let sender = ScriptedSender { _ in HTTPResponse(status, body, headers) }
        return (DomainClient(try WebURL(base), over: sender), sender)
    }

    private func error(_ body: () throws -> Void) -> ClientError? {
        do {
            try body()
            return nil
        } catch { return error as? ClientError }
    }

    @Test func `paths follow the path of the URL`() throws {
        for base in ["https://shop.example/api", "https://shop.example/api/"] {
            let (client, sender) = try client(
                404, #"{"error":{"code":"unknown-unit"}}"#, at: base)
            #expect(try client.unit(symbol) == nil)
            #expect(sender.asked == ["GET https://shop.example/api/unit/\(symbol)"])
        }
        let (client, sender) = try client(404, #"{"error":{"code":"unknown-unit"}}"#)
        _ = try client.unit(symbol)
        #expect(sender.asked == ["GET https://shop.example/unit/\(symbol)"])
    }

    @Test func `an identity is a domain, a key and certificates as they came`() throws {
        let body = """
            {"data":{"devices":[{"b":1},{"a":"ü"}],"domain":"shop","key":"shop+0+0","new":[],\
            "version":"1"}}
            """
        let (client, _) = try client(200, body)
        let identity = try client.identity()
        #expect(identity.domain == "shop" && identity.verifierKey == "shop+0+0")
        #expect(identity.certificates == [#"{"b":1}"#, #"{"a":"ü"}"#].map { Array($0.utf8) })
        #expect(identity.version == "1")
    }

    @Test(arguments: [
        "", "[]", "{}", #"{"data":[]}"#, #"{"data":{"devices":{},"domain":"s","key":"k"}}"#,
        #"{"data":{"devices":[],"domain":1,"key":"k"}}"#, #"{"data":{"devices":[],"domain":"s"}}"#,
        #"{"data":{"devices":[],"domain":"s","key":"k"},}"#,
    ])
    func `what is no identity is said to be none`(body: String) throws {
        let (client, _) = try client(200, body)
        let error = error { _ = try client.identity() }
        guard case .unreadable = error else {
            Issue.record("'\(body)' gives \(String(describing: error))")
            return
        }
    }

    @Test func `limits of an identity are kept, one past them is refused`() throws {
        func body(_ domain: Int, _ key: Int, _ devices: Int) -> String {
            let certificates = Array(repeating: "{}", count: devices).joined(separator: ",")
            return #"{"data":{"devices":["# + certificates + #"],"domain":""#
                + String(repeating: "d", count: domain) + #"","key":""#
                + String(repeating: "k", count: key) + #""}}"#
        }
        let (domain, key) = (Limits.domainBytes, Limits.verifierKeyBytes)
        let devices = AnswerLimits.certificates
        let (most, _) = try client(200, body(domain, key, devices))
        #expect(try most.identity().certificates.count == devices)
        for body in [
            body(domain + 1, 1, 1), body(1, key + 1, 1), body(1, 1, devices + 1),
        ] {
            let (client, _) = try client(200, body)
            #expect(throws: ClientError.self) { try client.identity() }
        }
    }

    @Test func `a document that is taken comes back without its newline`() throws {
        for (status, isNew) in [(201, true), (200, false)] {
            let (client, sender) = try client(status, "{}\n")
            let taken = try client.submit(Array("[]".utf8))
            #expect(taken == DomainClient.Taken(line: Array("{}".utf8), isNew: isNew))
            #expect(sender.asked == ["POST https://shop.example/transaction"])
            #expect(sender.bodies == [Array("[]".utf8)])
        }
    }

    @Test func `a refusal has the code, the message and the details of the other side`() throws {
        let body =
            #"{"error":{"code":"expired","details":{"expiry":"x","n":1},"message":"too late"}}"#
        let (client, _) = try client(422, body)
        let expected = StatedError(
            status: 422, code: "expired", message: "too late",
            details: ["expiry": "x", "n": "1"])
        #expect(error { _ = try client.submit([]) } == .stated(expected))
        #expect(expected.isVerdict && !expected.isTemporary)
        #expect(
            String(decoding: expected.json, as: UTF8.self)
                == #"{"error":{"code":"expired","details":{"expiry":"x","n":"1"},"#
                + #""message":"too late"}}"#
        )
    }

    @Test(arguments: [
        "", "no", "{}", #"{"error":{}}"#, #"{"error":{"code":"No Code"}}"#,
        #"{"error":{"code":"\#(String(repeating: "c", count: 65))"}}"#,
    ])
    func `an answer without a code has that of its status`(body: String) throws {
        for status in [204, 301, 400, 502] {
            let (client, _) = try client(status, body)
            guard case .stated(let stated) = error({ _ = try client.submit([]) }) else {
                Issue.record("\(status) is no error")
                return
            }
            #expect(stated.code == "http-\(status)" && stated.status == status)
        }
    }

    @Test func `who asks for time says how much, within bounds`() throws {
        for (field, seconds) in [
            ("7", 7), ("0", 0), ("86400", 86_400), ("86401", nil), ("-1", nil), ("soon", nil),
        ] {
            let (client, _) = try client(
                503, #"{"error":{"code":"busy"}}"#, ["retry-after": field])
            guard case .stated(let stated) = error({ _ = try client.submit([]) }) else {
                Issue.record("503 is no error")
                return
            }
            #expect(stated.retryAfterSeconds == seconds, "\(field)")
            #expect(stated.isTemporary && !stated.isVerdict)
        }
    }

    @Test func `what is not there is none, what is not spoken there is an error`() throws {
        let hash = try #require(Digest256([UInt8](repeating: 7, count: 32)))
        let (none, _) = try client(404, #"{"error":{"code":"unknown-transaction"}}"#)
        #expect(try none.transaction(hash) == nil)
        let (open, _) = try client(409, #"{"error":{"code":"not-sealed"}}"#)
        #expect(try open.balanceProof(of: CounterKey(address, symbol)) == nil)
        for (status, body) in [
            (404, "nothing"), (404, #"{"error":{"code":"unknown-path"}}"#), (500, ""), (204, ""),
        ] {
            let (client, _) = try client(status, body)
            #expect(throws: ClientError.self, "\(status) \(body)") {
                try client.transaction(hash)
            }
        }
    }

    @Test func `balances are read to the last page`() throws {
        let pointer = String(repeating: "0a", count: 32) + "::1"
        let sender = ScriptedSender { request in
            let skip = request.url.query?.hasSuffix("skip=0") ?? false ? 100 : 3
            let entry =
                #"{"max":"Infinity","min":"-5","net":"-1.5","pointer":"\#(pointer)","#
                + #""symbol":"\#(Address(of: [2]))"}"#
            let entries = Array(repeating: entry, count: skip).joined(separator: ",")
            return HTTPResponse(200, #"{"data":{"balances":[\#(entries)]}}"#)
        }
        let client = DomainClient(try WebURL("http://localhost"), over: sender)
        let balances = try client.balances(of: address, symbol: nil)
        #expect(balances.count == 103)
        #expect(
            sender.asked.map { $0.split(separator: "?").last } == [
                "limit=100&skip=0", "limit=100&skip=100",
            ])
        let first = try #require(balances.first)
        #expect(first.key == CounterKey(address, symbol) && first.pointer?.text == pointer)
        #expect(first.state.net.text == "-1.5" && first.state.max == .plusInfinity)
    }

    @Test(arguments: [
        #""net":"1.50""#, #""net":1"#, #""max":"many""#, #""symbol":"wNobody""#,
        #""pointer":"0a::1""#, #""pointer":"\#(String(repeating: "0", count: 64))::01""#,
        #""pointer":"\#(String(repeating: "0", count: 64))::-1""#,
        #""pointer":"\#(String(repeating: "0", count: 64)):-1""#,
    ])
    func `a balance that is none is said to be none`(member: String) throws {
        var members = [
            "max": #""Infinity""#, "min": #""0""#, "net": #""1""#, "symbol": #""\#(symbol)""#,
        ]
        let parts = member.split(separator: ":", maxSplits: 1).map(String.init)
        members[String(parts[0].dropFirst().dropLast())] = parts[1]
        let text = members.map { #""\#($0.key)":\#($0.value)"# }.joined(separator: ",")
        let (client, _) = try client(200, #"{"data":{"balances":[{\#(text)}]}}"#)
        #expect(throws: ClientError.self) { try client.balances(of: address, symbol: nil) }
    }

    @Test func `a unit may have no definition`() throws {
        let rest = #""ceiling":"-Infinity","holders":2,"supply":"7","symbol":"\#(symbol)""#
        for (definition, expected) in [
            ("", nil), (#""definition":null,"#, nil), (#""definition":{"a":1},"#, #"{"a":1}"#),
        ] {
            let (client, _) = try client(200, #"{"data":{\#(definition)\#(rest)}}"#)
            let unit = try #require(try client.unit(symbol))
            #expect(unit.definition == expected.map { Array($0.utf8) } && unit.holders == 2)
        }
    }

    @Test func `a transport that fails is told as it is`() throws {
        let sender = ScriptedSender { _ throws(NetworkError) in
            throw .disconnected(host: "shop.example")
        }
        let client = DomainClient(try WebURL("https://shop.example"), over: sender)
        #expect(
            error { _ = try client.checkpoint() } == .network(.disconnected(host: "shop.example"))
        )
    }
}
