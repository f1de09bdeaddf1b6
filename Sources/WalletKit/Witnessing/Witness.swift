// Cosigning checkpoints of other domains (c2sp.org/tlog-witness).
import Blockstack
import Bytes
import Documents
import Files

/// The key that a witness signs with, and nothing but checkpoints: what another protocol asks to be
/// signed must never pass for a cosignature.
struct WitnessKey: Sendable {
    /// Its public part, named after this wallet's domain.
    let verifier: VerifierKey
    private let signer: SigningKey

    /// - Throws: `WitnessError.unusableName`; `NoteError`.
    init(domain: String, signer: SigningKey) throws {
        guard let name = try? KeyName(domain) else { throw WitnessError.unusableName(domain) }
        verifier = try VerifierKey(name: name, kind: .cosignature, publicKey: signer.publicKey)
        self.signer = signer
    }

    /// The cosignature of a checkpoint's text at a time.
    /// - Throws: `KeyError`, `NoteError`.
    func line(_ text: [UInt8], time: Int) throws -> NoteSignature {
        let signature = try signer.sign(message: Cosignature.message(time: time, text: text))
        return try Cosignature(time: time, signature: signature).line(by: verifier)
    }
}

/// One request to cosign a checkpoint. Nothing is decided before the lock of the log's directory is
/// held: two requests at once never lead to cosignatures of two roots of one size, nor to one of a
/// smaller tree after that of a larger one.
struct WitnessJudgement {
    /// What is asked.
    let request: WitnessRequest
    /// The log's directory.
    let peer: PeerDirectory
    /// The log's trusted key.
    let key: VerifierKey
    /// The checkpoint with the log's signature alone.
    let note: SignedNote

    /// Reads a request and finds the log that it is of.
    /// - Parameter peers: the directory of all peers.
    /// - Throws: `WitnessError` `malformed`, `badSize`, `unknownLog`, `notSigned`, `damaged`;
    ///   `FileError`.
    init(_ body: [UInt8], peers: String) throws {
        request = try Self.read(body)
        let origin = request.checkpoint.origin
        peer = PeerDirectory(peers: peers, origin: origin.utf8)
        guard let key = try peer.key(), request.checkpoint.isOf(key.name.bytes) else {
            throw WitnessError.unknownLog(origin: origin)
        }
        self.key = key
        guard let note = request.note.signed(by: key) else {
            throw WitnessError.notSigned(origin: origin)
        }
        self.note = note
    }

    private static func read(_ body: [UInt8]) throws(WitnessError) -> WitnessRequest {
        do throws(NoteError) {
            let request = try WitnessRequest(body)
            let (bytes, limit) = (request.note.text.count, Limits.witnessedTextBytes)
            guard bytes <= limit else {
                throw .tooLong(what: "the checkpoint's text", bytes: bytes, limit: limit)
            }
            return request
        } catch {
            if case .outOfRange(_, let old, _, let size) = error {
                throw .badSize(old: old, size: size)
            }
            throw .malformed(error)
        }
    }

    /// Judges the request by what has been seen of the log. Only under the lock of `peer`.
    /// - Returns: what has been seen; nil for nothing.
    /// - Throws: `WitnessError` `unknownLog`, `conflict`, `equivocation`, `inconsistent`,
    ///   `damaged`; `FileError`.
    func judge() throws -> SeenCheckpoint? {
        let checkpoint = request.checkpoint
        // Another process may have changed its mind before we had the lock.
        guard try peer.key() == key else {
            throw WitnessError.unknownLog(origin: checkpoint.origin)
        }
        let seen = try peer.seen(by: key)
        let seenSize = seen?.checkpoint.size ?? 0
        if let seen, seenSize == checkpoint.size, seen.checkpoint.root != checkpoint.root {
            // Whatever size the request begins at: nobody signs two roots of one size by mistake.
            guard let accusation = accusation(against: seen) else {
                throw WitnessError.conflict(
                    origin: checkpoint.origin, seen: seenSize, old: seenSize)
            }
            try peer.keep(accusation)
            throw WitnessError.equivocation(accusation, size: seenSize)
        }
        guard request.old == seenSize else {
            throw WitnessError.conflict(
                origin: checkpoint.origin, seen: seenSize, old: request.old)
        }
        let isConsistent = MerkleTree.verifyConsistency(
            firstSize: seenSize, firstRoot: seen?.checkpoint.root ?? MerkleTree.emptyRoot,
            secondSize: checkpoint.size, secondRoot: checkpoint.root, path: request.proof)
        guard isConsistent else {
            throw WitnessError.inconsistent(
                origin: checkpoint.origin, seen: seenSize, size: checkpoint.size)
        }
        return seen
    }

    /// The proof that the log has signed two roots; nil where a former key signed the first.
    private func accusation(against seen: SeenCheckpoint) -> Accusation? {
        guard let first = seen.signed(by: key) else { return nil }
        return Accusation(
            domain: request.checkpoint.origin, key: key.text,
            first: String(decoding: first.bytes, as: UTF8.self),
            second: String(decoding: note.bytes, as: UTF8.self))
    }

    /// Judges, cosigns and remembers. Only under the lock of `peer`. What is returned is durable.
    /// - Parameter now: seconds since 1970; a time before that of the last cosignature is not used.
    /// - Throws: as `judge`; `KeyError`, `NoteError`.
    func cosign(with own: WitnessKey, now: Int) throws -> CosignedCheckpoint {
        let seen = try judge()
        if let seen {
            // A cosignature that we cannot have made means that the file is not ours.
            guard (try? Cosignature.time(of: seen.note, by: own.verifier)) == seen.time else {
                throw peer.damage("it has no cosignature of this wallet")
            }
        }
        let time = max(now, seen?.time ?? 0, 0)
        let line = try own.line(note.text, time: time)
        try peer.keep(try SeenCheckpoint(try note.adding([line])))
        return CosignedCheckpoint(
            checkpoint: request.checkpoint, seenSize: seen?.checkpoint.size, time: time,
            signature: line)
    }
}

/// A checkpoint that this wallet has cosigned.
public struct CosignedCheckpoint: Sendable {
    /// The checkpoint.
    public let checkpoint: Checkpoint
    /// The size that had been cosigned before; nil for the first of the log.
    public let seenSize: Int?
    /// When, in seconds since 1970.
    public let time: Int
    /// The cosignature.
    public let signature: NoteSignature

    /// The answer to the request: a line for each cosignature.
    public var lines: [UInt8] { signature.line }
}
