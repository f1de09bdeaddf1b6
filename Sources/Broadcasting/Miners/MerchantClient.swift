// The Merchant API (mAPI, BRFC 8eeed98377bd), in answers that miners sign.
import Bitcoin
import Bytes
import Documents
import Headers
import Network

/// Speaks to one Merchant API.
struct MerchantClient {
    private let service: MinerService

    init(_ url: WebURL, _ endpoint: BroadcastEndpoint, _ sender: any HTTPSender) {
        service = MinerService(url: url, endpoint: endpoint, sender: sender)
    }

    // MARK: - Envelopes

    /// What an envelope holds, and who has signed that.
    /// - Throws: `BroadcastFault` for a false signature, and for another's than was asked for.
    private func content(
        _ response: HTTPResponse
    ) throws(BroadcastFault) -> (value: ForeignJSON, signer: [UInt8]?) {
        let outer = try service.value(response.body)
        guard let text = outer["payload"]?.string else {
            throw service.unreadable("it is no envelope")
        }
        var bytes = Array(text.utf8)
        let encodings = [outer["encoding"], outer["mimetype"]].map { $0?.string?.lowercased() }
        if encodings.contains("base64") {
            guard let decoded = Base64.decode(text) else {
                throw service.unreadable("its payload is no base64")
            }
            bytes = decoded
        }
        let signer = try signer(outer, bytes, isText: !encodings.contains("base64"))
        if let key = service.endpoint.minerKey, signer != key {
            throw service.fault(
                "wrong-signer", "the answer is not signed by the miner that was named",
                retry: false)
        }
        return (try service.value(bytes), signer)
    }

    private func signer(
        _ outer: ForeignJSON, _ payload: [UInt8], isText: Bool
    ) throws(BroadcastFault) -> [UInt8]? {
        let signature: EnvelopeSignature?
        do throws(EnvelopeSignature.Flaw) {
            signature = try EnvelopeSignature(outer["signature"], outer["publicKey"])
        } catch { throw service.unreadable(error.message) }
        guard let signature else { return nil }
        if signature.covers(payload) { return signature.publicKey }
        // A library of the originals takes the backslashes out before it hashes. That is no lie,
        // but says of nobody that he has signed this.
        let stripped = payload.filter { $0 != UInt8(ascii: "\\") }
        if isText, stripped.count < payload.count, signature.covers(stripped) { return nil }
        throw service.fault("false-signature", "the answer's signature is false", retry: false)
    }

    /// An answer with status 200, opened.
    private func answer(
        _ response: HTTPResponse
    ) throws(BroadcastFault) -> (value: ForeignJSON, signer: [UInt8]?) {
        guard response.status == 200 else {
            let value = try? ForeignJSON(response.body)
            let reason = MinerService.sentence(
                value?["title"], value?["detail"], or: "status \(response.status)")
            throw service.fault("service-failed", reason, retry: false)
        }
        return try content(response)
    }

    private func check(
        _ value: ForeignJSON, _ transaction: Digest256
    ) throws(BroadcastFault) {
        guard let told = value["txid"]?.string, !told.isEmpty else { return }
        guard told.lowercased() == transaction.displayed else {
            throw service.unreadable("it is about another transaction")
        }
    }

    // MARK: - Sending

    /// Sends a transaction.
    func send(_ broadcast: Broadcast) throws(BroadcastFault) -> BroadcastOutcome {
        var members = [
            ForeignJSON.Member("rawtx", .string(broadcast.transaction.hexadecimal))
        ]
        if let callback = broadcast.callback {
            members.append(.init("callBackUrl", .string(callback.url.description)))
            if let token = callback.tokenText {
                members.append(.init("callBackToken", .string(token)))
            }
        }
        let isCalled: ForeignJSON = .boolean(broadcast.callback != nil)
        members += [
            .init("merkleProof", isCalled), .init("merkleFormat", "TSC"),
            .init("dsCheck", isCalled),
        ]
        let response = try service.send(
            "POST", "/mapi/tx", body: ForeignJSON.object(members).bytes)
        if response.status == 400 {
            let value = try? ForeignJSON(response.body)
            let reason = MinerService.sentence(
                value?["title"], value?["detail"], or: "status 400")
            return .rejected(code: .malformed, reason: reason, conflicts: [])
        }
        let value = try answer(response).value
        try check(value, broadcast.transaction.id)
        return try outcome(value)
    }

