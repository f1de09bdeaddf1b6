// The chain of headers that another process follows, read from its directory.
import Bytes
import Headers
import Synchronization

/// A `HeaderStore` that is opened anew when it may have changed.
public final class StoredHeaders: HeaderChain {
    private final class Lent: @unchecked Sendable {  // Safe: used under the lock alone.
        var store: HeaderStore
        var opened: Int64

        init(_ store: HeaderStore, _ opened: Int64) {
            self.store = store
            self.opened = opened
        }
    }

    private let directory: String
    private let network: ChainNetwork
    private let now: @Sendable () -> Int64
    private let lent: Mutex<Lent>

    /// Milliseconds after which the directory is looked at again.
    private static let ageLimit: Int64 = 1_000

    /// - Parameter now: milliseconds since 1970.
    /// - Throws: failures of storage; `HeaderError` where the files are not what they should be.
    public init(
        _ directory: String, _ network: ChainNetwork, now: @escaping @Sendable () -> Int64
    ) throws {
        self.directory = directory
        self.network = network
        self.now = now
        lent = Mutex(Lent(try HeaderStore(directory, network, .reading), now()))
    }

    private func use<Result>(_ body: (HeaderStore) throws -> Result) throws -> Result {
        try lent.withLock { lent in
            let time = now()
            if time - lent.opened >= Self.ageLimit || time < lent.opened {
                if try lent.store.isOutdated() {
                    lent.store = try HeaderStore(directory, network, .reading)
                }
                lent.opened = time
            }
            return try body(lent.store)
        }
    }

    private static func chained(_ placed: PlacedHeader?) -> ChainedHeader? {
        guard let placed, placed.state == .longest else { return nil }
        return ChainedHeader(placed.header, height: placed.height)
    }

    /// The header with a hash; nil where the longest chain has none.
    public func header(hash: Digest256) throws -> ChainedHeader? {
        try use { Self.chained(try $0.find(hash)) }
    }

    /// The header with a Merkle root; nil where the longest chain has none.
    public func header(root: Digest256) throws -> ChainedHeader? {
        try use { Self.chained(try $0.find(root: root)) }
    }

    /// The header at a height; nil above the tip.
    public func header(height: Int) throws -> ChainedHeader? {
        try use { Self.chained(try $0.header(at: height)) }
    }

    /// The last header.
    public func tip() throws -> ChainedHeader {
        try use { ChainedHeader($0.tip.header, height: $0.tip.height) }
    }
}
