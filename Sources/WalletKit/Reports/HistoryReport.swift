// What has happened, instruction by instruction.
import Bytes
import Documents
import Graphstore
import Hashtable

/// One instruction of the log.
public struct HistoryEntry: Sendable {
    /// What an instruction did.
    public enum Action: String, Sendable {
        case issue, redeem, pay, credit, limit, cancel
    }

    /// When it cleared.
    public let time: Timestamp
    /// The transaction that it cleared in.
    public let transaction: Digest256
    /// The instruction.
    public let instruction: Instruction
    /// What it did.
    public let action: Action
    /// The unit.
    public let unit: UnitView
    /// Who gave; whose limit it is.
    public let source: Address
    /// What the source is called.
    public let sourceName: String
    /// Who received; nil for a limit.
    public let target: Address?
    /// What the target is called.
    public let targetName: String?
    /// How much; the new limit for a limit.
    public let amount: Amount
    /// The note's text.
    public let note: String?
    /// The balance after the transaction of the address that was asked for.
    public let net: Amount?
}

/// What part of the history is wanted.
public struct HistoryQuery: Sendable {
    /// Whose; nil for everybody's.
    public var who: String?
    /// Of which unit; nil for all.
    public var unit: String?
    /// At most so many entries, the latest.
    public var count: Int?
    /// Nothing before it.
    public var since: String?
    /// Whether the oldest comes first.
    public var isAscending = false

    /// Everything, the latest first.
    public init() {}
}

extension Wallet {
    /// The history that `query` asks for.
    /// - Throws: `WalletError`; failures of storage; what `body` throws.
    public func history(
        _ query: HistoryQuery, _ body: (HistoryEntry) throws -> Void
    ) throws {
        let ledger = try reader()
        let resolver = try resolver()
        let walk = HistoryWalk(
            ledger: ledger, resolver: resolver,
            address: try query.who.map { try resolver.address($0) },
            symbol: try query.unit.map { try resolver.symbol($0) },
            since: try query.since.map { try past($0) })
        if query.isAscending {
            return try walk.ascending(last: query.count, body)
        }
        var left = query.count ?? .max
        guard left > 0 else { return }
        try walk.descending { entry in
            try body(entry)
            left -= 1
            return left > 0
        }
    }

    /// A time, or a duration back from now.
    private func past(_ text: String) throws -> Timestamp {
        let now = surroundings.now()
        if let duration = try? DurationText.parse(text) {
            return now.adding(milliseconds: -duration.components.seconds * 1000) ?? .earliest
        }
        return try time(text, "since", now)
    }
}

/// Walks the log, or the chain of one address's outputs, in bounded memory.
struct HistoryWalk {
    let ledger: Ledger
    let resolver: Resolver
    let address: Address?
    let symbol: Address?
    let since: Timestamp?

    /// The latest first, until `body` returns false.
    func descending(_ body: (HistoryEntry) throws -> Bool) throws {
        try backwards { document, _ in
            for entry in try entries(document).reversed() {
                guard try body(entry) else { return false }
            }
            return true
        }
    }

    /// The oldest first; with `last` only so many of the latest.
    func ascending(last: Int?, _ body: (HistoryEntry) throws -> Void) throws {
        if address == nil, last == nil, since == nil {
            try ledger.store.scan(from: .start) { line, place in
                guard place.packed < ledger.graph.coverage.place else { return false }
                if case .transaction(let document) = try ledger.document(at: place.packed) {
                    for entry in try entries(document) { try body(entry) }
                }
                return true
            }
            return
        }
        // Places are eight bytes each; the documents are read again in the other direction.
        var places: [Int64] = []
        var count = 0
        try backwards { document, place in
            places.append(place)
            count += try entries(document).count
            return count < last ?? .max
        }
        var excess = max(0, count - (last ?? count))
        for place in places.reversed() {
            guard case .transaction(let document) = try ledger.document(at: place) else { continue }
            for entry in try entries(document) {
                if excess > 0 { excess -= 1 } else { try body(entry) }
            }
        }
    }

