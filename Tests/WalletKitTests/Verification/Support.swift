// Verifying as the command does, with everything in memory. The log and its proofs are those of the
// tests of Blockstack: `Sample` is a link to them.

import Blockstack
import Bytes
import Cryptography
import Documents
import Files
import Foundation
import Testing

@testable import WalletKit

typealias Judged = Result<Verdict, Refusal>

/// What a verifier says of streams, in order.
func judge(_ reliance: Reliance = Reliance(), _ streams: [UInt8]...) throws -> [Judged] {
    try judge(reliance, all: streams)
}

func judge(_ reliance: Reliance = Reliance(), all streams: [[UInt8]]) throws -> [Judged] {
    var verifier = Verifier(reliance)
    var judged: [Judged] = []
    for stream in streams { try verifier.verify(InputStream(bytes: stream)) { judged.append($0) } }
    return judged
}

/// The code of each refusal, nil for each verdict.
func codes(_ reliance: Reliance = Reliance(), _ streams: [UInt8]...) throws -> [RefusalCode?] {
    try judge(reliance, all: streams).map(\.code)
}

extension Result where Success == Verdict, Failure == Refusal {
    var verdict: Verdict? { try? get() }

    var refusal: Refusal? { if case .failure(let refusal) = self { refusal } else { nil } }

    var code: RefusalCode? { refusal?.code }
}

extension Verdict {
    func shows(_ text: String) -> Bool { proved.contains(text) }
    func leavesOpen(_ text: String) -> Bool { notShown.contains(text) }
}

/// Lines as a stream has them.
func lines(_ lines: [UInt8]...) -> [UInt8] { stream(lines) }

func stream(_ lines: [[UInt8]]) -> [UInt8] { lines.flatMap { $0 + [0x0a] } }

func bytes(_ text: String) -> [UInt8] { Array(text.utf8) }

/// A witness, from a fixed seed.
struct SampleWitness {
    let key: SampleKey
    let verifier: VerifierKey

    init(_ name: String) throws {
        key = SampleKey(name)
        verifier = try VerifierKey(
            name: KeyName(name), kind: .cosignature, publicKey: key.key.publicKey)
    }

    func cosign(_ note: SignedNote, time: Int = 1_800_000_000) throws -> SignedNote {
        let message = Cosignature.message(time: time, text: note.text)
        let cosignature = try Cosignature(time: time, signature: key.key.sign(message))
        return try note.adding([try cosignature.line(by: verifier)])
    }
}

/// A policy of logs and witnesses.
func policy(
    logs: [VerifierKey], witnesses: [VerifierKey] = [], quorum: String? = nil
) throws -> Reliance {
    var text = logs.map { "log \($0.text)\n" }.joined()
    for witness in witnesses { text += "witness \(witness.name) \(witness.text)\n" }
    if let quorum, !witnesses.isEmpty {
        text += "group all \(quorum) \(witnesses.map(\.name.description).joined(separator: " "))\n"
    }
    text += "quorum \(quorum == nil ? "none" : "all")\n"
    var reliance = Reliance()
    try reliance.rely(onPolicy: bytes(text))
    return reliance
}

func holding(_ notes: SignedNote...) throws -> Reliance {
    var reliance = Reliance()
    for note in notes { try reliance.hold(checkpoint: note.bytes) }
    return reliance
}

extension SampleLog {
    func note(_ height: Int) throws -> SignedNote { try blocks[height].block.checkpointNote() }

    /// The proof with other signatures on its checkpoint.
    func documentProof(_ index: Int, checkpoint: SignedNote) throws -> [UInt8] {
        let evidence = try documentEvidence(index)
        return ProofDocument(
            domain: domain,
            claim: .document(
                DocumentEvidence(
                    id: evidence.id, height: evidence.height, document: evidence.document,
                    seal: SealEvidence(
                        block: evidence.seal.block,
                        checkpoint: String(decoding: checkpoint.bytes, as: UTF8.self)),
                    place: evidence.place, stack: evidence.stack))
        ).document
    }

    func tlogProof(_ index: Int, note: SignedNote? = nil) throws -> [UInt8] {
        let evidence = try documentEvidence(index)
        return try TlogProof(
            index: index, path: evidence.place.path,
            note: note ?? SignedNote(Array(evidence.seal.checkpoint.utf8)),
            extra: evidence.document.hash.bytes
        ).bytes
    }
}
