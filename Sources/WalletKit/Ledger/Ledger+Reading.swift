// Many lines of the log: read in pieces, and each piece on all cores.
import Bytes
import Documents
import Graphstore
import Hashtable

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
        _ body: (StoredDocument, [CancelledInstruction], [UInt8], Place) throws -> Void
    ) throws -> Place {
        var batch: [[UInt8]] = []
        var places: [Place] = []
        var size = 0
        func flush() throws {
            for (index, result) in batch.parallelMap({ ReadLine($0).result }).enumerated() {
                switch result {
                case .success(let (document, cancelled)):
                    try body(document, cancelled, batch[index], places[index])
                case .failure(let refusal):
                    throw corruption(at: places[index], refusal.message)
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
    let result: Result<(StoredDocument, [CancelledInstruction]), Refusal>

    init(_ line: [UInt8]) {
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
