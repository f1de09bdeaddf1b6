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
    private let sign: ReceiptSigner
    private let now: @Sendable () -> Timestamp
    private let options: ClearingOptions
    private var counts = ClearingCounts()

    /// Batches that are verified ahead of the one that is cleared.
    private static let batchesAhead = 2

    /// A run.
    public init(
        ledger: Ledger, clearing: Clearing, device: Address, options: ClearingOptions,
        now: @escaping @Sendable () -> Timestamp, sign: @escaping ReceiptSigner
    ) {
        self.ledger = ledger
        self.clearing = clearing
        self.device = device
        self.options = options
        self.now = now
        self.sign = sign
    }

    /// Clears every line of `streams`. For each line one answer, in their order, newline included: the transaction
    /// or the error object, given to `answer` after it is durable.
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

    /// Clears one batch; true where the run is over.
    private func clear(
        _ batch: [PreparedLine], _ answer: ([UInt8]) throws -> Void
    ) throws -> Bool {
        let answers = try settle(batch)
        try answer(Array(answers.lines.joined()))
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
        try answer(Array(try settle(all).lines.joined()))
        return counts
    }

    /// Decides a batch in order and makes what has cleared durable.
    private func settle(_ batch: [PreparedLine]) throws -> (lines: [[UInt8]], isOver: Bool) {
        try ledger.write {
            var decisions: [Decision] = []
            decisions.reserveCapacity(batch.count)
            var isOver = false
            let settlement = Settlement(ledger: ledger, clearing: clearing, device: device)
            for prepared in batch {
                let decision = try settlement.decide(prepared, now: now())
                decisions.append(decision)
                if case .refused = decision, options.onRefusal == .stop {
                    isOver = true
                    break
                }
            }
            let refusals = decisions.count { if case .refused = $0 { true } else { false } }
            if options.onRefusal == .clearNothing, refusals > 0 {
                try ledger.graph.reload()
                decisions = zip(decisions, batch).map { $0.withdrawn(line: $1.line) }
            }
            note(decisions)
            let lines = try options.isDryRun ? show(decisions) : keep(decisions)
            return (try lines.map { try settlement.answer($0) }, isOver)
        }
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

    /// The answers of a dry run: transactions without a receipt.
    private func show(_ decisions: [Decision]) throws -> [Answer] {
        decisions.map { $0.answer { _ in nil } }
    }

    /// Signs receipts on all cores and commits what is new.
    private func keep(_ decisions: [Decision]) throws -> [Answer] {
        let sign = sign
        let signed = decisions.parallelMap { decision in
            Result { try decision.signed(sign) }
        }
        let answers = try signed.map { try $0.get() }
        let fresh = answers.indices.filter { answers[$0].isNew }
        guard !fresh.isEmpty else { return answers }
        try ledger.commit(
            fresh.map { answers[$0].line }, asOne: options.onRefusal == .clearNothing
        ) { index, place in
            decisions[fresh[index]].locate(in: ledger.graph, at: place.packed)
        }
        return answers
    }
}
