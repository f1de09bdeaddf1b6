// Doing what the documents of a message ask for.
import Bytes
import Documents
import Files
import Service

/// How a message is accepted.
public struct Acceptance: Sendable {
    /// The file that the message's one file is written to; nil to leave it in the message.
    public var savePath: String?
    /// What the issuer of the message's one unit is called from now on; nil for no name.
    public var unitName: String?

    /// Nothing but what needs no choice.
    public init() {}
}

extension Wallet {
    /// Does what fits each document of a message: instructions of our domain are cleared, receipts
    /// of peers are verified and kept, notes are read; what nothing can be done with is left.
    /// Doing it again changes nothing.
    /// - Returns: what has become of each document, in the message's order.
    /// - Throws: `MessageError.notOneFile`, `.fileExists`; failures of storage, key failures. What
    ///   one document is refused for stands in its outcome.
    public func accept(
        _ entry: InboxEntry, _ acceptance: Acceptance, over transport: MessageTransport
    ) throws -> [MessageOutcome] {
        var outcomes: [Digest256: MessageOutcome] = [:]
        var instructions: [Instruction] = []
        let domain = try ownDomain()
        if let path = acceptance.savePath {
            let hash = try save(entry.message, path)
            outcomes[hash] = MessageOutcome(hash, "file", "saved")
        }
        for document in entry.message.documents where outcomes[document.hash] == nil {
            let carried = try CarriedDocument(document)
            if case .instruction(let instruction) = carried, instruction.domain == domain {
                instructions.append(instruction)
                continue
            }
            do {
                outcomes[document.hash] = MessageOutcome(
                    document.hash, carried.kind,
                    try accept(carried, document, acceptance, transport))
            } catch let refusal as Refusal {
                outcomes[document.hash] = MessageOutcome(
                    document.hash, carried.kind, refusal.code.rawValue, refusal: refusal)
            } catch let error as PeerError {
                outcomes[document.hash] = MessageOutcome(
                    document.hash, carried.kind, error.code,
                    refusal: Refusal(.notTrusted, "\(error)", error.details))
            }
        }
        for outcome in try clear(instructions) { outcomes[outcome.hash] = outcome }
        let ordered = entry.message.documents.compactMap { outcomes[$0.hash] }
        try note(ordered, of: entry)
        return ordered
    }

    /// Clears instructions of our own domain, together in one go, each for itself.
    private func clear(_ instructions: [Instruction]) throws -> [MessageOutcome] {
        guard !instructions.isEmpty else { return [] }
        var answer: [UInt8] = []
        let input = MessageFiles.join(instructions.map(\.document))
        _ = try clear([InputStream(bytes: input)], .init()) { answer += $0 }
        let lines = answer.split(separator: MessageFiles.newline).map { Array($0) }
        return zip(instructions, lines).map { instruction, line in
            let kind = CarriedDocument.instruction(instruction).kind
            guard let error = (try? JSONText(line))?.root["error"] else {
                return MessageOutcome(instruction.hash, kind, "cleared", document: line)
            }
            let code = error["code"]?.string ?? ""
            var details: [String: String] = [:]
            for (name, value) in error["details"]?.members ?? [] {
                details[name] = value.string ?? ""
            }
            return MessageOutcome(
                instruction.hash, kind, code, document: line,
                refusal: Refusal(
                    RefusalCode(rawValue: code) ?? .malformedDocument,
                    error["message"]?.string ?? "", details))
        }
    }

    /// What has become of a document that nothing is cleared for.
    private func accept(
        _ carried: CarriedDocument, _ document: Envelope, _ acceptance: Acceptance,
        _ transport: MessageTransport
    ) throws -> String {
        switch carried {
        case .instruction(let instruction):
            try instruction.checkSignatures()
            return "left"
        case .unit(let unit):
            try unit.checkSignatures()
            guard let name = acceptance.unitName else { return "read" }
            _ = try addContact(name, unit.terms.symbol.text)
            return "named"
        case .transaction(let transaction):
            return try keep(transaction, Array(document.bytes), transport)
        case .note: return "read"
        case .other: return "left"
        }
    }

    /// A receipt: one of our own is in the log, a peer's is verified and kept.
    private func keep(
        _ document: TransactionDocument, _ line: [UInt8], _ transport: MessageTransport
    ) throws -> String {
        let transaction = document.transaction
        if transaction.domain == (try ownDomain()) {
            guard try reader().find(transaction.hash) != nil else {
                throw Refusal(
                    .notTrusted, "no such transaction is in this wallet's log",
                    ["hash": transaction.hash.hexadecimal])
            }
            return "known"
        }
        let peers = try knownPeers()
        guard let peer = peers.first(where: { $0.domain == transaction.domain }) else {
            throw Refusal(
                .notTrusted, "the domain '\(transaction.domain)' is no peer",
                ["domain": transaction.domain])
        }
        let session = try session(with: peer, over: transport.http(peer.authorities, false))
        try session.keep(receipt: line)
        return "kept"
    }

    /// Writes the one file of a message to `path`, where nothing may be yet.
    private func save(_ message: Message, _ path: String) throws -> Digest256 {
        var files: [(hash: Digest256, content: [UInt8])] = []
        for document in message.documents {
            if case .note(let note) = try CarriedDocument(document),
                case .file(let file) = note.content
            {
                files.append((note.hash, file.content))
            }
        }
        guard let only = files.first, files.count == 1 else {
            throw MessageError.notOneFile(count: files.count)
        }
        guard try FileSystem.create(path, with: only.content) else {
            throw MessageError.fileExists(path: path)
        }
        return only.hash
    }
}

extension PeerSession {
    /// Verifies a transaction that somebody has brought, and keeps it.
    /// - Throws: `PeerError`; failures of storage.
    func keep(receipt line: [UInt8]) throws {
        let receipt = try receipt(line)
        try records.keep(receipt: line, receipt.hash, isNew: false)
        for link in receipt.links where isOwn(link.key.address) { try follow(link) }
    }
}
