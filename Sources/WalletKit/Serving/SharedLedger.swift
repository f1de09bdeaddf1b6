// One ledger for all threads of a server.
import Bytes
import Documents
import Graphstore
import Hashtable
import Synchronization

/// A ledger whose calls take turns. Reading sees everything that has been answered: the lock is held
/// until a batch is durable.
final class SharedLedger: @unchecked Sendable {  // Safe: the ledger is touched under `lock`.
    private let lock = Mutex(())
    private let ledger: Ledger

    init(_ ledger: Ledger) { self.ledger = ledger }

    /// Runs `body` with the ledger as the log stands now.
    /// - Throws: failures of storage; what `body` throws.
    func read<Result>(_ body: (Ledger) throws -> Result) throws -> Result {
        try lock.withLock { _ in
            try ledger.catchUp()
            return try body(ledger)
        }
    }

    /// Runs `body` with the ledger as this process knows it.
    func exclusively<Result>(_ body: (Ledger) throws -> Result) rethrows -> Result {
        try lock.withLock { _ in try body(ledger) }
    }

    /// The document of a transaction, unit, device, block or stack, hash checked; or the transaction
    /// that holds the instruction of that hash.
    func envelope(_ hash: Digest256) throws -> (envelope: Envelope, place: Int64)? {
        let candidates = try read { ledger in
            try ledger.graph.places(hash).map { place in
                (place, try ledger.store.line(at: Place(packed: place)))
            }
        }
        // Reading what was found needs no lock.
        for (place, line) in candidates {
            let envelope = try Self.checked(line, place)
            if envelope.hash == hash { return (envelope, place) }
            guard DocumentKind(envelope) == .transaction else { continue }
            let inputs = envelope.data["inputs"]?.elements ?? []
            let digits = hash.hexadecimal
            if inputs.contains(where: { $0["hash"]?.string == digits }) { return (envelope, place) }
        }
        return nil
    }

    private static func checked(_ line: [UInt8], _ place: Int64) throws -> Envelope {
        do {
            let envelope = try Envelope(line: line)
            try envelope.check()
            return envelope
        } catch {
            throw StoreError.corruptLine(
                place: Place(packed: place), path: "documents", reason: error.message)
        }
    }

    /// The transaction of a hash.
    func transaction(_ hash: Digest256) throws -> TransactionDocument? {
        guard let found = try envelope(hash), found.envelope.hash == hash,
            DocumentKind(found.envelope) == .transaction
        else { return nil }
        return try TransactionDocument(found.envelope)
    }
}
