// Blocks first: two chains become one, so that heads mean the same on both sides.
import Bytes
import Documents

extension SyncInitiator {
    /// Packs that go, or are asked for, in one turn.
    static var packsPerTurn: Int { 3 }

    /// What to do about the chains after a greeting.
    mutating func compareChains() throws {
        guard let mine, let theirs else { return }
        guard mine.tip?.block != theirs.tip?.block else {
            try beginExchange()
            return
        }
        let highest = min(mine.tip?.block.height ?? -1, theirs.tip?.block.height ?? -1)
        (commonFrom, commonBelow, locatorRounds) = (-1, highest + 1, 0)
        try narrow(theirs.locator)
    }

    /// Compares blocks that the peer names with ours.
    private mutating func narrow(_ points: [BlockPoint]) throws {
        for point in points where point.height < commonBelow && point.height > commonFrom {
            if try replica.blockHash(at: point.height) == point.hash {
                commonFrom = point.height
                break
            }
            commonBelow = point.height
        }
        // A chain that ends in the other one shares all of itself.
        if commonFrom + 1 >= commonBelow { try chooseDirection() } else { stage = .locating }
    }

    mutating func nextLocation() throws -> [Frame] {
        locatorRounds += 1
        guard let mine, locatorRounds <= SyncLimits.locatorRounds else {
            throw SyncError(
                .noProgress, "the block at which the chains part is not to be found",
                ["above": String(commonFrom), "below": String(commonBelow)])
        }
        let span = commonFrom + 1...commonBelow - 1
        ask(.locate(span), .blocks)
        return [HelloMessage(mine, isFull: false, span: span).frame]
    }

    mutating func takeLocation(_ hello: HelloMessage, _ span: ClosedRange<Int>) throws {
        try check(hello)
        guard let full = hello.full,
            full.locator.allSatisfy({ span.contains($0.height) }), !full.locator.isEmpty
        else { throw SyncError(.contradiction, "the peer names no blocks of the span asked for") }
        if full.tip == theirs?.tip { try narrow(full.locator) } else { try greet() }
    }

    /// The chain that wins goes to the side that lacks it.
    private mutating func chooseDirection() throws {
        guard let mine, let theirs else { return }
        let here = mine.tip?.block.height ?? -1
        let there = theirs.tip?.block.height ?? -1
        var isPull = commonFrom == here
        if commonFrom != here, commonFrom != there, let tip = theirs.tip {
            isPull = try replica.prefers(tip)
        }
        if options.isDryRun {
            if isPull {
                tally.incoming.blocks = there - commonFrom
            } else {
                tally.outgoing.blocks = here - commonFrom
            }
        }
        if options.isDryRun || options.direction == (isPull ? .push : .pull) {
            try beginExchange()
            return
        }
        blockTransfers += 1
        guard blockTransfers <= SyncLimits.greetings / 2 else {
            throw SyncError(
                .noProgress, "blocks went to and fro, and the chains are not one",
                ["common": String(commonFrom), "mine": String(here), "theirs": String(there)])
        }
        let first = BlockPosition(height: commonFrom + 1, line: 0)
        if isPull, let tip = theirs.tip {
            let resumed = try replica.resumePoint(for: tip) ?? first
            stage = .pullingBlocks(next: resumed.height > there ? first : max(resumed, first))
        } else {
            stage = .pushingBlocks(next: first)
        }
    }

    mutating func takeBlocks(_ message: PackMessage, _ from: BlockPosition) throws {
        guard case .blocks(let tip, let runs) = message.pack else {
            throw SyncError(.unexpectedFrame, "BLOCKS is not answered with blocks")
        }
        guard tip == theirs?.tip else {
            // Something was sealed there meanwhile.
            try greet()
            return
        }
        guard let first = runs.first else {
            throw SyncError(
                .noProgress, "the peer has no lines of the chain that it speaks of",
                ["height": String(from.height), "line": String(from.line)])
        }
        guard first.start == from else {
            throw SyncError(
                .notRequested, "lines of block \(first.start.height) were not asked for")
        }
        _ = try DocumentCheck.check(message.pack)
        let reception = try replica.receive(message.pack)
        progress.received.blocks += message.pack.lines.count
        try tally.take(reception)
        if let refused = reception.refused.first {
            throw SyncError(
                .invalidDocument, "block \(first.start.height) of the peer: \(refused.message)",
                ["code": refused.code])
        }
        guard let next = reception.next else {
            try greet()
            return
        }
        guard next > from, next.height <= tip.block.height else {
            throw SyncError(.noProgress, "blocks of the peer do not lead on")
        }
        stage = .pullingBlocks(next: next)
    }

    mutating func offerBlocks(from start: BlockPosition) throws -> [Frame] {
        guard let tip = mine?.tip else { return [] }
        var frames: [Frame] = []
        var next = start
        while frames.count < Self.packsPerTurn {
            let batch = try replica.blockLines(from: next, budget: SyncLimits.packBytes)
            guard let last = batch.runs.last else { break }
            let pack = Pack.blocks(tip: tip, runs: batch.runs)
            ask(.offerBlocks(lines: pack.lines.count, isLast: !batch.hasMore), .blocks)
            frames.append(PackMessage(pack, hasMore: batch.hasMore).frame)
            next = last.end
            if !batch.hasMore { break }
        }
        guard !frames.isEmpty else {
            throw SyncError(
                .noProgress, "no lines of block \(start.height) are to be had here",
                ["height": String(start.height), "line": String(start.line)])
        }
        // What the last answer says about where to go on is kept apart from where this turn began.
        pushStart = start
        return frames
    }

    mutating func takeBlocksOffered(_ reception: Reception, isLast: Bool) throws {
        if let refused = reception.refused.first {
            throw SyncError(
                .refusedByPeer, "the peer does not take our blocks: \(refused.message)",
                ["code": refused.code])
        }
        guard let next = reception.next else {
            try greet()
            return
        }
        guard next > pushStart, next.height <= mine?.tip?.block.height ?? -1 else {
            throw SyncError(.noProgress, "the peer asks for the same blocks again")
        }
        stage = .pushingBlocks(next: next)
    }
}
