import Bitcoin
import Bytes
import Cryptography
import Documents
import Headers
import Network
import Testing

@testable import Broadcasting

@Suite struct ARCTests {
    private let sent: BitcoinTransaction
    private let endpoint: BroadcastEndpoint

    init() throws {
        sent = try transaction()
        endpoint = try BroadcastEndpoint(
            BroadcastTarget("arc+https://arc.example/prefix", .mainnet),
            token: SecretBytes(Array("secret".utf8)))
    }

    private func outcome(_ status: Int, _ body: String) throws -> BroadcastOutcome {
        let broadcaster = Broadcaster(surroundings(http: ScriptedSender(status, body)))
        let reports = broadcaster.send(Broadcast(sent), to: [endpoint])
        return try #require(reports.first).outcome
    }

    private func body(_ status: String, _ more: String = "") -> String {
        #"{"txid":"\#(sent.id.displayed)","txStatus":"\#(status)","extraInfo":""\#(more)}"#
    }

    @Test func `the request is what the interface says`() throws {
        let sender = ScriptedSender(200, body("SEEN_ON_NETWORK"))
        var broadcast = Broadcast(
            sent, spending: [TransactionOutput(satoshis: 2_000, script: Script([0x51]))],
            callback: BroadcastCallback(
                try WebURL("https://me.example/callback"),
                token: SecretBytes(Array("Bearer mine".utf8))))
        let broadcaster = Broadcaster(surroundings(http: sender))
        _ = broadcaster.send(broadcast, to: [endpoint])
        broadcast.beef = [0x01, 0x00, 0xbe, 0xef]
        _ = broadcaster.send(broadcast, to: [endpoint])
        _ = broadcaster.send(Broadcast(sent), to: [endpoint])
        let asked = sender.asked
        #expect(asked.map(\.method) == ["POST", "POST", "POST"])
        #expect(asked[0].url.description == "https://arc.example/prefix/v1/tx")
        let fields = asked[0].headers
        #expect(fields["Authorization"] == "Bearer secret")
        #expect(fields["X-CallbackUrl"] == "https://me.example/callback")
        #expect(fields["X-CallbackToken"] == "Bearer mine")
        #expect(fields["X-WaitFor"] == "SEEN_ON_NETWORK" && fields["X-MaxTimeout"] == "10")
        #expect(asked[2].headers["X-CallbackUrl"] == nil)
        let bodies = try asked.map { try ForeignJSON($0.body)["rawTx"]?.string }
        let extended = sent.extended(spending: broadcast.spending ?? [])
        #expect(
            bodies == [Hexadecimal.encode(extended), "0100beef", Hexadecimal.encode(sent.bytes)])
    }

    private var contested: String {
        body(
            "DOUBLE_SPEND_ATTEMPTED",
            #","competingTxs":["\#(Hash.sha256([9]).displayed)","x"]"#)
    }

    @Test func `a form that is refused for what it brings along is not the last`() throws {
        let good = body("SEEN_ON_NETWORK")
        var broadcast = Broadcast(
            sent, spending: [TransactionOutput(satoshis: 2_000, script: Script([0x51]))],
            beef: [0x01, 0x00, 0xbe, 0xef])
        for (status, count) in [(469, 2), (468, 2), (467, 2), (463, 2), (461, 1), (465, 1)] {
            let sender = ScriptedSender { (request: HTTPRequest) throws(NetworkError) in
                let isFull = String(decoding: request.body, as: UTF8.self).contains("0100beef")
                return HTTPResponse(
                    status: isFull ? status : 200, body: Array(isFull ? "{}".utf8 : good.utf8))
            }
            let reports = Broadcaster(surroundings(http: sender)).send(broadcast, to: [endpoint])
            #expect(sender.asked.count == count)
            #expect(reports.first?.outcome.isTaken == (count == 2))
        }
        broadcast.spending = nil
        let sender = ScriptedSender(469, "{}")
        let reports = Broadcaster(surroundings(http: sender)).send(broadcast, to: [endpoint])
        #expect(sender.asked.count == 1)
        #expect(
            reports.first?.outcome
                == .rejected(code: .invalidProof, reason: "status 469", conflicts: []))
        #expect(RejectionCode.invalidProof.mayChange && !RejectionCode.invalidScript.mayChange)
    }

    @Test func `every status has a meaning`() throws {
        let words = [
            "QUEUED", "RECEIVED", "STORED", "ANNOUNCED_TO_NETWORK", "REQUESTED_BY_NETWORK",
            "SENT_TO_NETWORK", "ACCEPTED_BY_NETWORK", "SEEN_ON_NETWORK", "MINED_IN_STALE_BLOCK",
        ]
        for word in words {
            #expect(try outcome(200, body(word)) == .accepted(note: word))
        }
        #expect(try outcome(200, body("MINED")) == .alreadyKnown(note: "MINED"))
        guard case .unavailable(_, retry: true) = try outcome(200, body("UNKNOWN")) else {
            Issue.record("UNKNOWN says nothing")
            return
        }
        #expect(
            try outcome(200, body("REJECTED").replacing("\"\"", with: "\"bad script\""))
                == .rejected(code: .refused, reason: "bad script", conflicts: []))
        #expect(
            try outcome(200, body("SEEN_IN_ORPHAN_MEMPOOL"))
                == .rejected(
                    code: .missingParent, reason: "SEEN_IN_ORPHAN_MEMPOOL", conflicts: []))
        // Both are with the miners: neither taken for good nor refused.
        guard case .unavailable(let reason, retry: true) = try outcome(200, contested) else {
            Issue.record("DOUBLE_SPEND_ATTEMPTED is not the end")
            return
        }
        #expect(reason.hasSuffix(": '\(Hash.sha256([9]).displayed)'"))
        #expect(ARCStatus.allCases.count == words.count + 5)
    }

    @Test(arguments: [
        (400, RejectionCode.malformed), (422, .malformed), (460, .malformed),
        (461, .invalidScript), (462, .invalidInputs), (463, .malformed), (464, .invalidOutputs),
        (465, .feeTooLow), (466, .doubleSpend), (467, .missingParent), (468, .invalidProof),
        (469, .invalidProof), (470, .refused), (471, .frozen), (472, .frozen), (473, .feeTooLow),
        (474, .refused), (475, .refused), (499, .refused),
    ])
    func `an error of the transaction is a rejection`(_ status: Int, _ code: RejectionCode) throws {
        let problem = #"{"type":"x","title":"T","status":\#(status),"detail":"D","extraInfo":"E"}"#
        let rejected = BroadcastOutcome.rejected(code: code, reason: "T: D: E", conflicts: [])
        #expect(try outcome(status, problem) == rejected)
        // In the body of an answer that is well otherwise.
        #expect(try outcome(200, problem) == rejected)
        #expect(
            try outcome(status, "<html>")
                == .rejected(code: code, reason: "status \(status)", conflicts: []))
    }

    @Test(arguments: [
        (401, false), (403, false), (404, false), (405, false), (408, true), (409, true),
        (425, true), (429, true), (500, true), (502, true), (503, true), (301, false), (302, false),
        (418, false),
    ])
    func `an error of the service is no rejection`(_ status: Int, _ retry: Bool) throws {
        guard case .unavailable(_, let mayRetry) = try outcome(status, "{}") else {
            Issue.record("status \(status) is no rejection")
            return
        }
        #expect(mayRetry == retry)
    }

    @Test func `an answer that cannot be used is no rejection`() throws {
        let other = Hash.sha256([8]).displayed
        for text in [
            "", "{", "[]", "null", "7", "{}", #"{"txid":"\#(other)","txStatus":"SEEN_ON_NETWORK"}"#,
            body("NEW_STATUS"), #"{"txid":7,"txStatus":7}"#, #"{"txStatus":"REJECTED"}"#,
        ] {
            guard case .unavailable = try outcome(200, text) else {
                Issue.record("'\(text)' is no answer")
                continue
            }
        }
    }

    @Test func `what cannot be reached is not rejected`() throws {
        let errors: [(NetworkError, Bool)] = [
            (.unknownHost(host: "x", reason: "no name"), true),
            (.unreachable(host: "x", reason: "refused"), true),
            (.timedOut(host: "x", what: "response", seconds: 30), true),
            (.disconnected(host: "x"), true), (.malformed(host: "x", reason: "no HTTP"), true),
            (.tooLarge(host: "x", limitBytes: 1), true),
            (.insecure(host: "x", reason: "self-signed"), false),
            (.privateAddress(host: "x", address: "10.0.0.1"), false),
        ]
        for (error, retry) in errors {
            let sender = ScriptedSender { (_: HTTPRequest) throws(NetworkError) in throw error }
            let reports = Broadcaster(surroundings(http: sender)).send(
                Broadcast(sent), to: [endpoint])
            guard case .unavailable(let reason, let mayRetry) = reports.first?.outcome else {
                Issue.record("\(error) is no rejection")
                continue
            }
            #expect(mayRetry == retry && !reason.isEmpty)
        }
    }

    @Test func `a reason is bounded, and moves no cursor`() throws {
        let reason = "a\\u001b[2J" + String(repeating: "b", count: 5_000)
        let text = body("REJECTED").replacing("\"\"", with: "\"\(reason)\"")
        guard case .rejected(_, let told, _) = try outcome(200, text) else {
            Issue.record("rejected")
            return
        }
        #expect(told.hasPrefix("a [2Jbbb") && told.utf8.count == Limits.minerReasonBytes)
    }

    // MARK: - Standing

    private func standing(_ status: Int, _ body: String) throws -> TransactionStanding {
        try Broadcaster(surroundings(http: ScriptedSender(status, body)))
            .standing(of: sent.id, at: endpoint)
    }

    @Test func `a standing is told`() throws {
        #expect(try standing(404, "{}") == .unknown)
        #expect(try standing(200, body("UNKNOWN")) == .unknown)
        #expect(try standing(200, body("SEEN_IN_ORPHAN_MEMPOOL")) == .unknown)
        #expect(try standing(200, body("STORED")) == .inPool(note: "STORED"))
        #expect(
            try standing(200, body("MINED_IN_STALE_BLOCK")) == .inPool(note: "MINED_IN_STALE_BLOCK")
        )
        #expect(
            try standing(200, body("REJECTED"))
                == .rejected(code: .refused, reason: "REJECTED", conflicts: []))
        guard case .inPool = try standing(200, contested) else {
            Issue.record("DOUBLE_SPEND_ATTEMPTED is not the end")
            return
        }
        let block = Hash.sha256([7])
        let place = #","blockHash":"\#(block.displayed)","blockHeight":7"#
        #expect(
            try standing(200, body("MINED", place)) == .mined(block: block, height: 7, path: nil))
        let path = try BUMP(
            height: 7, leaf: sent.id,
            branch: MerkleBranch(index: 1, nodes: [.hash(Hash.sha256([3]))]))
        let digits = Hexadecimal.encode(path.binary)
        #expect(
            try standing(200, body("MINED", place + #","merklePath":"\#(digits)""#))
                == .mined(block: block, height: 7, path: path))
    }

    @Test func `a path that does not hold is no answer`() throws {
        let block = #","blockHash":"\#(Hash.sha256([7]).displayed)""#
        let other = try BUMP(
            height: 7, leaf: Hash.sha256([4]),
            branch: MerkleBranch(index: 1, nodes: [.hash(Hash.sha256([3]))]))
        let own = try BUMP(
            height: 8, leaf: sent.id,
            branch: MerkleBranch(index: 1, nodes: [.hash(Hash.sha256([3]))]))
        for more in [
            "", block, block + #","blockHeight":-1"#, #","blockHeight":7"#,
            block + #","blockHeight":7,"merklePath":"zz""#,
            block + #","blockHeight":7,"merklePath":"00""#,
            block + #","blockHeight":7,"merklePath":"\#(Hexadecimal.encode(other.binary))""#,
            block + #","blockHeight":7,"merklePath":"\#(Hexadecimal.encode(own.binary))""#,
        ] {
            #expect(throws: BroadcastFault.self) { try standing(200, body("MINED", more)) }
        }
        for status in [401, 409, 500, 302, 418] {
            #expect(throws: BroadcastFault.self) { try standing(status, "{}") }
        }
    }

    @Test func `fees are read`() throws {
        func fees(_ status: Int, _ body: String) throws -> FeeOffer? {
            try Broadcaster(surroundings(http: ScriptedSender(status, body))).fees(at: endpoint)
        }
        let good = #"{"policy":{"miningFee":{"satoshis":1,"bytes":1000},"maxtxsizepolicy":1}}"#
        #expect(
            try fees(200, good)
                == FeeOffer(
                    fees: FeeQuote(standard: FeeRate(satoshis: 1, bytes: 1_000)), expires: nil,
                    signer: nil))
        for bad in [
            "{}", #"{"policy":{}}"#, good.replacing("1000", with: "0"),
            good.replacing("\"satoshis\":1", with: "\"satoshis\":-1"),
            good.replacing("\"satoshis\":1", with: "\"satoshis\":0.5"),
            good.replacing("\"satoshis\":1", with: "\"satoshis\":2100000000000001"),
        ] {
            #expect(throws: BroadcastFault.self) { try fees(200, bad) }
        }
        #expect(throws: BroadcastFault.self) { try fees(404, good) }
    }
}
