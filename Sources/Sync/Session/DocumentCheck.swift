// What a session itself checks of documents: that their bytes give their hashes, and that they are
// what was asked for. Signatures and rules are the replica's.
import Bytes
import Documents

enum DocumentCheck {
    /// The hash of the document in a line.
    /// - Throws: `invalid-document`.
    static func hash(_ line: [UInt8]) throws(SyncError) -> Digest256 {
        if let skimmed = SkimmedDocument(line: line) { return skimmed.hash }
        return try envelope(line).hash
    }

    private static func envelope(_ line: [UInt8]) throws(SyncError) -> Envelope {
        do throws(Refusal) {
            let envelope = try Envelope(line: line)
            try envelope.check()
            return envelope
        } catch {
            throw SyncError(.invalidDocument, "a document in a pack: \(error.message)")
        }
    }

    /// Whose record a line is, and its place.
    /// - Throws: `invalid-document`.
    static func record(
        _ line: [UInt8]
    ) throws(SyncError) -> (device: Address, position: RecordPosition) {
        let envelope = try envelope(line)
        guard let clock = envelope.data["clock"], let text = clock["device"]?.plainString,
            let device = try? Address(text), let sequence = clock["sequence"]?.integer,
            sequence > 0
        else { throw SyncError(.invalidDocument, "a record without a clock") }
        return (device, RecordPosition(sequence: sequence, hash: envelope.hash))
    }

    /// The form of a pack: every document's hash, the order of records, the ends of segments.
    /// - Returns: the hashes, in the order of the lines.
    /// - Throws: `invalid-document`, `contradiction`.
    static func check(_ pack: Pack) throws(SyncError) -> [Digest256] {
        var hashes: [Digest256] = []
        switch pack {
        case .notes(let lines), .entries(let lines):
            for line in lines { hashes.append(try hash(line)) }
        case .records(let device, let lines):
            var last = RecordPosition(sequence: 0, hash: nil)
            for line in lines {
                let record = try record(line)
                guard record.device == device, last < record.position else {
                    throw SyncError(
                        .contradiction, "records of another device or out of order",
                        ["device": device.text])
                }
                last = record.position
                hashes.append(last.hash ?? .zero)
            }
        case .blocks(let tip, let runs):
            for run in runs { hashes += try check(run, tip) }
        }
        return hashes
    }

    private static func check(_ run: BlockRun, _ tip: ChainTip) throws(SyncError) -> [Digest256] {
        var hashes: [Digest256] = []
        for (index, line) in run.lines.enumerated() {
            let ends = run.isComplete && index == run.lines.count - 1
            guard BlockDocument.isBegun(by: line) == ends else {
                throw SyncError(
                    .contradiction, "the end of a segment is not where the pack says",
                    ["height": String(run.start.height)])
            }
            hashes.append(try hash(line))
        }
        let isLast = run.start.height == tip.block.height
        if run.start.height > tip.block.height
            || isLast && run.isComplete && hashes.last != tip.block.hash
        {
            throw SyncError(
                .contradiction, "blocks that do not lead to the chain's last block",
                ["height": String(run.start.height), "tip": tip.block.hash.hexadecimal])
        }
        return hashes
    }
}
