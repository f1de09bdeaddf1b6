// Clearing a stream of requests: verified on all cores, cleared in order, synced together.
import Bytes
import Documents
import Files
import Graphstore

/// How one stream is cleared.
public struct ClearingOptions: Sendable {
    /// What happens after a refusal.
    public enum OnRefusal: Sendable {
        /// The rest is cleared.
        case goOn
        /// The rest is not looked at.
        case stop
        /// Nothing is cleared.
        case clearNothing
    }

    /// What happens after a refusal.
    public var onRefusal: OnRefusal
    /// Whether everything is judged and answered, but nothing kept and no receipt signed.
    public var isDryRun: Bool

    /// Options.
    public init(onRefusal: OnRefusal = .goOn, isDryRun: Bool = false) {
        self.onRefusal = onRefusal
        self.isDryRun = isDryRun
    }
}

/// What has become of a stream.
public struct ClearingCounts: Sendable, Equatable {
    /// New transactions and units.
    public var cleared = 0
    /// Requests that had cleared before.
    public var replayed = 0
    /// Refusals.
    public var refused = 0
    /// Sentences for people, one a refusal, the first few.
    public var complaints: [String] = []
    /// How many complaints are kept.
    static let keptComplaints = 20
}

/// Signs receipts; safe to call from several threads at once.
public typealias ReceiptSigner = @Sendable (Digest256) throws -> DocumentSignature

/// Clears streams of lines in one domain.
public final class ClearingRun {
    private let ledger: Ledger
    private let clearing: Clearing
    private let device: Address
    private let openSigner: () throws -> ReceiptSigner
    private var signer: ReceiptSigner?
    private let now: @Sendable () -> Timestamp
    private let options: ClearingOptions
    private var counts = ClearingCounts()
    /// Refuses lines before they are cleared, without the lock.
    var veto: (([PreparedLine]) throws -> [PreparedLine])?
    /// Hears of what has become durable.
    var feed: HookFeed?
    /// What a dry run would have stored.
    private var shown: [Digest256: [UInt8]] = [:]

    /// Batches that are verified ahead of the one that is cleared.
    private static let batchesAhead = 2

    /// A run.
    /// - Parameter openSigner: called at most once, when the first lines have come: asking for a
    ///   passphrase earlier would disturb whoever makes the lines.
    public init(
        ledger: Ledger, clearing: Clearing, device: Address, options: ClearingOptions,
        now: @escaping @Sendable () -> Timestamp,
        openSigner: @escaping () throws -> ReceiptSigner
    ) {
        self.ledger = ledger
        self.clearing = clearing
        self.device = device
        self.options = options
        self.now = now
        self.openSigner = openSigner
    }

    /// Clears every line of `streams`. For each line one answer, in their order, newline included:
    /// the transaction or the error object, given to `answer` after it is durable.
    /// - Throws: `FileError` and other failures of storage; every line answered by then is durable.
    public func run(
        _ streams: [InputStream], _ answer: ([UInt8]) throws -> Void
    ) throws -> ClearingCounts {
        if options.onRefusal == .clearNothing { return try runAtomically(streams, answer) }
        let handover = Handover<Result<[PreparedLine]?, any Error>>(capacity: Self.batchesAhead)
        let producer = DispatchProducer(streams, handover)
        producer.start()
        defer { handover.abandon() }
        while let batch = try handover.take().get() {
            let isOver = try clear(batch, answer)
            if isOver { break }
        }
        return counts
    }

    /// Clears one line that has been made here.
    func enter(_ line: PreparedLine) throws -> Decision {
        try ledger.write {
            let settlement = Settlement(ledger: ledger, clearing: clearing, device: device)
            let decision = try settlement.decide(line, now: now())
            _ = try keep([decision])
            return decision
        }
    }

    /// Clears lines that have come from different sides, together: one sync for all of them. When
    /// this returns, what has cleared is durable.
    /// - Returns: for each line the verdict, and the line that answers, newline included.
    /// - Throws: `WalletError.busy`, and nothing has changed; failures of storage, after which this
    ///   process must not write any more.
    func clearTogether(_ batch: [PreparedLine]) throws -> [(decision: Decision, line: [UInt8])] {
        if signer == nil { signer = try openSigner() }
        let settlement = Settlement(ledger: ledger, clearing: clearing, device: device)
        return try ledger.write {
            let decisions = try decide(batch, settlement).decisions
            let answers = try keep(decisions)
            return try zip(decisions, answers).map { ($0, try line(of: $1)) }
        }
    }

    /// Clears one batch; true where the run is over.
    private func clear(
        _ batch: [PreparedLine], _ answer: ([UInt8]) throws -> Void
    ) throws -> Bool {
        let answers = try settle(batch)
        try answer(answers.lines.concatenated())
        return answers.isOver
    }

