// The side that asks. All that a session knows is here; the other side remembers nothing.
import Bytes
import Documents

/// What to do next.
public enum SyncStep: Sendable {
    /// Send these frames; there is one answer for each, in their order. Then call `receive`.
    case send([Frame])
    /// It is over.
    case finished(SyncSummary)
}

/// A session as a state machine: any transport can drive it.
///
/// ```
/// var step = SyncStep.send(try initiator.start())
/// while case .send(let frames) = step {
///     step = try initiator.receive(try transport.exchange(frames))
/// }
/// ```
///
/// Greeting, then blocks until both have the same chain, then notes, records and entries, then both
/// fold; and again, as long as something comes of it. An interrupted session needs nothing: what
/// came is durable, and the next one goes on from there.
public struct SyncInitiator {
    /// What an answer is the answer to.
    enum Question {
        case greet
        case locate(ClosedRange<Int>)
        case blocks(BlockPosition)
        case offerBlocks(lines: Int, isLast: Bool)
        case records(RecordExchange.Suffix)
        case offerRecords(lines: Int)
        case reconcile(SyncSet)
        case want(SyncSet, [Digest256])
        case offer(SyncSet, lines: Int)
        case done
    }

    /// What the answers of a turn are followed by.
    enum Stage {
        case greeting
        case locating
        case pullingBlocks(next: BlockPosition)
        case pushingBlocks(next: BlockPosition)
        case exchanging
        case concluding
        case finished
        case failed
    }

    let replica: any Replica
    let options: SyncOptions
    private let onProgress: ((SyncProgress) -> Void)?

    var stage = Stage.greeting
    private var pending: [Question] = []
    var progress = SyncProgress()
    var tally = SyncTally()
    private var peer: PeerIdentity?
    private var isConverged = false

    /// What both said of themselves last.
    var mine: Hello?
    var theirs: Hello?
    private var greetings = 0
    /// Whether both sides have folded in this session.
    private var hasConcluded = false

    // Blocks
    /// The common block is at `commonFrom` at least, -1 for none, and below `commonBelow`.
    var commonFrom = -1
    var commonBelow = 0
    var locatorRounds = 0
    var blockTransfers = 0
    var pushStart = BlockPosition(height: 0, line: 0)

    // Notes, records, entries
    var pass = 0
    /// Whether the last pass brought anything new to either side.
    var hasGained = false
    var wholeChains: Set<Address> = []
    var sets: [SetExchange] = []
    var records: RecordExchange?

    /// A session of `replica` with a peer.
    /// - Parameter onProgress: called after every turn.
    public init(
        _ replica: any Replica, options: SyncOptions = SyncOptions(),
        onProgress: ((SyncProgress) -> Void)? = nil
    ) {
        self.replica = replica
        self.options = options
        self.onProgress = onProgress
    }

    /// The first frames.
    public mutating func start() throws -> [Frame] {
        precondition(pending.isEmpty && progress.turns == 0, "a session starts once")
        try greet()
        return send([try nextGreeting()])
    }

    /// Takes the answers, one for each frame that was sent.
    /// - Throws: `SyncError`, and whatever the replica throws. A session that has failed is over.
    public mutating func receive(_ answers: [Frame]) throws -> SyncStep {
        if case .failed = stage {
            throw SyncError(.unexpectedFrame, "the session has failed before")
        }
        do {
            return try take(answers)
        } catch {
            stage = .failed
            throw error
        }
    }

    private mutating func take(_ answers: [Frame]) throws -> SyncStep {
        progress.turns += 1
        progress.receivedBytes += answers.reduce(0) { $0 + $1.byteCount }
        guard progress.turns <= SyncLimits.turns, progress.receivedBytes <= SyncLimits.sessionBytes
        else { throw SyncError(.limitExceeded, "the session does not come to an end") }
        for answer in answers where answer.kind == .error {
            let error = try ErrorMessage(answer.body)
            throw SyncError(
                .refusedByPeer, "the peer answers: \(error.message)", ["code": error.code])
        }
        let questions = pending
        pending = []
        guard answers.count == questions.count, !questions.isEmpty else {
            throw SyncError(
                .unexpectedFrame, "\(answers.count) answers to \(questions.count) questions")
        }
        for (question, answer) in zip(questions, answers) { try handle(question, answer) }
        let frames = try nextFrames()
        onProgress?(progress)
        return frames.isEmpty ? .finished(summary) : .send(send(frames))
    }

    private mutating func handle(_ question: Question, _ answer: Frame) throws {
        let expected: Frame.Kind =
            switch question {
            case .greet, .locate: .hello
            case .blocks, .records, .want: .pack
            case .reconcile: .reconcile
            case .offerBlocks, .offerRecords, .offer, .done: .ack
            }
        guard answer.kind == expected else {
            throw SyncError(
                .unexpectedFrame, "'\(answer.kind)' came where '\(expected)' should")
        }
        switch question {
        case .greet: try takeGreeting(try HelloMessage(answer.body))
        case .locate(let span): try takeLocation(try HelloMessage(answer.body), span)
        case .blocks(let from): try takeBlocks(try PackMessage(answer.body), from)
        case .offerBlocks(let lines, let isLast):
            let reception = try takeReception(answer)
            progress.sent.blocks += lines
            try takeBlocksOffered(reception, isLast: isLast)
        case .records(let suffix): try takeRecords(try PackMessage(answer.body), suffix)
        case .offerRecords(let lines):
            try takeReception(answer)
            progress.sent.records += lines
        case .reconcile(let set): try takeReconciliation(try ReconcileMessage(answer.body), set)
        case .want(let set, let ids): try takeDocuments(try PackMessage(answer.body), set, ids)
        case .offer(let set, let lines):
            try takeReception(answer)
            progress.sent[set] += lines
        case .done: try takeConclusion(try AckMessage(answer.body))
        }
    }

