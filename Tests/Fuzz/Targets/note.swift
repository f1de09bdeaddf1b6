// Notes and what is built from them: one spelling each, and nothing verifies by accident.

import Bytes
import Documents

private let key = try? VerifierKey(
    "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW")
private let text = Array(
    """
    If you think cryptography is the answer to your problem,
    then you don't know what your problem is.

    """.utf8)

private func check(_ policy: TrustPolicy) {
    var names = Set(policy.witnesses.map(\.name))
    for group in policy.groups {
        promise((1...group.members.count).contains(group.threshold), "a threshold can be met")
        promise(group.members.allSatisfy { names.contains($0) }, "members stand above")
        promise(names.insert(group.name).inserted, "a name is defined once")
    }
    promise(policy.quorum.map { names.contains($0) } ?? true, "the quorum is defined")
    let members = policy.groups.flatMap(\.members)
    promise(Set(members).count == members.count, "a name is a member once")
    let keys = policy.witnesses.map(\.key.publicKey)
    promise(Set(keys).count == keys.count, "a witness has a key of its own")
}

/// One run of libFuzzer.
func fuzzNote(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    let bytes = input(start, count)
    if let decoded = Base64.decode(bytes) {
        promise(Base64.encodedBytes(decoded) == bytes, "base64 has one spelling")
    }
    promise(Base64.decode(Base64.encodedBytes(bytes)) == bytes, "bytes come back")
    if let note = try? SignedNote(bytes) {
        promise(note.bytes == bytes, "a note has one spelling")
        if let key, (try? note.verified(by: [key])) != nil {
            promise(note.text == text, "a key signed one text")
        }
        if let checkpoint = try? Checkpoint(note: note) {
            promise(checkpoint.text == note.text, "a checkpoint has one spelling")
        }
        for signature in note.signatures {
            guard
                let witness = key.flatMap({
                    try? VerifierKey(name: $0.name, kind: .cosignature, publicKey: $0.publicKey)
                }), let cosignature = try? Cosignature(signature)
            else { continue }
            promise(!cosignature.verify(text: note.text, by: witness), "nobody cosigned")
            let line = try? cosignature.line(by: witness)
            promise(line?.signature == signature.signature, "a cosignature has one spelling")
        }
    }
    if let checkpoint = try? Checkpoint(text: bytes) {
        promise(checkpoint.text == bytes, "a checkpoint has one spelling")
    }
    if let lines = try? NoteSignature.lines(bytes) {
        promise(lines.flatMap(\.line) == bytes, "signatures have one spelling")
    }
    if let proof = try? TlogProof(bytes) {
        promise(proof.bytes == bytes, "a proof has one spelling")
        promise(proof.index < proof.checkpoint.size, "a leaf stands in its tree")
    }
    if let request = try? WitnessRequest(bytes) {
        promise(request.bytes == bytes, "a request has one spelling")
    }
    if let word = String(validating: bytes, as: UTF8.self), let read = try? VerifierKey(word) {
        promise(Array(read.text.utf8) == bytes, "a key has one spelling")
    }
    if let policy = try? TrustPolicy(bytes) { check(policy) }
    return 0
}