    /// Holds the whole stream before anything is decided.
    private func runAtomically(
        _ streams: [InputStream], _ answer: ([UInt8]) throws -> Void
    ) throws -> ClearingCounts {
        var reader = LineReader(streams)
        var all: [PreparedLine] = []
        var size = 0
        while let lines = try reader.next() {
            size += lines.reduce(0) { $0 + ($1.bytes?.count ?? 0) }
            guard all.count + lines.count <= Limits.atomicLines, size <= Limits.atomicBytes else {
                throw WalletError.batchTooLarge(
                    limit: "\(Limits.atomicLines) lines or \(Limits.atomicBytes) bytes")
            }
            all += lines.parallelMap { PreparedLine($0) }
        }
        guard !all.isEmpty else { return counts }
        try answer(try settle(all).lines.concatenated())
        return counts
    }

    /// Decides a batch in order and makes what has cleared durable. A dry run changes nothing but
    /// its own memory, and needs no lock.
    private func settle(_ lines: [PreparedLine]) throws -> (lines: [[UInt8]], isOver: Bool) {
        let batch = try veto?(lines) ?? lines
        let settlement = Settlement(ledger: ledger, clearing: clearing, device: device)
        func settled() throws -> (lines: [[UInt8]], isOver: Bool) {
            let (decisions, isOver) = try decide(batch, settlement)
            note(decisions)
            let answers = try options.isDryRun ? show(decisions) : keep(decisions)
            return (try answers.map { try line(of: $0) }, isOver)
        }
        if options.isDryRun { return try settled() }
        if signer == nil { signer = try openSigner() }
        let answers = try ledger.write(settled)
        feed?.announce()
        return answers
    }

    private func decide(
        _ batch: [PreparedLine], _ settlement: Settlement
    ) throws -> (decisions: [Decision], isOver: Bool) {
        var decisions: [Decision] = []
        decisions.reserveCapacity(batch.count)
        var hasRefused = false
        for prepared in batch {
            let decision = try settlement.decide(prepared, now: now())
            decisions.append(decision)
            guard case .refused = decision else { continue }
            hasRefused = true
            if options.onRefusal == .stop { break }
        }
        guard hasRefused, options.onRefusal == .clearNothing else {
            return (decisions, hasRefused && options.onRefusal == .stop)
        }
        if !options.isDryRun { try ledger.discard() }
        return (zip(decisions, batch).map { $0.withdrawn(line: $1.line) }, true)
    }

    private func note(_ decisions: [Decision]) {
        for decision in decisions {
            switch decision {
            case .cleared, .entered: counts.cleared += 1
            case .replayed: counts.replayed += 1
            case .refused(let refusal):
                counts.refused += 1
                if counts.complaints.count < ClearingCounts.keptComplaints {
                    counts.complaints.append(refusal.complaint)
                }
            }
        }
    }

    /// The answers of a dry run: transactions without a receipt. The latest are kept for lines that
    /// come twice.
    private func show(_ decisions: [Decision]) -> [Answer] {
        if shown.count > Limits.batchLines * 4 { shown = [:] }
        return decisions.map { decision in
            let answer = decision.answer { _ in nil }
            if let hash = decision.newHash { shown[hash] = answer.line }
            return answer
        }
    }

    /// The line that answers, newline included.
    private func line(of answer: Answer) throws -> [UInt8] {
        switch answer.content {
        case .new(let line): return line
        case .error(let refusal): return refusal.json + [UInt8(ascii: "\n")]
        case .stored(let hash):
            if let line = shown[hash] { return line }
            if options.isDryRun, try !ledger.isStored(hash) {
                let refusal = Refusal(.alreadyCleared, "cleared earlier in this dry run")
                return refusal.json + [UInt8(ascii: "\n")]
            }
            return try ledger.storedLine(hash) + [UInt8(ascii: "\n")]
        }
    }

    /// Signs receipts on all cores and commits what is new.
    private func keep(_ decisions: [Decision]) throws -> [Answer] {
        let signer = signer
        let signed = decisions.parallelMap { decision in
            Result { try decision.answer { try signer?($0) } }
        }
        let answers = try signed.map { try $0.get() }
        let fresh = answers.indices.filter { answers[$0].isNew }
        guard !fresh.isEmpty else { return answers }
        try ledger.commit(
            fresh.map { answers[$0].line }, asOne: options.onRefusal == .clearNothing
        ) { index, place in
            decisions[fresh[index]].locate(in: ledger.graph, at: place.packed)
        }
        feed?.note(fresh.map { answers[$0].line })
        return answers
    }
}
