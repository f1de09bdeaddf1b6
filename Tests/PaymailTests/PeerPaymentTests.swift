// Payments peer to peer: what pays a reference, and what does not; client and server together.
import Bitcoin
import Bytes
import Cryptography
import Documents
import Network
import Testing

@testable import Paymail

struct PeerPaymentTests {
    private let stage = Stage()

    private func receive(
        _ hex: String, _ reference: String, metadata: String? = "{}", alias: String = "alice"
    ) throws -> (status: Int, code: String?, txid: String?) {
        let extra = metadata.map { #","metadata":\#($0)"# } ?? ""
        let answer = try stage.ask(
            "POST", "/v1/bsvalias/receive-transaction/\(alias)@example.com",
            #"{"hex":"\#(hex)","reference":"\#(reference)"\#(extra)}"#)
        return (answer.status, answer.body["code"]?.string, answer.body["txid"]?.string)
    }

    @Test func `a payment is promised, made and told again`() throws {
        let client = try stage.client()
        let destination = try client.destination(for: alice, satoshis: 5_000)
        let paying = try transaction(1, destination.outputs)
        for payload in [
            TransactionPayload.raw(paying.bytes), .raw(paying.bytes), .beef(paying.bytes),
        ] {
            let receipt = try client.send(
                payload, paying.id, to: alice, reference: destination.reference, note: "tea")
            #expect(receipt == TransactionReceipt(transaction: paying.id, note: "thanks"))
        }
        stage.desk.state.withLock {
            #expect($0.taken.count == 1)
            #expect($0.taken[0].note == "tea" && !$0.taken[0].isSenderVerified)
        }
        // The same is told when the reference is old.
        stage.clock.pass(seconds: 10_000)
        let late = try client.send(
            .raw(paying.bytes), paying.id, to: alice, reference: destination.reference)
        #expect(late.transaction == paying.id)
    }

    @Test func `a reference is not paid by less, by another, too late, or for another`() throws {
        let outputs = try stage.desk.destination(for: "alice", satoshis: 5_000).outputs
        #expect(outputs.count == 2)
        var less = outputs
        less[1].satoshis -= 1
        let short = try receive(transaction(2, less).hexadecimal, "ref1")
        #expect(short.status == 422 && short.code == "error-output-value-too-low")
        let half = try receive(transaction(2, [outputs[0]]).hexadecimal, "ref1")
        #expect(half.code == "error-output-value-too-low")
        let whole = try transaction(3, outputs.reversed())
        let unknown = try receive(whole.hexadecimal, "ref2")
        #expect(unknown.status == 404 && unknown.code == "error-reference-not-found")
        let foreign = try receive(whole.hexadecimal, "ref1", alias: "bob")
        #expect(foreign.code == "error-reference-not-found")
        #expect(try receive(whole.hexadecimal, "ref1").txid == whole.id.displayed)
        #expect(try receive(whole.hexadecimal.uppercased(), "ref1").status == 200)
        let other = try receive(transaction(4, outputs).hexadecimal, "ref1")
        #expect(other.status == 422 && other.code == "error-reference-conflict")
        let next = try stage.desk.destination(for: "alice", satoshis: 5_000)
        stage.clock.pass(seconds: 601)
        let late = try receive(transaction(5, next.outputs).hexadecimal, next.reference)
        #expect(late.status == 422 && late.code == "error-reference-expired")
    }

    @Test(arguments: [
        nil, "null", "7", "\"x\"", "[]", "{}",
        #"{"sender":null,"pubkey":5,"signature":{},"note":[]}"#,
        #"{"sender":"nobody","signature":"AAAA","pubkey":"zz"}"#,
        #"{"sender":"bob@example.com","signature":"not base64","note":"\u0000"}"#,
    ])
    func `metadata never keeps coins from being taken`(_ metadata: String?) throws {
        let outputs = try stage.desk.destination(for: "alice", satoshis: 5_000).outputs
        let paying = try transaction(6, outputs)
        #expect(try receive(paying.hexadecimal, "ref1", metadata: metadata).status == 200)
    }

    @Test func `each promised output needs one of its own`() throws {
        let script = Script.publicKeyHash([UInt8](repeating: 1, count: 20))
        func output(_ satoshis: UInt64) -> TransactionOutput {
            TransactionOutput(satoshis: satoshis, script: script)
        }
        let now = stage.clock.now
        let reference = PeerReference(
            alias: "alice",
            destination: PeerDestination(outputs: [output(5), output(7)], reference: "r"),
            satoshis: 12, created: now, expires: .latest)
        #expect(PeerReference(reference.json.bytes) == reference)
        // All pairs of amounts.
        for first in UInt64(1)...9 {
            for second in UInt64(1)...9 {
                let sent = try transaction(1, [output(first), output(second)])
                let pays = min(first, second) >= 5 && max(first, second) >= 7
                let verdict = try? reference.judge(sent, paid: nil, at: now)
                #expect((verdict == .pays) == pays, "\(first) and \(second)")
            }
        }
        #expect(throws: PaymailRefusal.underpaid(satoshis: 12)) {
            try reference.judge(transaction(1, [output(12)]), paid: nil, at: now)
        }
    }

    @Test(arguments: [
        #"{"outputs":[{"script":"76","satoshis":1000}],"reference":""}"#,
        #"{"outputs":[{"script":"76","satoshis":1000}]}"#, #"{"outputs":[],"reference":"r"}"#,
        #"{"reference":"r"}"#, #"{"outputs":[{"script":"76","satoshis":999}],"reference":"r"}"#,
        #"{"outputs":[{"script":"76","satoshis":1001}],"reference":"r"}"#,
        #"{"outputs":[{"script":"","satoshis":1000}],"reference":"r"}"#,
        #"{"outputs":[{"script":"7","satoshis":1000}],"reference":"r"}"#,
        #"{"outputs":[{"satoshis":1000}],"reference":"r"}"#,
        #"{"outputs":[{"script":"76"}],"reference":"r"}"#,
        #"{"outputs":[{"script":"76","satoshis":0},{"script":"76","satoshis":1000}],"reference":"r"}"#,
        #"{"outputs":[{"script":"76","satoshis":18446744073709551615},{"script":"76","satoshis":1001}],"reference":"r"}"#,
        #"{"outputs":[{"script":"76","satoshis":-1000}],"reference":"r"}"#, "", "[]",
    ])
    func `a destination that asks for something else is refused`(_ text: String) throws {
        let client = try stage.client { request, response in
            request.url.path.contains("/p2p-payment-destination/")
                ? HTTPResponse(status: 200, body: Array(text.utf8)) : response
        }
        #expect(throws: PaymailError.self) {
            try client.destination(for: alice, satoshis: 1_000)
        }
    }

