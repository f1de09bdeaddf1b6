import Bitcoin
import Bytes
import Cryptography
import Documents
import Foundation
import Headers
import Network
import Testing

@testable import Broadcasting

@Suite struct MerchantTests {
    private let sent: BitcoinTransaction
    private let target: BroadcastTarget
    private let key = try? Secp256k1.PrivateKey(SecretBytes([UInt8](repeating: 7, count: 32)))

    init() throws {
        sent = try transaction()
        target = try BroadcastTarget("mapi+https://miner.example", .mainnet)
    }

    private func broadcaster(_ status: Int, _ body: String) -> Broadcaster {
        Broadcaster(surroundings(http: ScriptedSender(status, body)))
    }

    private func envelope(_ payload: String) throws -> String {
        let key = try #require(key)
        return String(
            decoding: SignedEnvelope.signing(payload, with: key).json.bytes, as: UTF8.self)
    }

    private func outcome(
        _ payload: String, status: Int = 200, isSigned: Bool = true
    ) throws -> BroadcastOutcome {
        let body =
            isSigned
            ? try envelope(payload)
            : String(decoding: SignedEnvelope(payload: payload).json.bytes, as: UTF8.self)
        let reports = broadcaster(status, body).send(
            Broadcast(sent), to: [try BroadcastEndpoint(target)])
        return try #require(reports.first).outcome
    }

    private func result(_ result: String, _ words: String, _ more: String = "") -> String {
        #"{"txid":"\#(sent.id.displayed)","returnResult":"\#(result)","#
            + #""resultDescription":"\#(words)"\#(more)}"#
    }

    @Test func `the request is what the interface says`() throws {
        let sender = ScriptedSender(200, try envelope(result("success", "")))
        let callback = BroadcastCallback(
            try WebURL("https://me.example/c"), token: SecretBytes(Array("Bearer mine".utf8)))
        let endpoint = try BroadcastEndpoint(target, token: SecretBytes(Array("jwt".utf8)))
        let broadcaster = Broadcaster(surroundings(http: sender))
        _ = broadcaster.send(Broadcast(sent, callback: callback), to: [endpoint])
        _ = broadcaster.send(Broadcast(sent), to: [endpoint])
        let asked = sender.asked
        #expect(asked[0].url.description == "https://miner.example/mapi/tx")
        #expect(asked[0].headers["Authorization"] == "Bearer jwt")
        #expect(asked[0].headers["Content-Type"] == "application/json")
        let body: ForeignJSON = [
            "rawtx": .string(sent.hexadecimal), "callBackUrl": "https://me.example/c",
            "callBackToken": "Bearer mine", "merkleProof": true, "merkleFormat": "TSC",
            "dsCheck": true,
        ]
        #expect(asked[0].body == body.bytes)
        let bare: ForeignJSON = [
            "rawtx": .string(sent.hexadecimal), "merkleProof": false, "merkleFormat": "TSC",
            "dsCheck": false,
        ]
        #expect(asked[1].body == bare.bytes)
    }

