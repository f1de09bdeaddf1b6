// Reading a bundle: twice, because nothing of a file that is cut or flipped is applied.
import Bytes
import Cryptography
import Documents

/// Reads a bundle in pieces of any size: first all of it through `inspect`, then, where
/// `inspected` returns, all of it again through `apply`.
public struct BundleReader {
    private let domain: String
    private var scanner = BundleScanner()
    private var contents: BundleContents?
    private var applying = BundleScanner()
    private var tally = SyncTally()
    private var received = SyncCounts()

    /// A reader for a replica of `domain`.
    public init(domain: String) { self.domain = domain }

    /// First pass: takes the next bytes. Nothing is applied.
    /// - Throws: `invalid-bundle`, `wrong-domain`.
    public mutating func inspect(_ piece: [UInt8]) throws(SyncError) {
        try scanner.take(piece, domain) { (message) throws(SyncError) in
            do throws(SyncError) {
                _ = try DocumentCheck.check(message.pack)
            } catch {
                throw SyncError(.invalidBundle, "the bundle: \(error.message)")
            }
        }
    }

    /// Ends the first pass.
    /// - Throws: `invalid-bundle`.
    public mutating func inspected() throws(SyncError) -> BundleContents {
        let contents = try scanner.finish()
        self.contents = contents
        return contents
    }

    /// Second pass: takes the next bytes, and gives whole packs to the replica.
    /// - Throws: `invalid-bundle`, and what the replica throws.
    public mutating func apply(_ piece: [UInt8], to replica: any Replica) throws {
        precondition(contents != nil, "a bundle is inspected before it is applied")
        var packs: [Pack] = []
        try applying.take(piece, domain) { packs.append($0.pack) }
        for pack in packs {
            try tally.take(try replica.receive(pack))
            let count = pack.lines.count
            switch pack {
            case .blocks: received.blocks += count
            case .records: received.records += count
            case .notes: received.notes += count
            case .entries: received.entries += count
            }
        }
    }

    /// Ends the second pass: the replica folds.
    /// - Throws: `invalid-bundle` where the file is not what it was, and what the replica throws.
    public mutating func applied(to replica: any Replica) throws -> SyncSummary {
        let again = try applying.finish()
        guard again == contents else {
            throw SyncError(.invalidBundle, "the bundle changed while it was read")
        }
        let conclusion = try replica.conclude()
        var progress = SyncProgress()
        progress.phase = .finished
        progress.received = received
        progress.receivedBytes = again.bytes
        return SyncSummary(
            progress: progress, incoming: received, outgoing: SyncCounts(),
            accepted: tally.accepted, acceptedByPeer: 0, refused: tally.refused,
            refusedCount: tally.refusedCount, refusedByPeer: [], refusedByPeerCount: 0,
            missing: 0, reports: conclusion.reports, reportsOfPeer: 0,
            isConverged: conclusion.state == again.hello.state
                && conclusion.view == again.hello.view,
            peer: PeerIdentity(
                device: again.hello.device, clock: again.hello.clock,
                program: again.hello.program))
    }
}

/// The order of a bundle's frames, and their digest.
private struct BundleScanner {
    private var reader = FrameReader()
    private var stream = SHA256Stream()
    private var hello: Hello?
    private var documents = SyncCounts()
    private var frames = 0
    private var bytes = 0
    private var end: EndMessage?

    mutating func take(
        _ piece: [UInt8], _ domain: String, _ body: (PackMessage) throws(SyncError) -> Void
    ) throws(SyncError) {
        reader.append(piece)
        do {
            while let frame = try reader.next() { try take(frame, domain, body) }
        } catch {
            if error.code == .wrongDomain || error.code == .invalidBundle { throw error }
            throw SyncError(.invalidBundle, "the bundle: \(error.message)")
        }
    }

    private mutating func take(
        _ frame: Frame, _ domain: String, _ body: (PackMessage) throws(SyncError) -> Void
    ) throws(SyncError) {
        guard end == nil else { throw SyncError(.invalidBundle, "more behind the bundle's end") }
        if frame.kind == .end {
            end = try EndMessage(frame.body)
            return
        }
        let encoded = frame.bytes
        stream.update(encoded)
        frames += 1
        bytes += encoded.count
        guard frames <= SyncLimits.bundleFrames, bytes <= SyncLimits.bundleBytes else {
            throw SyncError(
                .invalidBundle, "a bundle of more than \(SyncLimits.bundleBytes) bytes")
        }
        switch (frame.kind, hello) {
        case (.hello, nil):
            let message = try HelloMessage(frame.body)
            guard message.domain == domain else {
                throw SyncError(
                    .wrongDomain, "the bundle is of the domain '\(message.domain)'",
                    ["domain": message.domain])
            }
            hello = message.full
            if hello == nil { throw SyncError(.invalidBundle, "the bundle begins in brief") }
        case (.pack, .some):
            let message = try PackMessage(frame.body)
            switch message.pack {
            case .blocks(_, let runs): documents.blocks += runs.reduce(0) { $0 + $1.lines.count }
            case .records(_, let lines): documents.records += lines.count
            case .notes(let lines): documents.notes += lines.count
            case .entries(let lines): documents.entries += lines.count
            }
            try body(message)
        default: throw SyncError(.invalidBundle, "'\(frame.kind)' is out of place in a bundle")
        }
    }

    func finish() throws(SyncError) -> BundleContents {
        guard let hello, let end, reader.isAtEnd else {
            throw SyncError(.invalidBundle, "the bundle is cut off")
        }
        let contents = BundleContents(
            hello: hello, documents: documents, frames: frames, bytes: bytes,
            digest: stream.finalize())
        guard end == EndMessage(contents) else {
            throw SyncError(
                .invalidBundle, "the bundle is not what was written: its digest is another",
                ["expected": end.digest.hexadecimal, "provided": contents.digest.hexadecimal])
        }
        return contents
    }
}

extension SyncSummary {
    /// What applying a bundle would bring at most.
    public init(of contents: BundleContents) {
        var progress = SyncProgress()
        progress.receivedBytes = contents.bytes
        self.init(
            progress: progress, incoming: contents.documents, outgoing: SyncCounts(), accepted: 0,
            acceptedByPeer: 0, refused: [], refusedCount: 0, refusedByPeer: [],
            refusedByPeerCount: 0, missing: 0, reports: 0, reportsOfPeer: 0, isConverged: false,
            peer: nil)
    }
}