    /// The frames of the next turn; none where the session is over.
    private mutating func nextFrames() throws -> [Frame] {
        switch stage {
        case .greeting: return [try nextGreeting()]
        case .locating: return try nextLocation()
        case .pullingBlocks(let next):
            ask(.blocks(next), .blocks)
            return [BlocksMessage(from: next).frame]
        case .pushingBlocks(let next): return try offerBlocks(from: next)
        case .exchanging:
            let frames = try nextExchange()
            return frames.isEmpty ? try conclude() : frames
        case .concluding: return try conclude()
        case .finished:
            progress.phase = .finished
            return []
        case .failed: return []
        }
    }

    /// Notes what the answer to the next frame will be the answer to.
    mutating func ask(_ question: Question, _ phase: SyncProgress.Phase) {
        pending.append(question)
        progress.phase = phase
    }

    private mutating func send(_ frames: [Frame]) -> [Frame] {
        progress.sentBytes += frames.reduce(0) { $0 + $1.byteCount }
        return frames
    }

    // Greeting

    /// Begins anew with what both hold now; the session is over where that has been done enough.
    mutating func greet() throws {
        greetings += 1
        stage = greetings > SyncLimits.greetings ? .finished : .greeting
    }

    private mutating func nextGreeting() throws -> Frame {
        let hello = try replica.hello
        guard hello.heads.count <= SyncLimits.heads else {
            throw SyncError(
                .limitExceeded,
                "\(hello.heads.count) devices have unsealed records, \(SyncLimits.heads) are allowed"
            )
        }
        mine = hello
        ask(.greet, .greeting)
        return HelloMessage(hello, isFull: false).frame
    }

    private mutating func takeGreeting(_ hello: HelloMessage) throws {
        guard let mine else { return }
        try check(hello)
        peer = PeerIdentity(
            device: hello.device, clock: hello.clock,
            program: hello.full?.program ?? peer?.program ?? "")
        guard hello.state != mine.state else {
            isConverged = hello.view == mine.view
            if isConverged || options.isDryRun || options.direction == .pull {
                stage = .finished
            } else if hasConcluded {
                throw Self.viewMismatch(hello.view, mine.view)
            } else {
                // One side may have been interrupted before it folded.
                stage = .concluding
            }
            return
        }
        guard let full = hello.full else {
            throw SyncError(.contradiction, "HELLO in brief, and its state is not ours")
        }
        if let theirs, let less = full.rollback(since: theirs) {
            throw SyncError(.rollback, "the peer knows less than before: \(less)")
        }
        theirs = full
        try compareChains()
    }

    /// That a peer is one of ours.
    func check(_ hello: HelloMessage) throws(SyncError) {
        guard hello.domain == mine?.domain else {
            throw SyncError(
                .wrongDomain,
                "the peer is a replica of '\(hello.domain)', not of '\(mine?.domain ?? "")'")
        }
    }

    static func viewMismatch(_ theirs: Digest256, _ mine: Digest256) -> SyncError {
        SyncError(
            .viewMismatch, "both sides hold the same documents and come to different results",
            ["mine": mine.hexadecimal, "theirs": theirs.hexadecimal])
    }

    // Conclusion

    private mutating func conclude() throws -> [Frame] {
        if options.isDryRun {
            progress.phase = .finished
            return []
        }
        let conclusion = try replica.conclude()
        tally.reports += conclusion.reports
        if conclusion.reports > 0 { hasGained = true }
        if options.direction == .pull {
            try greet()
            return try nextFrames()
        }
        tally.own = conclusion
        ask(.done, .concluding)
        return [Frame(.done, [])]
    }

    private mutating func takeConclusion(_ message: AckMessage) throws {
        guard case .conclusion(let theirs) = message, let own = tally.own else {
            throw SyncError(.unexpectedFrame, "DONE is not answered with a conclusion")
        }
        hasConcluded = true
        tally.reportsOfPeer += theirs.reports
        if theirs.reports > 0 { hasGained = true }
        guard theirs.state == own.state else {
            try greet()
            return
        }
        guard theirs.view == own.view else { throw Self.viewMismatch(theirs.view, own.view) }
        isConverged = true
        stage = .finished
    }

    private var summary: SyncSummary {
        SyncSummary(
            progress: progress, incoming: options.isDryRun ? tally.incoming : progress.received,
            outgoing: options.isDryRun ? tally.outgoing : progress.sent, accepted: tally.accepted,
            acceptedByPeer: tally.acceptedByPeer, refused: tally.refused,
            refusedCount: tally.refusedCount, refusedByPeer: tally.refusedByPeer,
            refusedByPeerCount: tally.refusedByPeerCount, missing: tally.missing,
            reports: tally.reports, reportsOfPeer: tally.reportsOfPeer, isConverged: isConverged,
            peer: peer)
    }
}
