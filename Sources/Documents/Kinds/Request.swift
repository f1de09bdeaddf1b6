// What is asked to be cleared together.
import Bytes

/// One to a hundred instructions that clear together or not at all.
public struct Request: Sendable {
    /// The instructions, ascending by hash: their order of arrival never matters.
    public let instructions: [Instruction]
    /// Their documents, in the same order.
    public let documents: [ArraySlice<UInt8>]

    /// A request of distinct instructions.
    public init(_ instructions: [Instruction]) {
        self.init(instructions.map { ($0, $0.document[...]) })
    }

    private init(_ parts: [(instruction: Instruction, document: ArraySlice<UInt8>)]) {
        let sorted = parts.sorted { $0.instruction.hash < $1.instruction.hash }
        instructions = sorted.map(\.instruction)
        documents = sorted.map(\.document)
    }

    /// Reads an instruction in a request of its own: rules 1 to 4.
    /// - Throws: the refusal of the first of them that does not hold.
    public init(_ envelope: Envelope) throws(Refusal) {
        self.init([(try Instruction(envelope), envelope.bytes)])
    }

    /// Reads what has cleared together in a transaction: rules 1, 2 and 4 of each instruction.
    /// - Throws: the refusal of the first of them that does not hold.
    public init(_ document: TransactionDocument) throws(Refusal) {
        var parts: [(Instruction, ArraySlice<UInt8>)] = []
        for envelope in document.instructions {
            parts.append((try Instruction(envelope), envelope.bytes))
        }
        self.init(parts)
    }

    /// Reads a bare instruction, or `{"data":{"inputs":[…]}}` with optional `hash` and `meta`:
    /// rules 1 to 4.
    /// - Throws: the refusal of the first rule that does not hold, whatever the instructions'
    ///   order.
    public init(_ value: JSONValue) throws(Refusal) {
        guard value["data"]?["inputs"] != nil, value["data"]?["outputs"] == nil else {
            try self.init(try Envelope(value))
            return
        }
        _ = try MemberReader(value, "a request", ["data", "hash", "meta"])
        let data = try MemberReader(
            value["data"] ?? value, "a request's data", ["inputs"])
        // WebWallet accepts a request's own hash and signatures and ignores them; we do not
        // pretend.
        if let stated = value["hash"] ?? value["meta"]?["signatures"] {
            throw Refusal.malformed(
                "a request has no hash and no signatures of its own", at: stated.offset)
        }
        var parsed: [(Instruction, ArraySlice<UInt8>)] = []
        var seen: Set<Digest256> = []
        var worst: Refusal?
        func note(_ refusal: Refusal) {
            guard let known = worst else { return worst = refusal }
            let keys = [refusal, known].map { ($0.code, $0.details["hash"] ?? "", $0.message) }
            if keys[0] < keys[1] { worst = refusal }
        }
        for element in try data.array("inputs", 1...Limits.transactionInstructions) {
            do {
                let envelope = try Envelope(element)
                if !seen.insert(envelope.hash).inserted {
                    note(Self.standsTwice(envelope.hash))
                }
                do {
                    parsed.append((try Instruction(envelope), envelope.bytes))
                } catch {
                    note(error.with("hash", envelope.hash.hexadecimal))
                }
            } catch {
                note(error)
            }
        }
        if let twice = Self.limitSetTwice(parsed.map(\.0)) { note(twice) }
        if let worst { throw worst }
        self.init(parsed)
    }

    /// Rule 3 for a request that was made here: one instruction, and one end of a counter's limits, stands once.
    /// - Throws: `duplicate-instruction`.
    public func checkDistinct() throws(Refusal) {
        for (first, second) in zip(instructions, instructions.dropFirst())
        where first.hash == second.hash {
            throw Self.standsTwice(first.hash)
        }
        if let twice = Self.limitSetTwice(instructions) { throw twice }
    }

    private static func standsTwice(_ hash: Digest256) -> Refusal {
        Refusal(
            .duplicateInstruction, "the instruction \(hash) stands twice in the request",
            ["hash": hash.hexadecimal])
    }

    /// Which of two limits holds would depend on the order of instructions.
    private static func limitSetTwice(_ instructions: [Instruction]) -> Refusal? {
        var known: [String: Digest256] = [:]
        var repeated: [Digest256] = []
        for case .limit(let limit) in instructions {
            let key = "\(limit.terms.address) \(limit.terms.symbol) \(limit.terms.end)"
            let other = known.updateValue(limit.hash, forKey: key)
            if let other, other != limit.hash { repeated += [other, limit.hash] }
        }
        return repeated.min().map {
            Refusal(
                .duplicateInstruction, "the same limit is set twice in the request",
                ["hash": $0.hexadecimal])
        }
    }

    /// What its cancellations take back.
    public var cancelled: [CancelledInstruction] {
        instructions.compactMap { instruction in
            if case .cancel(let cancellation) = instruction { cancellation.target } else { nil }
        }
    }

    /// Rule 8 for every instruction; the refusal of the least code, then of the least hash.
    /// - Throws: `unknown-scheme`, `signature-invalid`, `signature-missing`.
    public func checkSignatures() throws(Refusal) {
        var first: Refusal?
        for instruction in instructions {
            do {
                try instruction.checkSignatures()
            } catch {
                let refusal = error.with("hash", instruction.hash.hexadecimal)
                if first.map({ refusal.code < $0.code }) ?? true { first = refusal }
            }
        }
        if let first { throw first }
    }
}
