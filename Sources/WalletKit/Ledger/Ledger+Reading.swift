// Many lines of the log: read in pieces, and each piece on all cores.
import Bytes
import Cryptography
import Documents
import Graphstore
import Hashtable

/// A line that has been read, by what tells it from another.
struct LineMark: Sendable {
    /// SHA-256 of its bytes.
    let digest: Digest256
    /// How many, without the newline.
    let count: Int
}

extension Ledger {
    /// Lines that are read at once, and bytes at which they are enough.
    private static let batchLines = 1_024
    private static let batchBytes = 4_194_304

    /// Reads documents in the order of the log.
    /// - Parameters:
    ///   - end: where it ends; nil for the end of the log.
    ///   - body: gets a document, what it cancels, its line and its place.
    /// - Returns: the place after the last whole line.
    /// - Throws: failures of storage; `WalletError.corruptLog`; what `body` throws.
    @discardableResult
    func forEachDocument(
        from begin: Place, before end: Place?,
        _ body: (StoredDocument, [CancelledInstruction], LineMark, Place) throws -> Void
    ) throws -> Place {
        var batch: [[UInt8]] = []
        var places: [Place] = []
        var size = 0
        func flush() throws {
            for (line, place) in zip(batch.parallelMap({ ReadLine($0) }), places) {
                switch line.result {
                case .success(let (document, cancelled)):
                    try body(document, cancelled, line.mark, place)
                case .failure(let refusal): throw corruption(at: place, refusal.message)
                }
            }
            batch.removeAll(keepingCapacity: true)
            places.removeAll(keepingCapacity: true)
            size = 0
        }
        let reached = try store.scan(from: begin) { line, place in
            if let end, place >= end { return false }
            batch.append(Array(line))
            places.append(place)
            size += line.count
            if batch.count == Self.batchLines || size >= Self.batchBytes { try flush() }
            return true
        }
        try flush()
        return reached
    }
}

/// What a line of the log says.
private struct ReadLine: Sendable {
    let mark: LineMark
    let result: Result<(StoredDocument, [CancelledInstruction]), Refusal>

    init(_ line: [UInt8]) {
        mark = LineMark(digest: Hash.sha256(line), count: line.count)
        do throws(Refusal) {
            let document = try StoredDocument(line: line)
            var cancelled: [CancelledInstruction] = []
            if case .transaction(let stored) = document { cancelled = try stored.cancelled() }
            result = .success((document, cancelled))
        } catch {
            result = .failure(error)
        }
    }
}
