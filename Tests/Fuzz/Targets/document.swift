// Documents: what is accepted is written again byte for byte. The input is a whole document, or data and meta parted
// by a newline, which are given the right hash: a fuzzer finds no SHA-256.

import Bytes
import Cryptography
import Documents

private func sealed(_ input: [UInt8]) -> [UInt8] {
    guard let newline = input.firstIndex(of: 0x0a) else { return input }
    let data = input[..<newline]
    let hash = Hash.sha256d(data).hexadecimal
    let head = #","hash":{"steps":"stringify:data","types":"sha256:sha256","value":""#
    return Array(#"{"data":"#.utf8) + data + Array((head + hash + #""},"meta":"#).utf8)
        + input[(newline + 1)...] + [0x7d]
}

private func rewritten(_ line: [UInt8]) throws(Refusal) -> [UInt8]? {
    let envelope = try Envelope(line: line)
    switch DocumentKind(envelope) {
    case .iou, .limit, .cancel:
        let instruction = try Instruction(envelope)
        try? instruction.checkSignatures()
        if case .iou(let iou) = instruction { _ = iou.isLocked }
        return instruction.document
    case .unit:
        let unit = try UnitDefinition(envelope)
        try? unit.checkSignatures()
        return unit.document
    case .device: return try DeviceCertificate(envelope).document
    case .puzzle: return try Puzzle(envelope).document
    case .transaction:
        let read = try TransactionDocument(envelope)
        try? read.checkReceipt()
        // The record, without its meta: a transaction is written with one receipt.
        let record = read.transaction
        let again = Transaction(
            clock: record.clock, domain: record.domain, inputs: record.inputs,
            outputs: record.outputs)
        promise(again.data == record.data, "a record is written as it came")
        promise(again.hash == record.hash, "a record keeps its hash")
        return nil
    case .block:
        let block = try BlockDocument(envelope)
        _ = try? block.checkSignature()
        _ = try? block.checkpointNote()
        return block.document
    case .stack:
        let stack = try StackDocument(envelope)
        _ = try? stack.checkSignature()
        return stack.document
    case .proof: return try ProofDocument(envelope).document
    case .accusation: return try Accusation(envelope).document
    case .cut: return try CutDocument(envelope).document
    case .allowance: return try Allowance(envelope).document
    case .revocation: return try Revocation(envelope).document
    case .lease:
        let lease = try LeaseDocument(envelope)
        _ = try? lease.checkSignature()
        return lease.document
    case .invoice:
        let invoice = try Invoice(envelope)
        _ = try? invoice.checkSignatures()
        return invoice.document
    case nil: return nil
    }
}

/// One run of libFuzzer.
func fuzzDocument(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    let line = sealed(input(start, count))
    if let skimmed = SkimmedDocument(line: line), let envelope = try? Envelope(line: line) {
        promise(skimmed.hash == envelope.hash, "skimming says what parsing says")
    }
    do {
        if let again = try rewritten(line) {
            // Blanks around a document are the line's, not its own.
            let envelope = try Envelope(line: line)
            promise(again[...] == envelope.bytes, "a document is written as it came")
        }
    } catch {
        promise(!error.message.isEmpty, "a refusal has its reason")
        promise((try? JSONText(error.json))?.root.departure == nil, "a refusal is canonical JSON")
        guard (try? JSONText(error.json)) != nil else { fatalError("a refusal is no JSON") }
    }
    if let request = try? Request(JSONText(line).root) {
        let count = request.instructions.count
        promise((1...Limits.transactionInstructions).contains(count), "1 to 100 instructions")
        let hashes = request.instructions.map(\.hash)
        promise(hashes == hashes.sorted(), "instructions ascend by hash")
        promise(Set(hashes).count == hashes.count, "instructions are distinct")
        for (instruction, document) in zip(request.instructions, request.documents) {
            promise(instruction.document[...] == document, "an instruction is written as it came")
        }
    }
    return 0
}
