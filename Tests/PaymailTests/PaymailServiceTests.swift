// A server before clients of all kinds: every path, every status, every shape.
import Bitcoin
import Bytes
import Cryptography
import Documents
import Network
import Testing

@testable import Paymail

private let prefix = "/v1/bsvalias/"

struct PaymailServiceTests {
    @Test func `the list has all capabilities, for every origin`() throws {
        let stage = Stage()
        let answer = try stage.ask("GET", "/.well-known/bsvalias")
        #expect(answer.status == 200)
        #expect(answer.headers["Access-Control-Allow-Origin"] == "*")
        #expect(answer.headers["Cache-Control"] == "public, max-age=3600")
        #expect(answer.body["bsvalias"]?.string == "1.0")
        let list = try CapabilityDocument(answer.body.bytes)
        #expect(
            Set(list.known).union([.senderValidation, .receiverApprovals, .contacts])
                == Set(Capability.allCases))
        #expect(list.value(.senderValidation) == .boolean(false))
        #expect(list.entries.contains { $0.name == "pki" })
        #expect(list.entries.contains { $0.name == "paymentDestination" })
        let tag = try #require(answer.headers["ETag"])
        for text in [tag, "W/" + tag, "\"x\", " + tag, "*"] {
            let again = try stage.ask(
                "GET", "/.well-known/bsvalias", headers: ["If-None-Match": text])
            #expect(again.status == 304 && again.body == .null)
        }
        let other = try stage.ask(
            "GET", "/.well-known/bsvalias", headers: ["If-None-Match": "\"x\""])
        #expect(other.status == 200)
        #expect(try stage.ask("OPTIONS", "/.well-known/bsvalias").status == 204)
        #expect(try stage.ask("OPTIONS", prefix + "id/alice@example.com").status == 204)
        #expect(try stage.ask("GET", "/health").status == 204)
    }

    @Test func `paths of networks for tests are answered where that is wanted`() throws {
        #expect(try Stage().ask("GET", "/.well-known/bsvalias-testnet").status == 404)
        let stage = Stage { $0.suffixes = ["-testnet", "-stn"] }
        #expect(try stage.ask("GET", "/.well-known/bsvalias-testnet").status == 200)
        #expect(try stage.ask("GET", "/.well-known/bsvalias-stn").status == 200)
        #expect(try stage.ask("GET", "/.well-known/bsvalias").status == 200)
    }

    @Test func `a key, a profile and a question about a key have the shapes of the specification`()
        throws
    {
        let stage = Stage()
        let number = Hexadecimal.encode(try key(1).publicKey.compressed)
        for path in ["alice@example.com", "Alice%40EXAMPLE.com"] {
            let answer = try stage.ask("GET", prefix + "id/" + path)
            #expect(
                answer.body == [
                    "bsvalias": "1.0", "handle": "alice@example.com", "pubkey": .string(number),
                ])
        }
        #expect(
            try stage.ask("GET", prefix + "public-profile/alice@example.com").body == [
                "name": "ALICE", "avatar": "https://pictures.example/alice.png",
            ])
        let place = prefix + "verify-pubkey/alice@example.com/"
        #expect(
            try stage.ask("GET", place + number).body == [
                "handle": "alice@example.com", "pubkey": .string(number), "match": true,
            ])
        let other = Hexadecimal.encode(try key(2).publicKey.compressed)
        #expect(try stage.ask("GET", place + other).body["match"]?.boolean == false)
        #expect(try stage.ask("GET", place + "00").status == 400)
    }

    @Test(arguments: [
        ("GET", "id/nobody@example.com", 404, "error-paymail-not-found"),
        ("GET", "id/alice@other.example", 404, "error-capabilities-domain-unknown"),
        ("GET", "id/alice", 400, "error-paymail-invalid"),
        ("GET", "id/al%ff@example.com", 400, "error-paymail-invalid"),
        ("GET", "id/", 400, "error-paymail-invalid"),
        ("GET", "id", 404, "error-request-not-found"),
        ("GET", "id/alice@example.com/x", 404, "error-request-not-found"),
        ("GET", "contact/invite/alice@example.com", 404, "error-request-not-found"),
        ("GET", "verify-pubkey/alice@example.com", 404, "error-request-not-found"),
        ("GET", "verify-pubkey/alice@example.com/zz", 400, "error-missing-field-pubkey"),
        ("POST", "id/alice@example.com", 405, "error-method-not-allowed"),
        ("GET", "beef/alice@example.com", 405, "error-method-not-allowed"),
        ("DELETE", "address/alice@example.com", 405, "error-method-not-allowed"),
    ])
    func `what is not there is refused in one shape`(
        _ method: String, _ path: String, _ status: Int, _ code: String
    ) throws {
        let answer = try Stage().ask(method, prefix + path)
        #expect(answer.status == status)
        #expect(answer.body["code"]?.string == code)
        #expect(answer.body["message"]?.string?.isEmpty == false)
        #expect(answer.headers["Access-Control-Allow-Origin"] == "*")
    }

    @Test(arguments: [
        ("p2p-payment-destination", "", 400, "error-bind-body-invalid"),
        ("p2p-payment-destination", "[]", 400, "error-bind-body-invalid"),
        (
            "p2p-payment-destination", #"{"satoshis":1,"Satoshis":2}"#, 400,
            "error-bind-body-invalid"
        ),
        ("p2p-payment-destination", "{}", 400, "error-missing-field-satoshis"),
        ("p2p-payment-destination", #"{"satoshis":0}"#, 400, "error-missing-field-satoshis"),
        ("p2p-payment-destination", #"{"satoshis":-5}"#, 400, "error-missing-field-satoshis"),
        ("p2p-payment-destination", #"{"satoshis":1.5}"#, 400, "error-missing-field-satoshis"),
        ("p2p-payment-destination", #"{"satoshis":1e3}"#, 400, "error-missing-field-satoshis"),
        (
            "p2p-payment-destination", #"{"satoshis":2100000000000001}"#, 400,
            "error-missing-field-satoshis"
        ),
        (
            "p2p-payment-destination", #"{"satoshis":99999999999999999999}"#, 400,
            "error-missing-field-satoshis"
        ),
        ("p2p-payment-destination", #"{"satoshis":9}"#, 422, "error-amount-invalid"),
        ("receive-transaction", "{}", 400, "error-missing-field-hex"),
        ("beef", #"{"hex":"00","reference":"x"}"#, 400, "error-missing-field-beef"),
        ("receive-transaction", #"{"hex":"00"}"#, 400, "error-missing-field-reference"),
        (
            "receive-transaction", #"{"hex":"00","reference":""}"#, 400,
            "error-missing-field-reference"
        ),
        ("receive-transaction", #"{"hex":"zz","reference":"r"}"#, 400, "error-processing-hex"),
        ("receive-transaction", #"{"hex":"00","reference":"r"}"#, 400, "error-processing-hex"),
        ("beef", #"{"beef":"00","reference":"r"}"#, 400, "error-processing-beef"),
        ("address", "{}", 400, "error-sender-handle-empty"),
        ("address", #"{"senderHandle":"nobody"}"#, 400, "error-sender-handle-invalid"),
    ])
    func `a body that is wrong is refused`(
        _ word: String, _ body: String, _ status: Int, _ code: String
    ) throws {
        let answer = try Stage().ask("POST", prefix + word + "/alice@example.com", body)
        #expect(answer.status == status)
        #expect(answer.body["code"]?.string == code)
    }

    @Test func `a destination's outputs are worth what was asked for`() throws {
        let stage = Stage()
        for body in [#"{"satoshis":1001}"#, #"{"satoshis":"1001","extra":[1]}"#] {
            let answer = try stage.ask(
                "POST", prefix + "p2p-payment-destination/alice@example.com", body)
            #expect(answer.status == 200)
            let read = try PeerDestination(answer.body.bytes, satoshis: 1_001)
            #expect(read.outputs.map(\.satoshis) == [500, 501])
            #expect(
                read.outputs.allSatisfy {
                    if case .publicKeyHash = $0.script.kind { true } else { false }
                })
        }
    }

    @Test func `a body beyond its limit is refused`() throws {
        let stage = Stage()
        let long = #"{"satoshis":1000,"x":""# + String(repeating: "x", count: 65_536) + #""}"#
        let path = prefix + "p2p-payment-destination/alice@example.com"
        #expect(try stage.ask("POST", path, long).status == 413)
    }

    @Test func `failures of the wallet are answered without details`() throws {
        struct Broken: Error {}
        let stage = Stage()
        stage.desk.state.withLock { $0.failure = Broken() }
        let answer = try stage.ask("GET", prefix + "id/alice@example.com")
        #expect(answer.status == 500)
        #expect(answer.body["code"]?.string == "error-unknown")
        stage.desk.state.withLock { $0.failure = PaymailRefusal.unavailable(reason: "later") }
        let later = try stage.ask("GET", prefix + "id/alice@example.com")
        #expect(later.status == 503 && later.headers["Retry-After"] == "5")
    }

    @Test func `one network may not ask without end, and does not keep others from asking`() throws
    {
        let stage = Stage { $0.peerAllowance = BucketSize(capacity: 5, perSecond: 1) }
        let path = prefix + "id/alice@example.com"
        for _ in 0..<5 { #expect(try stage.ask("GET", path).status == 200) }
        let refused = try stage.ask("GET", path)
        #expect(refused.status == 429)
        #expect(refused.headers["Retry-After"] == "1")
        #expect(refused.body["code"]?.string == "error-too-many-requests")
        #expect(try stage.ask("GET", path, peer: "198.51.100.1").status == 200)
        stage.clock.pass(seconds: 1)
        #expect(try stage.ask("GET", path).status == 200)
    }

    @Test func `a crowd may not wear out an alias`() throws {
        let stage = Stage { $0.aliasAllowance = BucketSize(capacity: 3, perSecond: 1) }
        let path = prefix + "p2p-payment-destination/"
        let body = #"{"satoshis":1000}"#
        for index in 0..<3 {
            let answer = try stage.ask(
                "POST", path + "alice@example.com", body, peer: "198.51.100.\(index)")
            #expect(answer.status == 200)
        }
        #expect(
            try stage.ask("POST", path + "alice@example.com", body, peer: "192.0.2.1").status == 429
        )
        #expect(
            try stage.ask("POST", path + "bob@example.com", body, peer: "192.0.2.1").status == 200)
    }

    @Test func `behind a proxy the peer is whom the proxy names`() throws {
        let stage = Stage {
            $0.isBehindProxy = true
            $0.peerAllowance = BucketSize(capacity: 1, perSecond: 1)
        }
        for (peer, status) in [("192.0.2.1", 200), ("192.0.2.1", 429), ("192.0.2.2", 200)] {
            let answer = try stage.ask(
                "GET", "/health", headers: ["X-Forwarded-For": "1.1.1.1, " + peer],
                peer: "127.0.0.1")
            #expect(answer.status == (status == 200 ? 204 : status))
        }
        // From elsewhere the field says nothing.
        _ = try stage.ask("GET", "/health", peer: "203.0.113.9")
        let again = try stage.ask(
            "GET", "/health", headers: ["X-Forwarded-For": "5.5.5.5"], peer: "203.0.113.9")
        #expect(again.status == 429)
    }
}
