// Random blocks, stacks and proofs: well-shaped, and true of nothing.

import Bytes
import Cryptography
import Documents

extension Generator {
    mutating func tree() -> BlockDocument.Tree {
        .init(root: digest(), size: below(Limits.logDocuments))
    }

    mutating func block() throws -> BlockDocument {
        let times = [timestamp(), timestamp()].sorted()
        return BlockDocument(
            .init(
                balances: tree(), contents: tree(), count: below(1_000_000), domain: text(100),
                height: below(Limits.blocks), journal: digest(), opened: times[0],
                previous: chance(5) ? BlockDocument.noBlock : digest(), sealed: times[1],
                log: tree()), Endorsements(signatures: [signature()]),
            checkpointSignature: Base64.encode(bytes(68)))
    }

    mutating func stack() throws -> StackDocument {
        StackDocument(
            count: 1 + below(1_000), domain: text(100), first: below(Limits.blocks),
            header: bytes(80), height: below(Limits.blocks),
            Endorsements(signatures: [signature()]))
    }

    private mutating func path() -> [Digest256] { (0..<below(20)).map { _ in digest() } }
    private mutating func place() -> TreePlace { .init(index: below(1_000_000), path: path()) }

    private mutating func seal() throws -> SealEvidence {
        .init(block: try Envelope(line: try block().document), checkpoint: text(300))
    }

    private mutating func leaf() -> BalanceLeaf {
        if chance(3) {
            return .total(symbol: address(), counters: below(1_000), sum: amount().negated)
        }
        return .counter(
            address: address(), symbol: address(),
            state: CounterState(net: amount(), min: .finite(amount().negated), max: .plusInfinity))
    }

    mutating func proof() throws -> ProofDocument {
        let claim: ProofDocument.Claim
        switch below(4) {
        case 0:
            let branch = (0..<below(9)).map { _ in chance(4) ? nil : digest() }
            let stack =
                chance(2)
                ? nil
                : StackEvidence(
                    document: try Envelope(line: try stack().document), branch: branch)
            claim = .document(
                .init(
                    id: digest(), height: below(Limits.blocks),
                    document: try Envelope(line: try transaction().1), seal: try seal(),
                    place: place(), stack: stack))
        case 1:
            claim = .balance(
                .init(
                    address: address(), symbol: address(), height: below(Limits.blocks),
                    isThere: chance(2), seal: try seal(),
                    leaves: (0..<below(3)).map { _ in (leaf(), place()) }))
        case 2:
            let first = below(1_000)
            claim = .absence(
                .init(
                    id: digest(), first: first, last: first + below(9),
                    blocks: try (0...below(3)).map { _ in
                        .init(
                            block: try Envelope(line: try block().document),
                            leaves: (0..<below(3)).map { _ in (digest(), place()) })
                    }, checkpoint: text(300)))
        default:
            claim = .consistency(
                .init(from: tree(), to: tree(), earlier: text(300), seal: try seal(), path: path()))
        }
        return ProofDocument(domain: text(100), claim: claim)
    }
}