    /// Transactions, the latest first: those of the address, by its counters' pointers, or all.
    private func backwards(_ body: (TransactionDocument, Int64) throws -> Bool) throws {
        if let address { return try backwards(address, body) }
        let end = Place(packed: ledger.graph.coverage.place)
        try ledger.store.scanBackwards(from: end) { _, place in
            guard case .transaction(let document) = try ledger.document(at: place.packed) else {
                return true
            }
            if let since, document.transaction.clock.time < since { return false }
            return try body(document, place.packed)
        }
    }

    private func backwards(
        _ address: Address, _ body: (TransactionDocument, Int64) throws -> Bool
    ) throws {
        var heads: [(place: Int64, document: TransactionDocument, index: Int)] = []
        func push(_ pointer: Transaction.Pointer?) throws {
            guard let pointer else { return }
            let (document, place) = try ledger.transaction(pointer.transaction)
            if let since, document.transaction.clock.time < since { return }
            let at = heads.firstIndex { $0.place >= place } ?? heads.count
            heads.insert((place, document, pointer.index), at: at)
        }
        var pointers: [Transaction.Pointer?] = []
        try ledger.graph.forEachCounter(address: address, symbol: symbol) { _, counter in
            pointers.append(counter.head)
        }
        for pointer in pointers { try push(pointer) }
        while let latest = heads.last {
            // One transaction may have changed several counters of the address.
            let same = heads.filter { $0.place == latest.place }
            heads.removeLast(same.count)
            guard try body(latest.document, latest.place) else { return }
            for head in same {
                let pointer = Transaction.Pointer(
                    transaction: head.document.transaction.hash, index: head.index)
                try push(try ledger.output(pointer, of: head.document).source)
            }
        }
    }

    /// The entries of one transaction that are asked for.
    func entries(_ document: TransactionDocument) throws -> [HistoryEntry] {
        var entries: [HistoryEntry] = []
        for envelope in document.instructions {
            let instruction: Instruction
            do {
                instruction = try Instruction(envelope)
            } catch {
                throw WalletError.corruptLog(
                    path: ledger.directory, offset: 0, reason: error.message)
            }
            if let entry = try entry(instruction, document.transaction) { entries.append(entry) }
        }
        return entries
    }

    private func entry(
        _ instruction: Instruction, _ transaction: Transaction
    ) throws -> HistoryEntry? {
        let unit: Address
        let source: Address
        var target: Address?
        let action: HistoryEntry.Action
        let amount: Amount
        var note: String?
        switch instruction {
        case .iou(let iou):
            (unit, source, target) = (iou.terms.symbol, iou.terms.source, iou.terms.target)
            amount = iou.terms.amount > .zero ? iou.terms.amount : iou.terms.credit ?? .zero
            note = iou.attachments.noteText
            action =
                iou.terms.amount == .zero
                ? .credit : source == unit ? .issue : target == unit ? .redeem : .pay
        case .limit(let limit):
            (unit, source) = (limit.terms.symbol, limit.terms.address)
            (action, amount) = (.limit, limit.terms.amount)
        case .cancel(let cancellation):
            (unit, source) = (cancellation.terms.symbol, cancellation.terms.address)
            (action, amount) = (.cancel, .zero)
        }
        guard symbol == nil || symbol == unit,
            address == nil || address == source || address == target
        else { return nil }
        let net = address.flatMap { address in
            transaction.outputs.first { $0.address == address && $0.symbol == unit }?.state.net
        }
        return HistoryEntry(
            time: transaction.clock.time, transaction: transaction.hash,
            instruction: instruction, action: action, unit: try resolver.view(unit),
            source: source, sourceName: resolver.name(source), target: target,
            targetName: target.map { resolver.name($0) }, amount: amount, note: note, net: net)
    }
}