    @Test func `more than a hundred outputs, or a long script or reference, are refused`() throws {
        func read(_ count: Int, script: Int = 1, reference: Int = 1) throws -> PeerDestination {
            let output = #"{"script":"\#(String(repeating: "6a", count: script))","satoshis":1}"#
            let list = (0..<count).map { _ in output }.joined(separator: ",")
            let name = String(repeating: "r", count: reference)
            let text = #"{"outputs":[\#(list)],"reference":"\#(name)"}"#
            return try PeerDestination(Array(text.utf8), satoshis: UInt64(count))
        }
        #expect(try read(100).outputs.count == 100)
        #expect(throws: PaymailError.self) { try read(101) }
        #expect(try read(1, script: 10_000).outputs.count == 1)
        #expect(throws: PaymailError.self) { try read(1, script: 10_001) }
        #expect(try read(1, reference: 255).reference.count == 255)
        #expect(throws: PaymailError.self) { try read(1, reference: 256) }
    }

    @Test(arguments: [#"{"txid":"00","note":""}"#, #"{"note":""}"#, "{}", "", #"{"txid":7}"#])
    func `a receipt for something else is refused`(_ text: String) throws {
        let destination = try stage.client().destination(for: alice, satoshis: 1_000)
        let client = try stage.client { request, response in
            request.url.path.contains("/receive-transaction/")
                ? HTTPResponse(status: 200, body: Array(text.utf8)) : response
        }
        let paying = try transaction(1, destination.outputs)
        #expect(throws: PaymailError.self) {
            try client.send(
                .raw(paying.bytes), paying.id, to: alice, reference: destination.reference)
        }
    }

    @Test func `metadata is always sent, all of it`() throws {
        let destination = try stage.client().destination(for: alice, satoshis: 1_000)
        let paying = try transaction(1, destination.outputs)
        let client = try stage.client { request, response in
            guard request.url.path.contains("/receive-transaction/"),
                let sent = try? ForeignJSON(request.body)["metadata"]?.members
            else { return response }
            #expect(Set(sent.map(\.name)) == ["sender", "pubkey", "signature", "note"])
            return response
        }
        _ = try client.send(
            .raw(paying.bytes), paying.id, to: alice, reference: destination.reference)
    }

    @Test func `what is sent is not sent elsewhere`() throws {
        let destination = try stage.client().destination(for: alice, satoshis: 1_000)
        let paying = try transaction(1, destination.outputs)
        let client = try stage.client { request, response in
            request.method == "POST"
                ? HTTPResponse(status: 307, headers: ["Location": "/elsewhere"]) : response
        }
        #expect(throws: PaymailError.unsafeRedirection(url: "/elsewhere")) {
            try client.send(
                .raw(paying.bytes), paying.id, to: alice, reference: destination.reference)
        }
    }
}
