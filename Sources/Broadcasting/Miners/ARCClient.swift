// ARC, the miners' transaction processor: https://bitcoin-sv.github.io/arc/.
import Bitcoin
import Bytes
import Documents
import Headers
import Network

/// Speaks to one ARC.
struct ARCClient {
    private let service: MinerService

    /// How long ARC may wait for the network before it answers.
    private static let waitSeconds = 10

    init(_ url: WebURL, _ endpoint: BroadcastEndpoint, _ sender: any HTTPSender) {
        service = MinerService(url: url, endpoint: endpoint, sender: sender)
    }

    /// Sends a transaction: with its ancestors, else in the extended format, else bare. Where one
    /// form is refused for what it brings along, the next is tried: a service whose headers lag
    /// behind refuses paths that are good.
    func send(_ broadcast: Broadcast) throws(BroadcastFault) -> BroadcastOutcome {
        let transaction = broadcast.transaction
        let extended = broadcast.spending.map { transaction.extended(spending: $0) }
        let forms = [broadcast.beef, extended].compactMap { $0 }
        var outcome = try send(forms.first ?? transaction.bytes, broadcast)
        for form in forms.dropFirst() {
            guard case .rejected(let code, _, _) = outcome,
                [.invalidProof, .malformed, .missingParent].contains(code)
            else { break }
            outcome = try send(form, broadcast)
        }
        return outcome
    }

    private func send(
        _ form: [UInt8], _ broadcast: Broadcast
    ) throws(BroadcastFault) -> BroadcastOutcome {
        var headers = [
            ("X-WaitFor", ARCStatus.seenOnNetwork.rawValue),
            ("X-MaxTimeout", String(Self.waitSeconds)),
        ]
        if let callback = broadcast.callback {
            headers.append(("X-CallbackUrl", callback.url.description))
            if let token = callback.tokenText { headers.append(("X-CallbackToken", token)) }
        }
        let body: ForeignJSON = ["rawTx": .string(Hexadecimal.encode(form))]
        let response = try service.send("POST", "/v1/tx", headers: headers, body: body.bytes)
        let answer = try? ForeignJSON(response.body)
        // Some answer with 200, and with the status of the error in the body.
        let stated = answer?["status"]?.integer ?? response.status
        let status = response.status == 200 ? stated : response.status
        guard (200...299).contains(status) else {
            return try refusal(status, answer ?? .null)
        }
        guard let answer else { throw service.unreadable("it is no JSON") }
        try check(answer, broadcast.transaction.id)
        return try outcome(answer)
    }

    private func check(
        _ answer: ForeignJSON, _ transaction: Digest256
    ) throws(BroadcastFault) {
        guard let id = MinerService.digest(answer["txid"]), id == transaction else {
            throw service.unreadable("it is about another transaction")
        }
    }

    private func outcome(_ answer: ForeignJSON) throws(BroadcastFault) -> BroadcastOutcome {
        let word = answer["txStatus"]?.string ?? ""
        guard let status = ARCStatus(rawValue: word) else {
            throw service.unreadable("an unknown status '\(word.prefix(40))'")
        }
        let note = MinerService.sentence(answer["extraInfo"], or: word)
        switch status.meaning {
        case .nothing:
            return .unavailable(reason: "the service does not know what became of it", retry: true)
        case .stored, .seen: return .accepted(note: word)
        case .mined: return .alreadyKnown(note: word)
        case .contested: return .unavailable(reason: contest(answer), retry: true)
        case .refused(let code):
            return .rejected(code: code, reason: note, conflicts: conflicts(answer))
        }
    }

    /// A status that is an error: of the transaction, or of the service.
    private func refusal(
        _ status: Int, _ answer: ForeignJSON
    ) throws(BroadcastFault) -> BroadcastOutcome {
        let reason = MinerService.sentence(
            answer["title"], answer["detail"], answer["extraInfo"], or: "status \(status)")
        guard let code = ARCStatus.code(of: status) else {
            let isTemporary = status == 409 || status >= 500
            throw service.fault("service-failed", reason, retry: isTemporary)
        }
        return .rejected(code: code, reason: reason, conflicts: conflicts(answer))
    }

    /// Miners have it, and another besides: which of them will be mined nobody knows.
    private func contest(_ answer: ForeignJSON) -> String {
        let others = conflicts(answer).prefix(3).map { " '\($0.displayed)'" }.joined()
        return "another transaction spends the same, either may be mined:\(others)"
    }

    private func conflicts(_ answer: ForeignJSON) -> [Digest256] {
        (answer["competingTxs"]?.elements ?? []).prefix(Limits.minerConflicts).compactMap {
            MinerService.digest($0)
        }
    }

    // MARK: - Standing

    /// How a transaction stands.
    func standing(of transaction: Digest256) throws(BroadcastFault) -> TransactionStanding {
        let response = try service.send("GET", "/v1/tx/\(transaction.displayed)")
        guard response.status != 404 else { return .unknown }
        guard response.status == 200 else {
            throw service.fault(
                "service-failed", "the service answers with status \(response.status)",
                retry: response.status == 409)
        }
        let answer = try service.value(response.body)
        try check(answer, transaction)
        let word = answer["txStatus"]?.string ?? ""
        guard let status = ARCStatus(rawValue: word) else {
            throw service.unreadable("an unknown status '\(word.prefix(40))'")
        }
        switch status.meaning {
        case .nothing, .refused(.missingParent): return .unknown
        case .stored, .seen: return .inPool(note: word)
        case .mined: return try mined(answer, transaction)
        case .contested: return .inPool(note: contest(answer))
        case .refused(let code):
            let reason = MinerService.sentence(answer["extraInfo"], or: word)
            return .rejected(code: code, reason: reason, conflicts: conflicts(answer))
        }
    }

    private func mined(
        _ answer: ForeignJSON, _ transaction: Digest256
    ) throws(BroadcastFault) -> TransactionStanding {
        guard let block = MinerService.digest(answer["blockHash"]),
            let height = answer["blockHeight"]?.integer,
            (0...Limits.blockHeight).contains(height)
        else { throw service.unreadable("a mined transaction has no block") }
        let text = answer["merklePath"]?.string ?? ""
        guard !text.isEmpty else { return .mined(block: block, height: height, path: nil) }
        guard let bytes = Hexadecimal.decode(text.lowercased()) else {
            throw service.unreadable("its path is not hexadecimal")
        }
        do throws(HeaderError) {
            let path = try BUMP(binary: bytes)
            _ = try path.root(of: transaction)
            guard path.height == height else {
                throw HeaderError.wrongHeight(expected: height, got: path.height)
            }
            return .mined(block: block, height: height, path: path)
        } catch { throw service.unreadable(error.message) }
    }

    // MARK: - Fees

    /// What it asks for.
    func fees() throws(BroadcastFault) -> FeeOffer {
        let response = try service.send("GET", "/v1/policy")
        guard response.status == 200 else {
            throw service.fault(
                "service-failed", "the service answers with status \(response.status)",
                retry: false)
        }
        let fee = try service.value(response.body)["policy"]?["miningFee"]
        return FeeOffer(
            fees: FeeQuote(standard: try service.rate(fee)), expires: nil, signer: nil)
    }
}
