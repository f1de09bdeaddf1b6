// Instructions that a merge has taken back wait to clear again.
import Bytes
import Documents
import Files

/// An instruction that waits.
public struct WaitingInstruction: Sendable {
    /// The instruction's hash.
    public let hash: Digest256
    /// The document.
    public let document: [UInt8]
    /// The device that keeps it.
    public let device: Address
    /// Since when.
    public let since: Timestamp
    /// Until when it can clear.
    public let expiry: Timestamp
    /// What was reported when it was taken back.
    public let report: ReportedResult?
}

extension Wallet {
    /// What waits to clear again, the oldest first.
    /// - Throws: failures of storage.
    public func waiting() throws -> [WaitingInstruction] {
        guard try replicaDirectory.exists else { return [] }
        let store = try EntryStore(replicaDirectory, domain: try ownDomain())
        let reports = store.current(under: ReportedResult.prefix).compactMap {
            ReportedResult($0.entry.terms.value ?? "")
        }
        return store.current(under: RetryQueue.prefix).compactMap { _, entry in
            guard let document = entry.document, let envelope = try? Envelope(line: document),
                let instruction = try? Instruction(envelope)
            else { return nil }
            return WaitingInstruction(
                hash: instruction.hash, document: document, device: entry.terms.device,
                since: entry.terms.time, expiry: instruction.expiry,
                report: reports.last { $0.instructions.contains(instruction.hash) })
        }.sorted { ($0.since, $0.hash) < ($1.since, $1.hash) }
    }

    /// Tries again what waits.
    /// - Parameter prefixes: the beginnings of the hashes that are meant; nil for all.
    /// - Throws: failures of storage, `KeyError`; `ReplicaError.notWaiting`.
    public func retry(
        _ prefixes: [String]?
    ) throws -> (cleared: Int, expired: Int, waiting: [ReportedResult]) {
        var result: (cleared: Int, expired: Int, waiting: [ReportedResult]) = (0, 0, [])
        for item in try chosen(prefixes) {
            if try reader().graph.clearedIn(item.hash) != nil {
                try forgetWaiting(item.hash)
                continue
            }
            if item.expiry <= surroundings.now() {
                try forgetWaiting(item.hash)
                result.expired += 1
                continue
            }
            var refusal: ReportedResult?
            let counts = try clear([InputStream(bytes: item.document)], .init()) { answer in
                refusal = ReportedResult(answer: answer, item.hash)
            }
            if counts.refused == 0 {
                try forgetWaiting(item.hash)
                result.cleared += 1
            } else if let refusal {
                result.waiting.append(refusal)
            }
        }
        return result
    }

    private func chosen(_ prefixes: [String]?) throws -> [WaitingInstruction] {
        let all = try waiting()
        guard let prefixes else { return all }
        return try prefixes.map { prefix in
            let found = all.filter { $0.hash.hexadecimal.hasPrefix(prefix) }
            guard found.count == 1, prefix.utf8.count >= 4 else {
                throw ReplicaError.notWaiting(text: prefix)
            }
            return found[0]
        }
    }

    private func forgetWaiting(_ hash: Digest256) throws {
        let sign = try receiptSigner()
        let signer = DeviceSigner(device: try deviceAddress(), sign: sign)
        try writer().write {
            var store = try EntryStore(replicaDirectory, domain: try ownDomain())
            try store.state(
                RetryQueue.prefix + hash.hexadecimal, nil, by: signer, at: surroundings.now())
        }
    }

    /// Takes back what waits: a cancellation, signed by whoever promised, is cleared, and the
    /// instruction can clear nowhere any more.
    /// - Returns: the transactions.
    /// - Throws: `ReplicaError.notWaiting`, `WalletError.noKey`, `KeyError`; failures of storage.
    public func cancel(_ prefixes: [String]) throws -> [[UInt8]] {
        var answers: [[UInt8]] = []
        for item in try chosen(prefixes) {
            let instruction = try Instruction(try Envelope(line: item.document))
            guard let own = book.own(instruction.signer) else {
                throw WalletError.noKey(address: instruction.signer)
            }
            let key = try signingKey(own)
            let unsigned = Cancellation(
                Cancellation.Terms(
                    domain: instruction.domain, address: instruction.signer,
                    symbol: instruction.symbol, instruction: instruction.hash,
                    random: Hexadecimal.encode(try surroundings.random.bytes(16)),
                    expiry: max(
                        instruction.expiry,
                        surroundings.now().adding(milliseconds: 60_000) ?? instruction.expiry)))
            let signed = unsigned.replacing(
                Endorsements(signatures: [try key.signature(of: unsigned.hash)]))
            let (answer, counts) = try clear(signed.document)
            if counts.refused == 0 { try forgetWaiting(item.hash) }
            answers.append(answer)
        }
        return answers
    }
}
