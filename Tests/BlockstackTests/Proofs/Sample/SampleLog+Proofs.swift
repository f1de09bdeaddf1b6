// The proofs of the log in memory, every part of which a test may change.

import Bytes
import Cryptography
import Documents
import Headers

@testable import Blockstack

extension SampleLog {
    func envelope(_ line: [UInt8]) throws -> Envelope { try Envelope(line: line) }

    func seal(_ height: Int) throws -> SealEvidence {
        let block = blocks[height].block
        return SealEvidence(
            block: try envelope(block.document),
            checkpoint: String(decoding: try block.checkpointNote().bytes, as: UTF8.self))
    }

    /// The block that seals the document `index`: of a block, the one after it.
    func height(of index: Int) throws -> Int? {
        blocks.firstIndex { $0.block.statement.log.size > index }
    }

    func place(_ index: Int, at height: Int) -> TreePlace {
        let size = blocks[height].block.statement.log.size
        let leaves = Self.leafHashes(Array(hashes[..<size]))
        return TreePlace(index: index, path: MerkleTree.inclusionPath(of: index, inLeaves: leaves))
    }

    func stackEvidence(_ height: Int) throws -> StackEvidence? {
        guard
            let stack = stacks.first(where: { ($0.first..<$0.first + $0.count).contains(height) })
        else { return nil }
        let hashes = blocks[stack.first..<stack.first + stack.count].map(\.block.hash)
        let branch = try BitcoinTree.branch(at: height - stack.first, of: hashes)
        return StackEvidence(
            document: try envelope(stack.document),
            branch: branch.nodes.map { if case .hash(let hash) = $0 { hash } else { nil } })
    }

    func documentEvidence(_ index: Int, id: Digest256? = nil) throws -> DocumentEvidence {
        guard let height = try height(of: index) else { fatalError("document \(index) is open") }
        return DocumentEvidence(
            id: id ?? hashes[index], height: height, document: try envelope(lines[index]),
            seal: try seal(height), place: place(index, at: height),
            stack: try stackEvidence(height))
    }

    func documentProof(_ index: Int, id: Digest256? = nil) throws -> ProofDocument {
        ProofDocument(domain: domain, claim: .document(try documentEvidence(index, id: id)))
    }

    func balanceEvidence(
        _ address: Address, _ symbol: Address, isThere: Bool, height: Int, leaves indices: [Int]
    ) throws -> BalanceEvidence {
        let leaves = blocks[height].balances
        let hashes = leaves.map { MerkleTree.leafHash($0.bytes) }
        return BalanceEvidence(
            address: address, symbol: symbol, height: height, isThere: isThere,
            seal: try seal(height),
            leaves: indices.map {
                (
                    leaves[$0],
                    TreePlace(
                        index: $0, path: MerkleTree.inclusionPath(of: $0, inLeaves: hashes))
                )
            })
    }

    /// The proof of a counter, or of its absence, as an honest prover makes it.
    func balanceProof(_ address: Address, _ symbol: Address, height: Int) throws -> ProofDocument {
        let leaves = blocks[height].balances
        let wanted = BalanceLeaf.counter(
            address: address, symbol: symbol, state: .initial(address, symbol))
        let index = leaves.count { BalanceLeaf.precedes($0, wanted) }
        let isThere =
            index < leaves.count && leaves[index].address == address
            && leaves[index].symbol == symbol
        let total = leaves.firstIndex { $0.address == nil && $0.symbol == symbol }
        let indices =
            isThere
            ? [total ?? 0, index] : [index - 1, index].filter { leaves.indices.contains($0) }
        return ProofDocument(
            domain: domain,
            claim: .balance(
                try balanceEvidence(
                    address, symbol, isThere: isThere, height: height, leaves: indices)))
    }

    func absent(
        _ height: Int, leaves indices: [Int]
    ) throws -> AbsenceEvidence.AbsentFrom {
        let contents = blocks[height].contents
        let leaves = Self.leafHashes(contents)
        return .init(
            block: try envelope(blocks[height].block.document),
            leaves: indices.map {
                (
                    contents[$0],
                    TreePlace(
                        index: $0, path: MerkleTree.inclusionPath(of: $0, inLeaves: leaves))
                )
            })
    }

    func absenceEvidence(_ id: Digest256, _ heights: ClosedRange<Int>) throws -> AbsenceEvidence {
        AbsenceEvidence(
            id: id, first: heights.lowerBound, last: heights.upperBound,
            blocks: try heights.map { height in
                let contents = blocks[height].contents
                let index = contents.count { $0 < id }
                return try absent(
                    height, leaves: [index - 1, index].filter { contents.indices.contains($0) })
            }, checkpoint: try seal(heights.upperBound).checkpoint)
    }

    func absenceProof(_ id: Digest256, _ heights: ClosedRange<Int>) throws -> ProofDocument {
        ProofDocument(domain: domain, claim: .absence(try absenceEvidence(id, heights)))
    }

    func consistencyEvidence(from: Int, to: Int) throws -> ConsistencyEvidence {
        let (earlier, later) = (blocks[from].block.statement.log, blocks[to].block.statement.log)
        let leaves = Self.leafHashes(Array(hashes[..<later.size]))
        return ConsistencyEvidence(
            from: earlier, to: later, earlier: try seal(from).checkpoint, seal: try seal(to),
            path: MerkleTree.consistencyPath(from: earlier.size, toLeaves: leaves))
    }

    func consistencyProof(from: Int, to: Int) throws -> ProofDocument {
        ProofDocument(
            domain: domain, claim: .consistency(try consistencyEvidence(from: from, to: to)))
    }

    /// Two checkpoints of one size.
    func accusation() throws -> Accusation {
        let log = blocks[0].block.statement.log
        return Accusation(
            domain: domain, key: try key.verifier(domain).text,
            first: try key.text(Checkpoint(origin: domain, size: log.size, root: log.root)),
            second: try key.text(Checkpoint(origin: domain, size: log.size, root: hashes[0])))
    }

    /// The files of the log: the segments with their blocks, and the open lines.
    var files: [[[UInt8]]] {
        let sealed = blocks.map { $0.lines + [$0.block.document] }
        let count = sealed.reduce(0) { $0 + $1.count }
        return sealed + [Array(lines[count...])]
    }
}