    @Test func `success and failure`() throws {
        #expect(try outcome(result("success", "")) == .accepted(note: "success"))
        #expect(try outcome(result("success", ""), isSigned: false) == .accepted(note: "success"))
        for words in [
            "Already known", "Transaction already known", "257: txn-already-known",
            "transaction already in block chain", "Transaction already in the mempool",
        ] {
            #expect(try outcome(result("success", words)) == .alreadyKnown(note: words))
            #expect(try outcome(result("failure", words)) == .alreadyKnown(note: words))
        }
        let words: [(String, RejectionCode)] = [
            ("Missing inputs", .invalidInputs), ("bad-txns-inputs-missingorspent", .invalidInputs),
            ("258: txn-mempool-conflict", .doubleSpend), ("66: insufficient priority", .feeTooLow),
            ("66: mempool min fee not met", .feeTooLow),
            ("16: mandatory-script-verify-flag-failed (Signature must be zero)", .invalidScript),
            ("64: dust", .invalidOutputs), ("TX decode failed", .malformed),
            ("bad-txns-vout-toolarge", .invalidOutputs), ("something else", .refused),
        ]
        for (words, code) in words {
            #expect(
                try outcome(result("failure", words))
                    == .rejected(code: code, reason: words, conflicts: []))
        }
        let other = Hash.sha256([5])
        let conflicts = #","conflictedWith":[{"txid":"\#(other.displayed)","size":1,"hex":"00"}]"#
        #expect(
            try outcome(result("failure", "Missing inputs", conflicts))
                == .rejected(code: .doubleSpend, reason: "Missing inputs", conflicts: [other]))
        #expect(
            try outcome(result("failure", "mempool full", #","failureRetryable":true"#))
                == .unavailable(reason: "mempool full", retry: true))
    }

    @Test func `an answer that cannot be used is no rejection`() throws {
        let other = Hash.sha256([8]).displayed
        for payload in [
            "", "{}", "[]", #"{"returnResult":"perhaps"}"#, #"{"returnResult":7}"#,
            #"{"txid":"\#(other)","returnResult":"success"}"#,
            #"{"txid":"\#(other)","returnResult":"failure","resultDescription":"no"}"#,
        ] {
            guard case .unavailable = try outcome(payload) else {
                Issue.record("'\(payload)' is no answer")
                continue
            }
        }
        for status in [401, 403, 404, 429, 500, 503] {
            guard case .unavailable = try outcome(result("failure", "no"), status: status) else {
                Issue.record("status \(status) is no rejection")
                continue
            }
        }
        let reports = broadcaster(400, #"{"title":"Bad request","detail":"rawtx"}"#).send(
            Broadcast(sent), to: [try BroadcastEndpoint(target)])
        #expect(
            reports.first?.outcome
                == .rejected(code: .malformed, reason: "Bad request: rawtx", conflicts: []))
    }

    @Test func `who has signed counts`() throws {
        let key = try #require(key)
        let payload = result("success", "")
        func send(_ body: String, _ pinned: [UInt8]?) throws -> BroadcastOutcome? {
            broadcaster(200, body).send(
                Broadcast(sent), to: [try BroadcastEndpoint(target, minerKey: pinned)]
            ).first?.outcome
        }
        func isUnavailable(_ outcome: BroadcastOutcome?) -> Bool {
            if case .unavailable = outcome { true } else { false }
        }
        let good = try envelope(payload)
        #expect(try send(good, key.publicKey.compressed) == .accepted(note: "success"))
        let stranger = [2] + [UInt8](repeating: 9, count: 32)
        #expect(isUnavailable(try send(good, stranger)))
        let unsigned = String(
            decoding: SignedEnvelope(payload: payload).json.bytes, as: UTF8.self)
        #expect(isUnavailable(try send(unsigned, key.publicKey.compressed)))
        #expect(isUnavailable(try send(good.replacing("success", with: "Success"), nil)))
        var half = SignedEnvelope.signing(payload, with: key)
        half.publicKey = nil
        #expect(isUnavailable(try send(String(decoding: half.json.bytes, as: UTF8.self), nil)))
        // The originals' library takes backslashes out before it signs: nobody is bound by that.
        let spoken = result("success", #"a \"word\""#)
        var stripped = SignedEnvelope.signing(spoken.replacing("\\", with: ""), with: key)
        stripped.payload = spoken
        let body = String(decoding: stripped.json.bytes, as: UTF8.self)
        #expect(try send(body, nil) == .accepted(note: "a \"word\""))
        #expect(isUnavailable(try send(body, key.publicKey.compressed)))
        // Base64: the decoded bytes are signed.
        var encoded = SignedEnvelope.signing(payload, with: key)
        encoded.payload = Base64.encode(Array(payload.utf8))
        encoded.encoding = "base64"
        #expect(
            try send(
                String(decoding: encoded.json.bytes, as: UTF8.self), key.publicKey.compressed)
                == .accepted(note: "success"))
    }

    // MARK: - The specification's own examples

    private func example(_ name: String) throws -> String {
        let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
            .deletingLastPathComponent()
        let bytes = try Data(contentsOf: folder.appendingPathComponent("Vectors/mapi.json"))
        let value = try #require(try ForeignJSON(Array(bytes))[name])
        return String(decoding: value.bytes, as: UTF8.self)
    }

    private let miner = Hexadecimal.decode(
        "030d1fe5c1b560efe196ba40540ce9017c20daa9504c4c4cec6184fc702d9f274e")

    @Test func `the specification's examples are read, signatures and all`() throws {
        let endpoint = try BroadcastEndpoint(target, minerKey: miner)
        let fees = try broadcaster(200, example("feeQuote")).fees(at: endpoint)
        let rate = FeeRate(satoshis: 500, bytes: 1_000)
        #expect(
            fees
                == FeeOffer(
                    fees: FeeQuote(standard: rate, data: rate), expires: 1_605_187_667,
                    signer: miner))
        func id(_ text: String) throws -> Digest256 { try #require(Digest256(displayed: text)) }
        let unknown = "76bb952edbdd649e92f5f74c0341f5afa8679629a7e36bda30f6d2d530ffef6f"
        #expect(
            try broadcaster(200, example("unknown")).standing(of: id(unknown), at: endpoint)
                == .unknown)
        let mined = "6886cd04977d4cd26df3689b2d3c40b13685edb41fcc21c2962c5fc64560acff"
        let block = "236337115fef235a5d59cfcdf213cd70a86d6249a10eacf041468f15607094de"
        #expect(
            try broadcaster(200, example("mined")).standing(of: id(mined), at: endpoint)
                == .mined(block: id(block), height: 152, path: nil))
        let submitted = "fed22f5ab54202e2ec39cb745d427fcfff960254cde0cf283493ac545f5737f6"
        #expect(
            try broadcaster(200, example("submitted")).standing(of: id(submitted), at: endpoint)
                == .inPool(note: "in the miner's pool"))
        // About another transaction; and with one letter changed.
        #expect(throws: BroadcastFault.self) {
            try broadcaster(200, example("mined")).standing(of: id(unknown), at: endpoint)
        }
        let changed = try example("feeQuote").replacing("500", with: "501")
        #expect(throws: BroadcastFault.self) { try broadcaster(200, changed).fees(at: endpoint) }
    }

    @Test func `a proof comes where it is asked for`() throws {
        let endpoint = try BroadcastEndpoint(target)
        let (block, sibling) = (Hash.sha256([7]), Hash.sha256([3]))
        func standing(_ more: String) throws -> TransactionStanding {
            let place = #","blockHash":"\#(block.displayed)","blockHeight":7"#
            let sender = ScriptedSender(200, try envelope(result("success", "", place + more)))
            let standing = try Broadcaster(surroundings(http: sender)).standing(
                of: sent.id, at: endpoint)
            let url = "https://miner.example/mapi/tx/\(sent.id.displayed)"
            #expect(
                sender.asked[0].url.description == url + "?merkleProof=true&merkleFormat=TSC")
            return standing
        }
        func proof(_ index: String, _ id: Digest256) -> String {
            #","merkleProof":{"flags":2,"index":\#(index),"txOrId":"\#(id.displayed.uppercased())","#
                + #""target":{"hash":"\#(block.displayed)","height":7},"#
                + #""nodes":["\#(sibling.displayed)"]}"#
        }
        let path = try BUMP(
            height: 7, leaf: sent.id, branch: MerkleBranch(index: 1, nodes: [.hash(sibling)]))
        let with = TransactionStanding.mined(block: block, height: 7, path: path)
        let without = TransactionStanding.mined(block: block, height: 7, path: nil)
        #expect(try standing(proof("1", sent.id)) == with)
        #expect(try standing("") == without)
        #expect(try standing(#","merkleProof":null"#) == without)
        for more in [
            proof("1", sibling), proof("2", sent.id), proof("-1", sent.id),
            #","merkleProof":{"index":0}"#, #","merkleProof":{}"#,
        ] {
            #expect(throws: BroadcastFault.self) { try standing(more) }
        }
    }

    @Test func `what is no fee is refused`() throws {
        let endpoint = try BroadcastEndpoint(target)
        let fee = #"{"feeType":"standard","miningFee":{"satoshis":5,"bytes":10}}"#
        func fees(_ list: String, _ more: String = "") throws -> FeeOffer? {
            try broadcaster(200, envelope(#"{"fees":[\#(list)]\#(more)}"#)).fees(at: endpoint)
        }
        #expect(try fees(fee)?.fees == FeeQuote(standard: FeeRate(satoshis: 5, bytes: 10)))
        #expect(try fees(fee, #","expiryTime":"2026-01-01T00:00:00Z""#)?.expires == 1_767_225_600)
        for (list, more) in [
            ("", ""), (fee + "," + fee, ""), (fee.replacing("10", with: "0"), ""),
            (fee.replacing("standard", with: "data"), ""), ("7", ""), ("{}", ""),
            (fee, #","expiryTime":"tomorrow""#), (fee, #","expiryTime":"2026-13-01T00:00:00Z""#),
        ] {
            #expect(throws: BroadcastFault.self) { try fees(list, more) }
        }
    }
}
