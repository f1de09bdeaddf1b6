// Finding documents by hash, or by the beginning of one.
import Bytes
import Documents
import Hashtable

/// What a hash names.
public enum FoundDocument: Sendable {
    /// A document of the log.
    case stored(StoredDocument)
    /// An instruction, and the transaction that it has cleared in.
    case instruction(Envelope, in: TransactionDocument)

    /// The identity.
    public var hash: Digest256 {
        switch self {
        case .stored(let document): document.hash
        case .instruction(let envelope, _): envelope.hash
        }
    }

    /// The document.
    public var envelope: Envelope {
        switch self {
        case .stored(let document): document.envelope
        case .instruction(let envelope, _): envelope
        }
    }
}

extension Ledger {
    /// The fewest digits that abbreviate a hash.
    public static let leastDigits = 4
    /// Documents that are looked at for one abbreviation.
    private static let candidateLimit = 64

    /// The document whose hash is `hash`; nil if there is none.
    /// - Throws: failures of storage.
    public func find(_ hash: Digest256) throws -> FoundDocument? {
        for place in try graph.places(hash) {
            let found = Self.documents(of: try document(at: place)).first { $0.hash == hash }
            if let found { return found }
        }
        return nil
    }

    /// The place of the transaction `hash`.
    /// - Throws: failures of storage; `WalletError.unknown`.
    public func transaction(_ hash: Digest256) throws -> (TransactionDocument, place: Int64) {
        for place in try graph.places(hash) {
            if case .transaction(let found) = try document(at: place),
                found.transaction.hash == hash
            {
                return (found, place)
            }
        }
        throw WalletError.unknown(what: "transaction", name: hash.hexadecimal, suggestions: [])
    }

    /// The one document whose hash begins with `prefix`.
    /// - Throws: `WalletError.unknown`, `.ambiguous`, `.invalidArgument`; failures of storage.
    public func find(prefix: String) throws -> FoundDocument {
        let prefix = prefix.lowercased()
        let digits = prefix.utf8.count
        guard (Self.leastDigits...64).contains(digits),
            prefix.utf8.allSatisfy({ (0x30...0x39).contains($0) || (0x61...0x66).contains($0) })
        else {
            throw WalletError.invalidArgument(
                what: "hash", value: prefix,
                reason: "\(Self.leastDigits) to 64 hexadecimal digits name a document")
        }
        var found: [Digest256: FoundDocument] = [:]
        for place in try graph.places(beginningWith: prefix, limit: Self.candidateLimit) {
            for document in Self.documents(of: try document(at: place))
            where document.hash.hexadecimal.hasPrefix(prefix) {
                found[document.hash] = document
            }
        }
        guard found.count < 2 else {
            throw WalletError.ambiguous(
                what: "document", name: prefix,
                candidates: found.keys.sorted().prefix(10).map(\.hexadecimal))
        }
        guard let only = found.values.first else {
            throw WalletError.unknown(what: "document", name: prefix, suggestions: [])
        }
        return only
    }

    func isStored(_ hash: Digest256) throws -> Bool { try find(hash) != nil }

    /// The line of the document `hash`.
    func storedLine(_ hash: Digest256) throws -> [UInt8] {
        guard let found = try find(hash) else {
            throw WalletError.unknown(what: "document", name: hash.hexadecimal, suggestions: [])
        }
        return Array(found.envelope.bytes)
    }

    private static func documents(of stored: StoredDocument) -> [FoundDocument] {
        guard case .transaction(let document) = stored else { return [.stored(stored)] }
        return [.stored(stored)] + document.instructions.map { .instruction($0, in: document) }
    }
}
