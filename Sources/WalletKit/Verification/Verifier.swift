// Verifying whatever comes, offline: no wallet, no network, no clock.
import Blockstack
import Bytes
import Documents
import Files
import Headers

/// Judges streams of documents, proofs, checkpoints and segments, one after the other. What was
/// verified before is known later: blocks may follow those of the stream before.
public struct Verifier {
    private var reliance: Reliance
    private var log = LogVerification()

    /// A verifier that knows what it relies on.
    public init(_ reliance: Reliance = Reliance()) { self.reliance = reliance }

    /// Judges everything in a stream.
    /// - Parameter report: takes the verdict on each thing, or what is false of it, in order.
    /// - Throws: `FileError`, and what `report` throws.
    public mutating func verify(
        _ stream: InputStream, _ report: (Result<Verdict, Refusal>) throws -> Void
    ) throws {
        var stream = VerifiableStream(stream)
        let content = try stream.recognise()
        log.beginFile()
        guard content != .lines else {
            while let lines = try stream.nextLines() {
                for (line, examined) in zip(lines, lines.parallelMap { Examined($0) }) {
                    if let verdict = judge(line, examined) {
                        try report(Self.at(stream.name, line.number, verdict))
                    }
                }
            }
            return
        }
        let verdict = Result { () throws(Refusal) in try judge(content) }
        try report(Self.at(stream.name, 1, verdict))
    }

    private static func at(
        _ file: String?, _ line: Int, _ result: Result<Verdict, Refusal>
    ) -> Result<Verdict, Refusal> {
        result.map { verdict in
            var verdict = verdict
            verdict.file = file
            return verdict
        }.mapError { $0.at(InputLine(file: file, number: line, bytes: nil)) }
    }

    // MARK: - Lines

    /// Nil for an empty line.
    private mutating func judge(
        _ line: RawLine, _ examined: Examined
    ) -> Result<Verdict, Refusal>? {
        if case .blank = examined {
            log.add(blank: line.bytes ?? [])
            return nil
        }
        return Result { () throws(Refusal) in try verdict(line, examined) }
    }

    private mutating func verdict(
        _ line: RawLine, _ examined: Examined
    ) throws(Refusal) -> Verdict {
        let bytes = line.bytes ?? []
        switch examined {
        case .document(.block(let block), _):
            return try judge(block, try log.close(block))
        case .document(let document, let isAlone):
            // A promise stands in a log only inside a transaction.
            let isInstruction = if case .instruction = document { true } else { false }
            log.add(bytes, isInstruction || !isAlone ? nil : document)
            return try judge(document)
        case .refused(let refusal):
            if BlockDocument.isBegun(by: bytes) {
                log.addFalseBlock()
            } else {
                log.add(bytes, nil)
            }
            throw refusal
        case .blank: break
        case .proof, .accusation, .tsc: log.add(bytes, nil)
        }
        switch examined {
        case .proof(let proof): return try judge(proof)
        case .accusation(let accusation):
            return Verdict(accusation, try reliance.standing(of: accusation.key))
        case .tsc(let proof): return try Verdict(proof, reliance.headers)
        default: throw Self.nothing
        }
    }

    private mutating func judge(
        _ block: SignedBlock, _ segment: LogVerification.Segment?
    ) throws(Refusal) -> Verdict {
        let checkpoint = try Self.checkpoint(block.note)
        let standing = try reliance.standing(of: block.note, checkpoint, under: block.key)
        reliance.remember(block.key)
        return Verdict(block, closing: segment, standing)
    }

    private func judge(_ document: VerifiedDocument) throws(Refusal) -> Verdict {
        guard case .stack(let stack) = document else {
            return Verdict(document, hasPolicy: reliance.policy != nil)
        }
        let key: VerifierKey
        do throws(NoteError) {
            key = try VerifierKey(
                name: KeyName(stack.stack.domain), kind: .ed25519,
                publicKey: stack.publicKey)
        } catch {
            throw Refusal(error)
        }
        return Verdict(stack, try reliance.standing(of: key), reliance.headers)
    }

    private mutating func judge(_ proof: ProofVerification) throws(Refusal) -> Verdict {
        let (note, key) = (proof.seal.note, proof.seal.block.key)
        let checkpoint = try Self.checkpoint(note)
        let standing = try reliance.standing(of: note, checkpoint, under: key)
        var extendsHeld = false
        if case .consistency(let earlier) = proof.finding {
            let before = try Self.checkpoint(earlier)
            // The earlier state must not contradict what is known either. Its cosignatures are of
            // its own time.
            try reliance.checkAgreement(of: before, under: key)
            extendsHeld = reliance.holds(before)
            if extendsHeld, standing.key.counts { reliance.hold(note, checkpoint) }
        }
        reliance.remember(note, checkpoint, key)
        return Verdict(proof, standing, extendsHeld: extendsHeld, reliance.headers)
    }

    // MARK: - Things that are no lines

    private static let nothing = Refusal(.malformedDocument, "there is nothing to verify")

    private mutating func judge(_ content: VerifiableStream.Content) throws(Refusal) -> Verdict {
        switch content {
        case .nothing, .lines: throw Self.nothing
        case .note(let bytes): return try judge(note: bytes)
        case .tlogProof(let bytes): return try judge(tlogProof: bytes)
        case .tsc(let bytes):
            let proof: TSCProof
            do throws(HeaderError) { proof = try TSCProof(json: bytes) } catch {
                throw Refusal(error)
            }
            return try Verdict(proof, reliance.headers)
        case .bump(let bytes):
            let path: BUMP
            do throws(HeaderError) { path = try BUMP(binary: bytes) } catch {
                throw Refusal(error)
            }
            return try Verdict(path, reliance.headers)
        }
    }

    private mutating func judge(note bytes: [UInt8]) throws(Refusal) -> Verdict {
        let note: SignedNote
        do throws(NoteError) { note = try SignedNote(bytes) } catch { throw Refusal(error) }
        let checkpoint = try Self.checkpoint(note)
        return Verdict(checkpoint, try stand(note, checkpoint))
    }

    private mutating func judge(tlogProof bytes: [UInt8]) throws(Refusal) -> Verdict {
        let proof: TlogProof
        do throws(NoteError) { proof = try TlogProof(bytes) } catch { throw Refusal(error) }
        let document = try Verdict.document(of: proof)
        return Verdict(proof, of: document, try stand(proof.note, proof.checkpoint))
    }

    private mutating func stand(
        _ note: SignedNote, _ checkpoint: Checkpoint
    ) throws(Refusal) -> Standing? {
        guard let (key, standing) = try reliance.standing(of: note, checkpoint) else { return nil }
        reliance.remember(note, checkpoint, key)
        return standing
    }

    private static func checkpoint(_ note: SignedNote) throws(Refusal) -> Checkpoint {
        do throws(NoteError) { return try Checkpoint(note: note) } catch { throw Refusal(error) }
    }
}
