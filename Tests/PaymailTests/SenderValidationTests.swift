// Senders who sign, and receivers who say yes first.
import Bitcoin
import Bytes
import Cryptography
import Documents
import Network
import Testing

@testable import Paymail

/// Knows the keys of `sender@example.org`: 11, and formerly 12.
private struct Keys: SenderKeys {
    func publicKey(of handle: PaymailHandle) throws -> [UInt8] {
        guard handle.description == "sender@example.org" else {
            throw PaymailError.noService(domain: handle.domain, reason: "test")
        }
        return try key(11).publicKey.compressed
    }

    func verify(_ publicKey: [UInt8], of handle: PaymailHandle) throws -> Bool {
        try publicKey == key(12).publicKey.compressed
    }
}

struct SenderValidationTests {
    private let stage = Stage {
        $0.requiresSender = true
        $0.senders = Keys()
    }

    private func request(
        _ order: SenderRequest.Order = .timeFirst, by number: UInt8 = 11, offset: Int64 = 0,
        _ change: (inout SenderRequest) -> Void = { _ in }
    ) throws -> (status: Int, code: String?, output: String?) {
        let time = try #require(stage.clock.now.adding(milliseconds: offset * 1_000))
        var request = SenderRequest(
            senderHandle: "sender@example.org", time: time.text, satoshis: 700,
            senderName: "Sender", purpose: "tea")
        request.signature = SignedMessage.sign(request.message(order), with: try key(number))
        change(&request)
        let answer = try stage.ask(
            "POST", "/v1/bsvalias/address/alice@example.com",
            String(decoding: request.json.bytes, as: UTF8.self))
        return (
            answer.status, answer.body["code"]?.string, answer.body["output"]?.string
        )
    }

    @Test func `either order of the signed text is taken`() throws {
        for order in SenderRequest.Order.allCases {
            let answer = try request(order)
            #expect(answer.status == 200)
            let script = try #require(answer.output.flatMap { Script(hexadecimal: $0) })
            #expect(script.kind == .publicKeyHash([UInt8](repeating: 9, count: 20)))
        }
    }

    @Test func `without an amount a zero is signed`() throws {
        let request = SenderRequest(senderHandle: "s@e.org", time: "T", purpose: "p")
        #expect(String(decoding: request.message(.amountFirst), as: UTF8.self) == "s@e.org0Tp")
        #expect(String(decoding: request.message(.timeFirst), as: UTF8.self) == "s@e.orgT0p")
    }

    @Test func `two minutes are allowed, and no more`() throws {
        #expect(try request(offset: 120).status == 200)
        #expect(try request(offset: -120).status == 200)
        for offset in [Int64(121), -121, 100_000] {
            let answer = try request(offset: offset)
            #expect(answer.status == 401 && answer.code == "error-timestamp-invalid")
        }
        #expect(try request { $0.time = "yesterday" }.code == "error-timestamp-invalid")
        #expect(try request { $0.time = "" }.code == "error-timestamp-invalid")
    }

    @Test func `a false signature is refused with 401`() throws {
        #expect(try request { $0.signature = "" }.code == "error-missing-field-signature")
        for change: (inout SenderRequest) -> Void in [
            { $0.purpose = "beer" }, { $0.satoshis = 7_000 }, { $0.satoshis = nil },
            { $0.signature = "AAAA" }, { $0.signature = String(repeating: "A", count: 88) },
            { $0.publicKey = "zz" }, { $0.senderHandle = "other@example.org" },
        ] {
            let answer = try request(.amountFirst, change)
            #expect(answer.status == 401 && answer.code == "error-signature-invalid")
        }
        #expect(try request(by: 13).status == 401)
    }

    @Test func `another key counts if the sender's server says so`() throws {
        let old = Hexadecimal.encode(try key(12).publicKey.compressed)
        #expect(try request(by: 12) { $0.publicKey = old }.status == 200)
        #expect(try request(by: 12).status == 401)
        let strange = Hexadecimal.encode(try key(13).publicKey.compressed)
        #expect(try request(by: 13) { $0.publicKey = strange }.status == 401)
    }

