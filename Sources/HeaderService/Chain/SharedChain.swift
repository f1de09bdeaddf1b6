// One chain for all who read it, follow it, and want to be told what changes.
import Bytes
import Headers
import Synchronization

/// What has become of the longest chain.
public struct ChainChange: Sendable {
    /// The last header.
    public let tip: PlacedHeader
    /// The height of the last header that has stayed, where another branch has taken the place of
    /// the rest: what was proved above it is to be proved anew.
    public let fork: Int?
    /// Headers that have left the chain, ascending.
    public let removed: [PlacedHeader]
    /// Headers that have come, ascending: the last ones of many.
    public let added: [PlacedHeader]
    /// Their work, and that of all below each of them.
    public let works: [UInt256]
}

/// A store that several threads use.
public final class SharedChain: @unchecked Sendable {  // Safe: the lock lends the store
    private let lock = Mutex(())
    private var store: HeaderStore
    private var told: PlacedHeader
    private let observers = Mutex<[@Sendable (ChainChange) -> Void]>([])
    private let directory: String
    private let isReading: Bool
    /// The network that it is of.
    public let network: ChainNetwork

    /// Opens a store; one that is read follows what another process writes, whenever `refresh` is
    /// called.
    /// - Throws: what `HeaderStore` throws.
    public init(
        _ directory: String, _ network: ChainNetwork, _ access: HeaderStore.Access
    ) throws {
        self.directory = directory
        self.network = network
        isReading = access == .reading
        store = try HeaderStore(directory, network, access)
        told = store.tip
    }

    /// Calls `observer` after every change, on the thread that has made it. Whoever keeps proofs
    /// looks at `fork`.
    public func observe(_ observer: @escaping @Sendable (ChainChange) -> Void) {
        observers.withLock { $0.append(observer) }
    }

    /// Lends the store.
    public func use<Result>(_ body: (HeaderStore) throws -> Result) rethrows -> Result {
        try lock.withLock { _ in try body(store) }
    }

    /// The last header.
    public var tip: PlacedHeader { use(\.tip) }

    /// Takes headers in, and tells the observers.
    /// - Throws: what `HeaderStore.take` throws; what was good is kept and told.
    public func take(_ bytes: [UInt8], now: Int64) throws -> HeaderUpdate {
        let (update, change) = try lock.withLock {
            _ -> (Swift.Result<HeaderUpdate, any Error>, ChainChange?) in
            let update = Swift.Result { try store.take(bytes, now: now) }
            return (update, try changed())
        }
        tell(change)
        return try update.get()
    }

    /// Looks whether another process has written, and tells the observers.
    /// - Throws: failures of storage.
    public func refresh() throws {
        guard isReading else { return }
        tell(
            try lock.withLock { _ -> ChainChange? in
                guard try store.isOutdated() else { return nil }
                store = try HeaderStore(directory, network, .reading)
                return try changed()
            })
    }

    private func tell(_ change: ChainChange?) {
        guard let change else { return }
        for observer in observers.withLock({ $0 }) { observer(change) }
    }

    /// What differs from what was told last.
    private func changed() throws -> ChainChange? {
        guard store.tip.hash != told.hash else { return nil }
        var removed: [PlacedHeader] = []
        var last = try store.find(told.hash)
        while let header = last, header.state == .stale {
            removed.append(header)
            last = try store.parent(of: header)
        }
        let kept = last?.height ?? 0
        let first = max(kept + 1, store.tip.height - HeaderServiceLimits.headersAnswered + 1)
        var added: [PlacedHeader] = []
        for height in first..<max(first, store.tip.height + 1) {
            if let header = try store.header(at: height) { added.append(header) }
        }
        var works: [UInt256] = []
        var work = try added.first.map { try store.work(of: $0) } ?? .zero
        for (index, header) in added.enumerated() {
            if index > 0 { work = work &+ (try CompactTarget(bits: header.header.bits).work) }
            works.append(work)
        }
        told = store.tip
        return ChainChange(
            tip: store.tip, fork: removed.isEmpty ? nil : kept, removed: removed.reversed(),
            added: added, works: works)
    }
}
