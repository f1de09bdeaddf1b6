// Random documents of every kind, for the properties.

import Bytes
import Cryptography
import Documents

extension Generator {
    /// A signature's shape: nothing about it is true.
    mutating func signature() -> DocumentSignature {
        DocumentSignature(
            publicKey: bytes(32 + below(34)), scheme: chance(2) ? .ecdsaSecp256k1 : .eddsaEd25519,
            signer: address(), signature: bytes(8 + below(73)), script: chance(3) ? digest() : nil)
    }

    mutating func endorsements() throws -> Endorsements {
        var puzzles: [Puzzle] = []
        if chance(4) {
            puzzles.append(
                try Puzzle(
                    threshold: 1,
                    identities: [
                        .init(publicKey: bytes(33), scheme: text(32), weight: chance(2) ? 3 : nil)
                    ]))
        }
        return Endorsements(signatures: (0..<below(3)).map { _ in signature() }, puzzles: puzzles)
    }

    mutating func iou() throws -> IOU {
        var terms = IOU.Terms(
            domain: text(100), source: address(), target: address(), amount: amount(),
            symbol: address(), random: text(100), expiry: timestamp())
        if chance(3) { terms.active = timestamp() }
        if chance(3) {
            terms.credit = amount().negated
            if chance(2) { terms.amount = .zero }
        }
        var preimage: String?
        if chance(3) {
            let secret = text(100)
            terms.hashlock = Hash.sha256(Array(secret.utf8))
            if chance(2) { terms.preimage = secret }
            if chance(2) { preimage = text(100) }
        }
        var note: [UInt8]?
        if chance(3) {
            let written = Attachments.note(text(4_096))
            terms.custom = Hash.sha256d(written)
            if chance(2) { note = written }
        }
        return IOU(terms, try endorsements(), Attachments(note: note, preimage: preimage))
    }

    mutating func limit() throws -> LimitChange {
        let isMaximum = chance(2)
        let size = chance(9) ? Amount.zero : amount()
        return LimitChange(
            .init(
                domain: text(100), address: address(), symbol: address(),
                end: isMaximum ? .max : .min,
                amount: isMaximum ? size : size.negated, random: text(100), expiry: timestamp()),
            try endorsements())
    }

    mutating func cancellation() throws -> Cancellation {
        Cancellation(
            .init(
                domain: text(100), address: address(), symbol: address(), instruction: digest(),
                random: text(100), expiry: timestamp()),
            try endorsements())
    }

    mutating func unit() throws -> UnitDefinition {
        UnitDefinition(
            .init(
                symbol: address(), code: ["EUR", "x", "A-1_b.c"][below(3)], name: text(100),
                scale: below(19), form: UnitDefinition.Form.allCases[below(7)], terms: text(8_192)),
            try endorsements())
    }

    mutating func certificate() throws -> DeviceCertificate {
        DeviceCertificate(
            address: address(), domain: text(100), incarnation: Hexadecimal.encode(bytes(8)),
            issued: timestamp(), try endorsements())
    }

    private mutating func bound() -> Bound {
        switch below(3) {
        case 0: .minusInfinity
        case 1: .plusInfinity
        default: .finite(chance(2) ? amount() : amount().negated)
        }
    }

    /// A transaction and its document. What it says need not follow from its instructions.
    mutating func transaction() throws -> (Transaction, [UInt8]) {
        var instructions: [Instruction] = []
        for _ in 0...below(3) {
            switch below(5) {
            case 0: instructions.append(.limit(try limit()))
            case 1: instructions.append(.cancel(try cancellation()))
            default: instructions.append(.iou(try iou()))
            }
        }
        let outputs = (0...below(4)).map { _ in
            Transaction.Output(
                address: address(), symbol: address(),
                state: CounterState(net: amount().negated, min: bound(), max: bound()),
                source: chance(2) ? nil : .init(transaction: digest(), index: below(200)))
        }
        let clock = Transaction.Clock(
            device: address(), sequence: 1 + below(Transaction.Clock.lastSequence),
            tick: below(65_536), time: timestamp())
        let transaction = Transaction(
            clock: clock, domain: text(100), inputs: instructions.map(\.hash), outputs: outputs)
        let document = transaction.document(
            instructions: instructions.map { $0.document[...] },
            receipt: chance(2) ? nil : signature(), record: chance(3) ? digest() : nil)
        return (transaction, document)
    }
}

/// The document written again from what was read; nil where it is refused.
func rewritten(_ line: [UInt8]) throws(Refusal) -> [UInt8] {
    let envelope = try Envelope(line: line)
    switch DocumentKind(envelope) {
    case .iou, .limit, .cancel: return try Instruction(envelope).document
    case .unit: return try UnitDefinition(envelope).document
    case .device: return try DeviceCertificate(envelope).document
    case .puzzle: return try Puzzle(envelope).document
    case .transaction:
        let read = try TransactionDocument(envelope)
        let record = read.transaction
        let again = Transaction(
            clock: record.clock, domain: record.domain, inputs: record.inputs,
            outputs: record.outputs)
        return again.document(
            instructions: read.instructions.map(\.bytes),
            receipt: read.endorsements.signatures.first, record: read.record)
    case .block: return try BlockDocument(envelope).document
    case .stack: return try StackDocument(envelope).document
    case .proof: return try ProofDocument(envelope).document
    case .accusation: return try Accusation(envelope).document
    case .cut: return try CutDocument(envelope).document
    case .allowance: return try Allowance(envelope).document
    case .revocation: return try Revocation(envelope).document
    case .lease: return try LeaseDocument(envelope).document
    case .invoice: return try Invoice(envelope).document
    case nil: throw Refusal(.malformedDocument, "no kind")
    }
}
