// Rebuilding the index from the log, believing nothing.
import Bytes
import Documents
import Files
import Graphstore
import Hashtable

/// What a rebuilt index holds.
public struct ReindexReport: Sendable, Equatable {
    /// Lines of the log.
    public var documents = 0
    /// Transactions among them.
    public var transactions = 0
    /// Signatures that were verified.
    public var signatures = 0
}

/// Reads the whole log, verifies every hash and signature, derives every transaction anew from its
/// instructions and compares, checks every block and stack, and writes a new index that takes the
/// old one's place only when all of it holds.
struct Reindexing {
    private let ledger: Ledger
    private let domain: String
    private let surroundings: Surroundings

    init(ledger: Ledger, domain: String, surroundings: Surroundings) {
        self.ledger = ledger
        self.domain = domain
        self.surroundings = surroundings
    }

    /// Stops at the first defect.
    private struct Stop: LogObserver {
        let ledger: Ledger

        func found(_ defect: LogDefect) throws {
            throw ledger.corruption(at: defect.place, "\(defect.code): \(defect.message)")
        }
    }

    /// Inside the writer's lock: the new index at `path`, which must not exist.
    func run(into path: String) throws -> ReindexReport {
        let store = ledger.store
        let source = StoredLines(store)
        let graph = try ClearingGraph(path: path, access: .readWrite, source: source)
        let fold = LogFold(into: graph, source, domain: domain, Stop(ledger: ledger))
        let segments = try (0...store.journalSegment).map { number in
            LogSegment(
                number: number, path: store.path(of: number),
                end: number == store.journalSegment ? try store.journalSize() : nil)
        }
        var pass = LogPass(segments, into: graph, fold) {
            surroundings.onProgress("reindexing", $0)
        }
        try pass.run()
        try graph.complete()
        let counts = fold.counts
        return ReindexReport(
            documents: counts.documents, transactions: counts.transactions,
            signatures: counts.signatures)
    }
}

extension ClearingGraph {
    /// Writes all of a new index to its one file.
    func complete() throws {
        try apply()
        guard try checkpoint() else {
            throw GraphError.contradiction("the new index cannot be completed")
        }
    }
}

extension Ledger {
    /// Rebuilds the index from the log, verifying everything; the old one stays until the new one
    /// is whole.
    /// - Throws: `WalletError.corruptLog` with the place of what does not hold; failures of
    ///   storage.
    public func reindex(domain: String) throws -> ReindexReport {
        let path = directory + "/" + Self.indexName
        let fresh = path + ".new"
        return try exclusively { surroundings in
            try Self.removeIndex(fresh)
            do {
                let report = try Reindexing(
                    ledger: self, domain: domain, surroundings: surroundings
                ).run(into: fresh)
                try Self.installIndex(fresh, as: path)
                return report
            } catch {
                try? Self.removeIndex(fresh)
                throw error
            }
        }
    }

    /// Puts a complete new index in the place of the old one. Nobody may have it open.
    static func installIndex(_ fresh: String, as path: String) throws {
        try removeIndex(path)
        try FileSystem.remove(fresh + "-wal")
        try FileSystem.remove(fresh + "-shm")
        try FileSystem.rename(fresh, to: path)
    }
}

extension Wallet {
    /// Rebuilds `graph.db`.
    /// - Throws: `WalletError.corruptLog`; failures of storage.
    public func reindex() throws -> ReindexReport {
        try ledger(.memory).reindex(domain: try ownDomain())
    }
}