    @Test func `transactions have to be signed for too`() throws {
        let outputs = try stage.desk.destination(for: "alice", satoshis: 1_000).outputs
        let paying = try transaction(1, outputs)
        func receive(_ metadata: TransactionMetadata) throws -> (Int, String?) {
            let body = ForeignJSON.object([
                .init("hex", .string(paying.hexadecimal)), .init("reference", "ref1"),
                .init("metadata", metadata.json),
            ])
            let answer = try stage.ask(
                "POST", "/v1/bsvalias/receive-transaction/alice@example.com",
                String(decoding: body.bytes, as: UTF8.self))
            return (answer.status, answer.body["code"]?.string)
        }
        #expect(try receive(TransactionMetadata()) == (400, "error-sender-handle-empty"))
        #expect(
            try receive(TransactionMetadata(sender: "x")) == (400, "error-sender-handle-invalid"))
        var metadata = TransactionMetadata(sender: "sender@example.org")
        #expect(try receive(metadata) == (401, "error-missing-field-signature"))
        metadata.signature = SignedMessage.sign(Array("other".utf8), with: try key(11))
        #expect(try receive(metadata) == (401, "error-signature-invalid"))
        metadata.signature = SignedMessage.sign(
            TransactionMetadata.message(paying.id), with: try key(11))
        #expect(try receive(metadata).0 == 200)
        stage.desk.state.withLock { #expect($0.taken.map(\.isSenderVerified) == [true]) }
    }

    @Test func `our client's request is taken by our server`() throws {
        let sender = PaymailSender(
            try PaymailHandle("sender@example.org"), name: "Sender",
            publicKey: try key(11).publicKey.compressed
        ) { SignedMessage.sign($0, with: try key(11)) }
        let client = try stage.client()
        let script = try client.output(for: alice, satoshis: 700, purpose: "tea", from: sender)
        #expect(script == .publicKeyHash([UInt8](repeating: 9, count: 20)))
        let destination = try client.destination(for: alice, satoshis: 1_000)
        let paying = try transaction(2, destination.outputs)
        let receipt = try client.send(
            .raw(paying.bytes), paying.id, to: alice, reference: destination.reference,
            from: sender)
        #expect(receipt.transaction == paying.id)
        let stranger = PaymailSender(
            try PaymailHandle("sender@example.org"), publicKey: try key(13).publicKey.compressed
        ) { SignedMessage.sign($0, with: try key(13)) }
        #expect(throws: PaymailError.self) {
            try client.output(for: alice, satoshis: 700, from: stranger)
        }
    }

    @Test func `whoever has to say yes first is waited for`() throws {
        let stage = Stage { $0.asksForApproval = true }
        stage.desk.state.withLock { $0.asksForApproval = true }
        let client = try stage.client()
        let sender = PaymailSender(
            try PaymailHandle("sender@example.org"), publicKey: try key(11).publicKey.compressed
        ) { SignedMessage.sign($0, with: try key(11)) }
        func ask(_ token: String = "") throws -> Script {
            try client.output(for: alice, satoshis: 700, from: sender, token: token)
        }
        for token in ["", "token0", "token0"] {
            #expect(throws: PaymailError.approvalPending(token: "token0")) { try ask(token) }
        }
        #expect(throws: PaymailError.self) { try ask("token9") }
        let script = Script.publicKeyHash([UInt8](repeating: 3, count: 20))
        stage.desk.state.withLock { $0.decisions["token0"] = .output(script) }
        #expect(try ask("token0") == script)
        stage.desk.state.withLock { $0.decisions["token0"] = .denied }
        #expect(throws: PaymailError.self) { try ask("token0") }
        let list = try client.capabilities(of: "example.com")
        #expect(list.isOn(.receiverApprovals))
    }

    @Test func `the token and the output are signed by who is to be paid`() throws {
        let stage = Stage()
        let body = #"{"senderHandle":"sender@example.org","dt":"x"}"#
        let path = "/v1/bsvalias/address/alice@example.com"
        let answer = try stage.ask("POST", path, body).body
        let output = try #require(answer["output"]?.string)
        #expect(
            SignedMessage.verify(
                try #require(answer["signature"]?.string), message: Array(output.utf8),
                key: try key(1).publicKey))
        stage.desk.state.withLock { $0.asksForApproval = true }
        let waiting = try stage.ask("POST", path, body)
        #expect(waiting.status == 202)
        #expect(
            SignedMessage.verify(
                try #require(waiting.body["signature"]?.string), message: Array("token0".utf8),
                key: try key(1).publicKey))
    }
}
