// Whether a header may follow a chain.
import Bytes

/// What every header of a chain must be like. The rules of the network alone: which of two chains
/// counts, their work decides.
public struct HeaderRules: Sendable {
    /// The network.
    public let network: ChainNetwork
    private let difficulty: DifficultyRules
    private let checkpoints: Checkpoints

    /// How far a header's time may be ahead of the clock.
    private static let leadSeconds: Int64 = 2 * 3600

    /// The rules of a network.
    public init(_ network: ChainNetwork) {
        self.network = network
        difficulty = DifficultyRules(network)
        checkpoints = Checkpoints(network)
    }

    /// The first header of every chain.
    /// - Throws: `HeaderError.invalidBits`, which no network has.
    public func genesis() throws(HeaderError) -> ChainPoint {
        let genesis = network.genesis
        return ChainPoint(
            height: 0, time: genesis.time, bits: genesis.bits,
            work: try CompactTarget(bits: genesis.bits).work)
    }

    /// The height of the last known block that a chain of this height has passed.
    func lastCheckpoint(upTo height: Int) -> Int { checkpoints.last(upTo: height) }

    /// The point of a header that follows `last`.
    /// - Parameters:
    ///   - hash: the header's.
    ///   - branch: ends in `last`.
    ///   - now: seconds since 1970.
    /// - Throws: `HeaderError`: `invalidBits`, `wrongBits`, `insufficientWork`, `timeTooOld`,
    ///   `timeTooNew`, `otherChain`; what `branch` throws.
    public func point(
        of header: BlockHeader, _ hash: Digest256, after last: ChainPoint,
        on branch: some ChainBranch, now: Int64
    ) throws -> ChainPoint {
        let height = last.height + 1
        try checkpoints.check(hash, at: height)
        let bits = try difficulty.bits(after: last, time: header.time, on: branch)
        guard header.bits == bits else {
            throw HeaderError.wrongBits(height: height, expected: bits, got: header.bits)
        }
        let target = try CompactTarget(bits: bits)
        guard target.isMet(by: hash) else {
            throw HeaderError.insufficientWork(hash: hash, bits: bits)
        }
        let median = try difficulty.medianTime(at: last.height, on: branch)
        guard header.time > median else {
            throw HeaderError.timeTooOld(height: height, median: median, got: header.time)
        }
        guard Int64(header.time) <= now + Self.leadSeconds else {
            throw HeaderError.timeTooNew(
                height: height, limit: now + Self.leadSeconds, got: header.time)
        }
        return ChainPoint(
            height: height, time: header.time, bits: bits,
            work: last.work &+ (bits == last.bits ? last.step : target.work))
    }
}
