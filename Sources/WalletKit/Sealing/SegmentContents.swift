// What stands in one segment of the log, as its block states it.
import Bytes
import Cryptography
import Documents
import Hashtable

/// The documents of a segment, its block left out.
struct SegmentContents {
    /// The documents' hashes, in order.
    private(set) var documents: [Digest256] = []
    /// The hashes of documents and of the instructions inside them, as they come.
    private(set) var hashes: [Digest256] = []
    /// SHA-256 of the lines.
    private(set) var digest: Digest256
    /// Whether there is anything but stacks, which say nothing new.
    private(set) var isWorthSealing = false

    /// What one line holds.
    private struct Line: Sendable {
        let place: Place
        let hash: Digest256
        let instructions: [Digest256]
        let kind: DocumentKind?
    }

    /// Reads the lines of `segment` before `end`; hashes are verified on the way, on all cores.
    /// - Throws: `FileError`, `StoreError`; `WalletError.corruptLog`.
    init(of segment: Int, before end: Int, in ledger: Ledger) throws {
        var stream = SHA256Stream()
        var batch: [(Place, [UInt8])] = []
        var documents: [Digest256] = []
        var hashes: [Digest256] = []
        var isWorthSealing = false
        func flush() throws {
            for examined in batch.parallelMap({ Self.examine($0.0, $0.1) }) {
                let line: Line
                do {
                    line = try examined.get()
                } catch {
                    throw ledger.corruption(at: error.place, error.refusal.message)
                }
                documents.append(line.hash)
                hashes.append(line.hash)
                hashes += line.instructions
                if line.kind != .stack { isWorthSealing = true }
            }
            batch.removeAll(keepingCapacity: true)
        }
        try ledger.store.scan(from: Place(segment: segment, offset: 0)) { line, place in
            guard place.segment == segment, place.offset < end,
                !BlockDocument.isBegun(by: line)
            else { return false }
            let line = Array(line)
            stream.update(line)
            stream.update([UInt8(ascii: "\n")])
            batch.append((place, line))
            if batch.count >= Limits.batchLines { try flush() }
            return true
        }
        try flush()
        self.documents = documents
        self.hashes = hashes
        self.isWorthSealing = isWorthSealing
        digest = stream.finalize()
    }

    private struct Damage: Error {
        let place: Place
        let refusal: Refusal
    }

    private static func examine(_ place: Place, _ bytes: [UInt8]) -> Result<Line, Damage> {
        do throws(Refusal) {
            let envelope = try Envelope(line: bytes)
            try envelope.check()
            let kind = DocumentKind(envelope)
            var instructions: [Digest256] = []
            if kind == .transaction {
                for input in envelope.data["inputs"]?.elements ?? [] {
                    guard let text = input["hash"]?.plainString,
                        let hash = Digest256(hexadecimal: text)
                    else { throw Refusal(.malformedDocument, "an input has no hash") }
                    instructions.append(hash)
                }
            }
            return .success(
                Line(place: place, hash: envelope.hash, instructions: instructions, kind: kind))
        } catch {
            return .failure(Damage(place: place, refusal: error))
        }
    }
}
