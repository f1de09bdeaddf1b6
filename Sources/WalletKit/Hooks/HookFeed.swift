// Telling hooks what this process adds to the log.
import Bytes
import Documents
import Graphstore
import Hashtable

/// Follows one run that adds to the log. What it queues is durable before anything is answered; if
/// it cannot be queued, what has happened has happened all the same, and the mark stays, so that a
/// later process makes up for it.
final class HookFeed {
    private let wallet: Wallet
    private let ledger: Ledger
    private let mark: HookMark
    private var fresh: [[UInt8]] = []
    private var isWhole = true
    /// How many lines the log had when everything in it had been queued.
    private var told: Int?
    private lazy var events = HookEvents(wallet, ledger)

    /// The hooks that are told of the log's documents.
    static let hooks: [HookName] = [.postClear, .postSeal, .lowBalance]

    /// A feed for a run that begins now; nil where none of `hooks` is there.
    /// - Throws: failures of storage.
    init?(_ wallet: Wallet, _ ledger: Ledger, _ hooks: [HookName]) throws {
        guard try hooks.contains(where: { try wallet.hooks.isPresent($0) }) else { return nil }
        self.wallet = wallet
        self.ledger = ledger
        let name = Hexadecimal.encode(try wallet.surroundings.random.bytes(16))
        mark = try HookMark(
            wallet.hooks.queue, name: name, lines: ledger.graph.coverage.lines)
    }

    /// Notes lines that have become durable, newline included. May be called under the lock.
    func note(_ lines: [[UInt8]]) { fresh += lines }

    /// Queues what has been noted.
    func announce() {
        guard !fresh.isEmpty else { return }
        defer { fresh.removeAll() }
        // The mark follows one batch behind, so that a single one costs nothing more. After a crash
        // hooks are told twice of what they know.
        if let told { try? mark.move(to: told) }
        let isQueued = wallet.hooks.attempt {
            try wallet.hooks.announce(fresh.flatMap { try events.of(line: $0) })
        }
        isWhole = isWhole && isQueued
        if isWhole { told = ledger.graph.coverage.lines }
    }

    /// The run is over, and everything has been noted.
    func finish() {
        announce()
        if isWhole { mark.remove() }
    }
}

/// What hooks are told of documents of the log.
struct HookEvents {
    private let wallet: Wallet
    private let ledger: Ledger
    private let balances: LowBalances?

    init(_ wallet: Wallet, _ ledger: Ledger) {
        self.wallet = wallet
        self.ledger = ledger
        do {
            balances =
                try wallet.hooks.isPresent(.lowBalance) ? LowBalances(wallet, ledger.graph) : nil
        } catch {
            // A bound that is none keeps nothing from the other hooks.
            wallet.hooks.troubles.append(error)
            balances = nil
        }
    }

    /// The events of one line of the log.
    /// - Throws: failures of storage.
    func of(line: [UInt8]) throws -> [HookEvent] {
        let line = line.last == UInt8(ascii: "\n") ? Array(line.dropLast()) : line
        guard let stored = try? StoredDocument(line: line) else { return [] }
        let now = wallet.surroundings.now()
        switch stored {
        case .transaction(let document):
            let told = HookEvent(
                .postClear, key: stored.hash.hexadecimal, time: now, documents: [line])
            return [told] + (try balances?.events(document, line, ledger, now) ?? [])
        case .block:
            return [
                HookEvent(.postSeal, key: stored.hash.hexadecimal, time: now, documents: [line])
            ]
        default: return []
        }
    }
}

extension Hooks {
    /// Does what must not fail what has happened; what goes wrong is kept to be told.
    /// - Returns: whether nothing is left to be done again.
    func attempt(_ body: () throws -> Void) -> Bool {
        do {
            try body()
            return true
        } catch {
            troubles.append(error)
            return (error as? HookError)?.isFinal ?? false
        }
    }

    /// What went wrong beside what was asked for; told once.
    public func takeTroubles() -> [any Error] {
        defer { troubles = [] }
        return troubles
    }
}
