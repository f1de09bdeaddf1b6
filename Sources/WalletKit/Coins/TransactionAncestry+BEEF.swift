// Between the two ways of telling a transaction's ancestors.
import Bitcoin
import Bytes
import DirectPayment
import Headers

extension TransactionAncestry {
    /// The ancestors that a BEEF has of its subject.
    /// - Parameter chain: names the blocks of the paths.
    /// - Throws: `HeaderError`, `ChainRefusal`; failures of storage.
    init(_ beef: BEEF, _ chain: any HeaderLookup) throws {
        self.init(
            try beef.entries.compactMap { entry in
                guard entry.id != beef.subject, let transaction = entry.transaction else {
                    return nil
                }
                let proof = try entry.path.map { place in
                    let path = beef.paths[place]
                    let header = try chain.confirmed(try path.root(), at: path.height)
                    return try TSCProof(
                        subject: .hash(entry.id), branch: try path.branch(of: entry.id),
                        target: .hash(header.hash))
                }
                return Ancestor(transaction, proof: proof)
            })
    }

    /// The same with the transaction that they are the ancestors of, for whoever verifies.
    /// - Parameter chain: tells the heights of the proofs' blocks.
    /// - Throws: `HeaderError`, `ChainRefusal`; failures of storage.
    func beef(of subject: BitcoinTransaction, _ chain: any HeaderLookup) throws -> BEEF {
        var paths: [BUMP] = []
        var entries: [BEEF.Entry] = []
        let known = Dictionary(
            ancestors.map { ($0.transaction.id, $0) }, uniquingKeysWith: { first, _ in first })
        var done: Set<Digest256> = []
        var stack: [(transaction: BitcoinTransaction, isOpened: Bool)] = [(subject, false)]
        while let next = stack.popLast() {
            let id = next.transaction.id
            guard !done.contains(id) else { continue }
            if let proof = known[id]?.proof {
                let shown = try chain.verify(.tsc(proof))
                guard let header = shown.headers.first, proof.leaf == id else {
                    throw HeaderError.notInPath(id)
                }
                paths.append(
                    try BUMP(height: header.height, leaf: id, branch: proof.branch))
                entries.append(BEEF.Entry(next.transaction, path: paths.count - 1))
                done.insert(id)
            } else if next.isOpened {
                entries.append(BEEF.Entry(next.transaction))
                done.insert(id)
            } else {
                stack.append((next.transaction, true))
                for input in next.transaction.inputs {
                    if let parent = known[input.outpoint.transaction] {
                        stack.append((parent.transaction, false))
                    }
                }
            }
        }
        return try BEEF(paths: paths, entries: entries, subject: subject.id)
    }
}
