// Proofs, accusations, blocks above their lines: what is accepted has been signed, and nobody signs
// by accident. The input is a line, or data and meta parted by a newline, which are given the right
// hash; then, as it stands, a file of lines.

import Blockstack
import Bytes
import Cryptography
import Documents

/// The key of the seeds, and the blocks that it has signed.
private let key = Hexadecimal.decode(
    "d31bba8064cc43f4bd3f9f376c26c4fd50d69f08299fe90263e3fef013a9b87f")
private let blocks: Set<String> = [
    "c22ade992fc44e0dbcc4081a86ccf16942f62aa7e404838ef4172c562497bab6",
    "f08d4ac76b0fb8b94df1bbd4c45c5ad6f5819fbf8541a51bfb932bb702be0ec7",
    "27d9dda48a174ef793b714e39dfb358898dd79317bb58254b56bbc06cbae6272",
    "f089662507e0d6d1131c05f2021017486e409ad37de576eb70e1ee7ae5cfaa70",
]

private func sealed(_ input: [UInt8]) -> [UInt8] {
    guard let newline = input.firstIndex(of: 0x0a) else { return input }
    let data = input[..<newline]
    let hash = Hash.sha256d(data).hexadecimal
    let head = #","hash":{"steps":"stringify:data","types":"sha256:sha256","value":""#
    return Array(#"{"data":"#.utf8) + data + Array((head + hash + #""},"meta":"#).utf8)
        + input[(newline + 1)...] + [0x7d]
}

private func check(_ block: SignedBlock) {
    promise(blocks.contains(block.block.hash.hexadecimal), "nobody else has signed a block")
    promise(block.key.publicKey == key, "nobody has another key")
    promise(block.note.check(block.key) == .verified, "a block's checkpoint is signed")
}

private func check(_ verified: ProofVerification, _ line: ArraySlice<UInt8>) {
    promise(verified.proof.document[...] == line, "a proof is written as it came")
    check(verified.seal.block)
    switch verified.finding {
    case .document(let document, _, let stack):
        guard case .document(let evidence) = verified.proof.claim else { fatalError("a claim") }
        promise(evidence.document.hash == document.hash, "the document is the evidence's")
        promise(stack.map { $0.publicKey == key } ?? true, "a stack has the block's key")
    case .absence(let blocks): blocks.forEach(check)
    case .consistency(let earlier):
        promise(earlier.check(verified.seal.block.key) == .verified, "one key signs both states")
    case .balance, .noBalance: break
    }
}

private func judge(_ line: [UInt8]) throws(Refusal) -> VerifiedDocument? {
    let envelope = try Envelope(line: line)
    switch DocumentKind(envelope) {
    case .proof:
        check(try ProofVerification(ProofDocument(envelope)), envelope.bytes)
        return nil
    case .accusation:
        let accusation = try AccusationVerification(Accusation(envelope))
        promise(accusation.key.publicKey == key, "nobody else is accused")
        return nil
    default:
        let document = try VerifiedDocument(envelope)
        if case .block(let block) = document { check(block) }
        return document
    }
}

private func refusal(_ line: [UInt8]) -> Refusal? {
    do throws(Refusal) {
        _ = try judge(line)
        return nil
    } catch {
        return error
    }
}

/// One run of libFuzzer.
func fuzzProof(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    let bytes = input(start, count)
    if let refusal = refusal(sealed(bytes)) {
        promise(!refusal.message.isEmpty, "a refusal has its reason")
        promise((try? JSONText(refusal.json)) != nil, "a refusal is JSON")
        promise((try? JSONText(refusal.json))?.root.departure == nil, "and canonical")
    }
    var log = LogVerification()
    log.beginFile()
    for line in bytes.split(separator: 0x0a, omittingEmptySubsequences: false) {
        let line = Array(line)
        let document = (try? judge(line)) ?? nil
        if case .block(let block) = document {
            let segment = try? log.close(block)
            promise(
                (segment ?? nil).map { $0.documents == block.statement.count } ?? true,
                "a segment has the documents that its block counts")
        } else {
            log.add(line + [0x0a], document)
        }
    }
    return 0
}
