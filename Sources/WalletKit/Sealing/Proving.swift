// Making proofs from the log, its tiles and its index.
import Blockstack
import Bytes
import Documents
import Graphstore
import Headers
import Hashtable

/// Makes proofs; every one is verified before it is handed out.
struct Proving {
    let ledger: Ledger
    let stacks: BlockStore
    let domain: String

    /// The tree of the log, up to its last block.
    private func tree() throws -> LogTree<TileStore> {
        let size = try lastBlock().statement.log.size
        return LogTree(stacks.tiles(size: size))
    }

    private func lastBlock() throws -> BlockDocument {
        guard let block = try ledger.lastBlock() else { throw WalletError.noBlocks }
        return block
    }

    private func seal(_ height: Int) throws -> (block: BlockDocument, evidence: SealEvidence) {
        let (block, envelope) = try ledger.block(at: height)
        let note = try stacks.cosigned(height) ?? block.checkpointNote().bytes
        return (
            block,
            SealEvidence(block: envelope, checkpoint: String(decoding: note, as: UTF8.self))
        )
    }

    /// That the document or instruction `id` stands in the block that it was sealed in.
    /// - Throws: `WalletError`; failures of storage.
    func document(_ found: FoundDocument) throws -> ProofDocument {
        let stored =
            switch found {
            case .stored(let document): document
            case .instruction(_, let transaction): StoredDocument.transaction(transaction)
            }
        let place = Place(packed: try place(of: stored.hash))
        guard place.segment < ledger.blockCount else {
            throw WalletError.notSealed(hash: found.hash)
        }
        // A block is a leaf of the block after it.
        var height = place.segment
        if case .block = stored { height += 1 }
        guard height < ledger.blockCount else { throw WalletError.notSealed(hash: found.hash) }
        let (block, evidence) = try seal(height)
        let index = try number(at: place)
        let path = try tree().inclusionPath(of: index, size: block.statement.log.size)
        return ProofDocument(
            domain: domain,
            claim: .document(
                DocumentEvidence(
                    id: found.hash, height: height, document: stored.envelope, seal: evidence,
                    place: TreePlace(index: index, path: path), stack: try stack(height))))
    }

    /// The segment that a document or instruction stands in; nil where there is none.
    func height(of id: Digest256) throws -> Int? {
        guard let found = try ledger.find(id) else { return nil }
        switch found {
        case .stored(let document): return Place(packed: try place(of: document.hash)).segment
        case .instruction(_, let transaction):
            return Place(packed: try place(of: transaction.transaction.hash)).segment
        }
    }

    private func place(of hash: Digest256) throws -> Int64 {
        for place in try ledger.graph.places(hash)
        where try ledger.document(at: place).hash == hash {
            return place
        }
        throw WalletError.unknown(what: "document", name: hash.hexadecimal, suggestions: [])
    }

    /// The number of the line at `place`: counted from the last one that the index has.
    private func number(at place: Place) throws -> Int {
        let known = try ledger.graph.numbered(notAfter: place.packed)
        var number = known?.number ?? 0
        try ledger.store.scan(from: Place(packed: known?.place ?? 0)) { _, here in
            guard here < place else { return false }
            number += 1
            return true
        }
        return number
    }

    /// The way from a block to the header of the stack that holds it; nil where none does.
    private func stack(_ height: Int) throws -> StackEvidence? {
        guard let entry = try ledger.graph.stack(holding: height) else { return nil }
        let stored = try ledger.document(at: entry.place)
        let blocks = try (entry.first..<entry.first + entry.count).map {
            try ledger.block(at: $0).block.hash
        }
        return StackEvidence(
            document: stored.envelope,
            branch: try BitcoinTree.branch(
                at: height - entry.first, of: blocks
            ).nodes.map { node in
                if case .hash(let hash) = node { hash } else { nil }
            })
    }

