// A transaction as a peer shows it: what holds without its history.
import Blockstack
import Bytes
import Documents

/// A transaction of one domain whose signatures, instructions and outputs agree. Whether its device
/// is the domain's, and whether its counters go on from where they were, is judged elsewhere.
struct PeerReceipt {
    let transaction: Transaction
    private let instructions: [Instruction]

    var hash: Digest256 { transaction.hash }

    /// - Throws: `Refusal` with what is false.
    init(_ line: [UInt8], domain: String) throws(Refusal) {
        let envelope = try Envelope(line: line)
        guard DocumentKind(envelope) == .transaction,
            case .transaction(let document) = try VerifiedDocument(envelope)
        else { throw Refusal(.malformedDocument, "it is no transaction") }
        transaction = document.transaction
        guard transaction.domain.utf8.elementsEqual(domain.utf8) else {
            throw Refusal(.wrongDomain, "it is of the domain '\(transaction.domain)'")
        }
        var instructions: [Instruction] = []
        for envelope in document.instructions { instructions.append(try Instruction(envelope)) }
        self.instructions = instructions
        let keys = transaction.outputs.map { CounterKey($0.address, $0.symbol) }
        guard keys == CounterStep.keys(instructions) else {
            throw Refusal(
                .malformedDocument, "its outputs are not the counters that its instructions touch")
        }
        // What follows nothing begins at zero.
        for link in links where link.output.source == nil && !link.follows(nil) {
            throw Refusal(
                .malformedDocument,
                "the first output of \(link.key.address) is not what its instructions give")
        }
    }

    /// Every output.
    var links: [CounterLink] {
        transaction.outputs.enumerated().map { index, output in
            CounterLink(
                pointer: Transaction.Pointer(transaction: hash, index: index), output: output,
                clock: transaction.clock, instructions: instructions)
        }
    }
}

/// An output with what made it.
struct CounterLink {
    let pointer: Transaction.Pointer
    let output: Transaction.Output
    let clock: Transaction.Clock
    let instructions: [Instruction]

    var key: CounterKey { CounterKey(output.address, output.symbol) }
    var head: CounterHead {
        CounterHead(key: key, pointer: pointer, state: output.state, clock: clock)
    }

    /// Whether the instructions lead from `state` here; nil is the state of a counter that was not
    /// there.
    func follows(_ state: CounterState?) -> Bool {
        let before = state ?? .initial(key.address, key.symbol)
        return CounterStep.apply(instructions, to: before, of: key) == output.state
    }
}