    private func outcome(_ value: ForeignJSON) throws(BroadcastFault) -> BroadcastOutcome {
        let words = value["resultDescription"]?.string ?? ""
        let reason = MinerService.sentence(value["resultDescription"], or: "no reason is told")
        switch value["returnResult"]?.string?.lowercased() {
        case "success":
            return Self.isKnown(words)
                ? .alreadyKnown(note: reason)
                : .accepted(note: MinerService.sentence(value["resultDescription"], or: "success"))
        case "failure":
            if Self.isKnown(words) { return .alreadyKnown(note: reason) }
            let conflicts = (value["conflictedWith"]?.elements ?? [])
                .prefix(Limits.minerConflicts).compactMap { MinerService.digest($0["txid"]) }
            let code = conflicts.isEmpty ? Self.code(words) : .doubleSpend
            if value["failureRetryable"]?.boolean == true, code == .refused {
                return .unavailable(reason: reason, retry: true)
            }
            return .rejected(code: code, reason: reason, conflicts: conflicts)
        default: throw service.unreadable("neither success nor failure")
        }
    }

    /// What nodes and servers say of a transaction that they have.
    private static func isKnown(_ text: String) -> Bool {
        let text = text.lowercased()
        return ["already known", "already-known", "already in", "already-in"].contains {
            text.contains($0)
        }
    }

    /// What the words of a node come to.
    static func code(_ text: String) -> RejectionCode {
        let text = text.lowercased()
        let words: [(String, RejectionCode)] = [
            ("conflict", .doubleSpend), ("double", .doubleSpend),
            ("missing inputs", .invalidInputs), ("missing-inputs", .invalidInputs),
            ("missingorspent", .invalidInputs), ("inputs-", .invalidInputs),
            ("fee", .feeTooLow), ("priority", .feeTooLow),
            ("script", .invalidScript), ("sig", .invalidScript),
            ("frozen", .frozen), ("vout", .invalidOutputs), ("dust", .invalidOutputs),
            ("decode", .malformed), ("malformed", .malformed), ("parsing", .malformed),
        ]
        return words.first { text.contains($0.0) }?.1 ?? .refused
    }

    // MARK: - Standing

    /// How a transaction stands.
    func standing(of transaction: Digest256) throws(BroadcastFault) -> TransactionStanding {
        let response = try service.send(
            "GET", "/mapi/tx/\(transaction.displayed)", query: "merkleProof=true&merkleFormat=TSC")
        guard response.status != 404 else { return .unknown }
        let value = try answer(response).value
        try check(value, transaction)
        switch value["returnResult"]?.string?.lowercased() {
        case "success":
            guard let text = value["blockHash"]?.string, !text.isEmpty else {
                return .inPool(note: "in the miner's pool")
            }
            guard let block = Digest256(displayed: text.lowercased()),
                let height = value["blockHeight"]?.integer,
                (0...Limits.blockHeight).contains(height)
            else { throw service.unreadable("a mined transaction has no block") }
            let path = try path(value["merkleProof"], of: transaction, at: height)
            return .mined(block: block, height: height, path: path)
        // "No such mempool or blockchain transaction", or nodes that do not agree.
        case "failure": return .unknown
        default: throw service.unreadable("neither success nor failure")
        }
    }

    /// The path of the proof that was asked for; nil where none came: older services have none.
    private func path(
        _ proof: ForeignJSON?, of transaction: Digest256, at height: Int
    ) throws(BroadcastFault) -> BUMP? {
        guard let proof, proof.members != nil else { return nil }
        do throws(HeaderError) {
            let proof = try TSCProof(foreign: proof)
            guard proof.leaf == transaction else { throw .notInPath(transaction) }
            let path = try BUMP(height: height, leaf: transaction, branch: proof.branch)
            _ = try path.root(of: transaction)
            return path
        } catch { throw service.unreadable(error.message) }
    }

    // MARK: - Fees

    /// What it asks for.
    func fees() throws(BroadcastFault) -> FeeOffer {
        let (value, signer) = try answer(service.send("GET", "/mapi/feeQuote"))
        var rates: [String: FeeRate] = [:]
        for fee in value["fees"]?.elements ?? [] {
            guard let type = fee["feeType"]?.string, rates[type] == nil else {
                throw service.unreadable("a fee has no type, or stands twice")
            }
            rates[type] = try service.rate(fee["miningFee"])
        }
        guard let standard = rates["standard"] else {
            throw service.unreadable("a fee is missing, or is none")
        }
        return FeeOffer(
            fees: FeeQuote(standard: standard, data: rates["data"]),
            expires: try expiry(value["expiryTime"]), signer: signer)
    }

    /// Go and C# write any number of decimals.
    private func expiry(_ value: ForeignJSON?) throws(BroadcastFault) -> Int64? {
        guard let text = value?.string, !text.isEmpty else { return nil }
        let seconds = text.utf8.prefix(19)
        guard text.hasSuffix("Z"), let time = Timestamp(Array(seconds) + Array(".000Z".utf8)) else {
            throw service.unreadable("'expiryTime' is no time")
        }
        return time.milliseconds / 1_000
    }
}