    /// What an address had in a unit at the last block, or that it had no counter.
    /// - Throws: `WalletError`; failures of storage.
    func balance(_ key: CounterKey) throws -> ProofDocument {
        let height = try lastBlock().statement.height
        let balances = try SealedBalances(atLastBlockOf: ledger)
        let position = try balances.tree(lookingFor: key).position
        let captured =
            position.isThere
            ? [position.total ?? position.index, position.index]
            : [position.index - 1, position.index]
        let tree = try balances.tree(capturing: Set(captured))
        let (block, evidence) = try seal(height)
        guard tree.tree == block.statement.balances else {
            throw GraphError.contradiction(
                "the counters do not give the balances of block \(height)")
        }
        return ProofDocument(
            domain: domain,
            claim: .balance(
                BalanceEvidence(
                    address: key.address, symbol: key.symbol, height: height,
                    isThere: position.isThere, seal: evidence, leaves: tree.evidence)))
    }

    /// That no document or instruction `id` is in the blocks from `first` on.
    /// - Throws: `WalletError`; failures of storage.
    func absence(_ id: Digest256, from first: Int) throws -> ProofDocument {
        let last = try lastBlock().statement.height
        guard first <= last else { throw WalletError.notEarlier(from: first, to: last) }
        guard last - first < Limits.proofBlocks else {
            throw WalletError.proofTooLong(blocks: last - first + 1, limit: Limits.proofBlocks)
        }
        var blocks: [AbsenceEvidence.AbsentFrom] = []
        for height in first...last {
            let (block, envelope) = try ledger.block(at: height)
            let end = try ledger.store.size(ofSealed: height)
            let tree = ContentsTree(
                try SegmentContents(of: height, before: end, in: ledger).hashes)
            guard tree.tree == block.statement.contents else {
                throw ledger.corruption(
                    at: Place(segment: height, offset: 0),
                    "the documents do not give the contents of their block")
            }
            let position = tree.position(of: id)
            if position < tree.hashes.count, tree.hashes[position] == id {
                throw WalletError.isPresent(hash: id, height: height)
            }
            let neighbours = [position - 1, position].filter(tree.hashes.indices.contains)
            blocks.append(.init(block: envelope, leaves: neighbours.map { tree.leaf($0) }))
        }
        return ProofDocument(
            domain: domain,
            claim: .absence(
                AbsenceEvidence(
                    id: id, first: first, last: last, blocks: blocks,
                    checkpoint: try seal(last).evidence.checkpoint)))
    }

    /// That the log of `earlier` is a beginning of the log of the block at `height`.
    /// - Parameter earlier: a checkpoint of this domain, a signed note.
    /// - Throws: `WalletError`; `NoteError`; failures of storage.
    func consistency(from earlier: [UInt8], to height: Int) throws -> ProofDocument {
        let checkpoint = try Checkpoint(note: try SignedNote(earlier))
        let (block, evidence) = try seal(height)
        let to = block.statement.log
        guard checkpoint.origin.utf8.elementsEqual(domain.utf8) else {
            throw WalletError.foreignCheckpoint(origin: checkpoint.origin, size: checkpoint.size)
        }
        guard checkpoint.size <= to.size else {
            throw WalletError.notEarlier(from: checkpoint.size, to: to.size)
        }
        let tree = try tree()
        guard try tree.root(size: checkpoint.size) == checkpoint.root else {
            throw WalletError.foreignCheckpoint(origin: checkpoint.origin, size: checkpoint.size)
        }
        return ProofDocument(
            domain: domain,
            claim: .consistency(
                ConsistencyEvidence(
                    from: .init(root: checkpoint.root, size: checkpoint.size), to: to,
                    earlier: String(decoding: earlier, as: UTF8.self), seal: evidence,
                    path: try tree.consistencyPath(from: checkpoint.size, to: to.size))))
    }

    /// The checkpoint of the block at `height`, with what witnesses have added.
    func checkpoint(_ height: Int) throws -> [UInt8] {
        Array(try seal(height).evidence.checkpoint.utf8)
    }
}
