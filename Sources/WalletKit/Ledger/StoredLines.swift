// The index's view of the log.
import Cryptography
import Graphstore
import Hashtable

/// Lines of the log for the index. Follows the ledger when the log's files have been replaced.
final class StoredLines: DocumentSource {
    private(set) var store: DocumentStore

    init(_ store: DocumentStore) { self.store = store }

    func line(at place: Int64) throws -> [UInt8] { try store.line(at: Place(packed: place)) }

    /// Looks at the log again if another process has sealed the journal.
    func refresh(forWriting: Bool) throws {
        guard try store.isReplaced() else { return }
        store = try DocumentStore(directory: store.directory, forWriting: forWriting)
    }

    /// Whether an index that covers so much is one of this log: a log restored from a backup is
    /// shorter, or other.
    func match(_ coverage: Coverage) throws -> Bool {
        // Read after the coverage: what the index covers has been committed before.
        try store.refreshMark()
        let place = Place(packed: coverage.place)
        guard place.segment <= store.journalSegment else { return false }
        if place.segment == store.journalSegment, place.offset > (try store.journalSize()) {
            return false
        }
        guard let digest = coverage.lastDigest else { return coverage.place == 0 }
        guard let line = try? store.line(at: Place(packed: coverage.lastPlace)) else {
            return false
        }
        return Hash.sha256(line) == digest
    }

    /// - Throws: `WalletError.logReplaced` where they do not match.
    func check(_ coverage: Coverage) throws {
        guard try match(coverage) else {
            throw WalletError.logReplaced(path: store.path(of: store.journalSegment))
        }
    }
}
