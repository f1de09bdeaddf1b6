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

    private struct Damage: Error {
        let place: Place
        let refusal: Refusal
    }

    /// Reads the lines of `segment` before `end`; hashes are verified on the way, on all cores.
    /// - Parameter last: one more line, without its newline, that is not written yet.
    /// - Throws: `FileError`, `StoreError`; `WalletError.corruptLog`.
    init(
        of segment: Int, before end: Int, and last: [UInt8]? = nil, in ledger: Ledger
    ) throws {
        var stream = SHA256Stream()
        var batch: [(Place, [UInt8])] = []
        var documents: [Digest256] = []
        var hashes: [Digest256] = []
        var isWorthSealing = false
        func flush() throws {
            let examined = Self.examine(batch, &stream)
            for result in examined {
                let line: SkimmedDocument
                do {
                    line = try result.get()
                } catch {
                    throw ledger.corruption(at: error.place, error.refusal.message)
                }
                documents.append(line.hash)
                hashes.append(line.hash)
                hashes += line.inputs
                if !line.isStack { isWorthSealing = true }
            }
            batch.removeAll(keepingCapacity: true)
        }
        try ledger.store.scan(from: Place(segment: segment, offset: 0)) { line, place in
            guard place.segment == segment, place.offset < end,
                !BlockDocument.isBegun(by: line)
            else { return false }
            batch.append((place, Array(line)))
            if batch.count >= Limits.batchLines { try flush() }
            return true
        }
        if let last { batch.append((Place(segment: segment, offset: end), last)) }
        try flush()
        self.documents = documents
        self.hashes = hashes
        self.isWorthSealing = isWorthSealing
        digest = stream.finalize()
    }

    /// Skims the lines on all cores, while one of them hashes the bytes.
    private static func examine(
        _ batch: [(Place, [UInt8])], _ stream: inout SHA256Stream
    ) -> [Result<SkimmedDocument, Damage>] {
        var work = [Work.stream(stream, batch.map(\.1))]
        for start in stride(from: 0, to: batch.count, by: workLines) {
            work.append(.lines(Array(batch[start..<min(start + workLines, batch.count)])))
        }
        var results: [Result<SkimmedDocument, Damage>] = []
        for done in work.parallelMap({ $0.done() }) {
            switch done {
            case .stream(let advanced, _): stream = advanced
            case .lines: break
            case .results(let part): results += part
            }
        }
        return results
    }

    /// Lines that one core skims at a time.
    private static let workLines = 64

    private enum Work: Sendable {
        case stream(SHA256Stream, [[UInt8]])
        case lines([(Place, [UInt8])])
        case results([Result<SkimmedDocument, Damage>])

        func done() -> Work {
            switch self {
            case .stream(var stream, let lines):
                for line in lines {
                    stream.update(line)
                    stream.update([UInt8(ascii: "\n")])
                }
                return .stream(stream, [])
            case .lines(let lines):
                return .results(lines.map { SegmentContents.examine($0.0, $0.1) })
            case .results: return self
            }
        }
    }

    private static func examine(
        _ place: Place, _ bytes: [UInt8]
    ) -> Result<SkimmedDocument, Damage> {
        if let skimmed = SkimmedDocument(line: bytes) { return .success(skimmed) }
        do throws(Refusal) {
            // It says what is wrong.
            _ = try StoredDocument(line: bytes)
            throw Refusal(.malformedDocument, "not in the form that documents are written in")
        } catch {
            return .failure(Damage(place: place, refusal: error))
        }
    }
}
