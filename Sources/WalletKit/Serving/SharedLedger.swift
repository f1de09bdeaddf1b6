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
    private let nanoseconds: (@Sendable () -> UInt64)?
    private var looked: UInt64 = 0

    /// What other processes have added is looked for that often: it costs some system calls.
    private static let lookNanoseconds: UInt64 = 5_000_000

    /// - Parameter nanoseconds: a clock that only goes forward; without one, every reading looks
    ///   for what other processes have added.
    init(_ ledger: Ledger, nanoseconds: (@Sendable () -> UInt64)? = nil) {
        self.ledger = ledger
        self.nanoseconds = nanoseconds
    }

    /// Runs `body` with the ledger as the log stands now, or stood some milliseconds ago where only
    /// other processes have added to it.
    /// - Throws: failures of storage; what `body` throws.
    func read<Result>(_ body: (Ledger) throws -> Result) throws -> Result {
        try lock.withLock { _ in
            try look()
            return try body(ledger)
        }
    }

    private func look() throws {
        if let now = nanoseconds?() {
            guard now &- looked >= Self.lookNanoseconds else { return }
            looked = now
        }
        try ledger.catchUp()
    }

    /// Runs `body` with the ledger as this process knows it.
    func exclusively<Result>(_ body: (Ledger) throws -> Result) rethrows -> Result {
        try lock.withLock { _ in try body(ledger) }
    }

    /// The line of a transaction, hash checked; nil where there is none of that hash, or where it
    /// takes more than a look to say so.
    func transactionLine(_ hash: Digest256) throws -> [UInt8]? {
        try candidates(hash).lazy.map(\.line).first { line in
            // Only transactions have inputs.
            guard let skimmed = SkimmedDocument(line: line) else { return false }
            return skimmed.hash == hash && !skimmed.inputs.isEmpty
        }
    }

    private func candidates(_ hash: Digest256) throws -> [(place: Int64, line: [UInt8])] {
        try read { ledger in
            try ledger.graph.places(hash).map { place in
                (place, try ledger.store.line(at: Place(packed: place)))
            }
        }
    }

    /// The document of a transaction, unit, device, block or stack, hash checked; or the transaction
    /// that holds the instruction of that hash.
    func envelope(_ hash: Digest256) throws -> (envelope: Envelope, place: Int64)? {
        // Reading what was found needs no lock.
        for (place, line) in try candidates(hash) {
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
