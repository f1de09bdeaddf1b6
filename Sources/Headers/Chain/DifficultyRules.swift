// Which bits the next header must have: the rules of 2009, the emergency adjustment of August 2017,
// and the adjustment over 144 blocks since November 2017.
import Bytes

/// What the rules look at of a header that stands in a chain.
public struct ChainPoint: Hashable, Sendable {
    /// Headers before it.
    public let height: Int
    /// Seconds since 1970.
    public let time: UInt32
    /// The target in compact form.
    public let bits: UInt32
    /// The work of the chain up to here, this header's included.
    public let work: UInt256

    /// A point.
    public init(height: Int, time: UInt32, bits: UInt32, work: UInt256) {
        self.height = height
        self.time = time
        self.bits = bits
        self.work = work
    }

    /// The work of this header alone.
    public var step: UInt256 { (try? CompactTarget(bits: bits))?.work ?? .zero }
}

/// The points of one branch, by height.
public protocol ChainBranch {
    /// The header at a height of the branch, from the first up to its last.
    /// - Throws: what reading it throws.
    func point(at height: Int) throws -> ChainPoint
}

/// What the next header of a branch must be like.
public struct DifficultyRules: Sendable {
    private let network: ChainNetwork

    /// Blocks between two adjustments.
    private static let window = 2_016
    private static let windowSeconds: Int64 = 14 * 24 * 3600
    private static let spacing: Int64 = 600
    /// Six blocks slower than this are an emergency.
    private static let emergencySeconds: Int64 = 12 * 3600
    private static let emergencyBlocks = 6
    /// Blocks that the later adjustment looks back over.
    private static let adjustmentBlocks = 144
    /// Headers whose median is a block's time.
    public static let medianCount = 11
    /// How far back the rules look from a header.
    public static let reach = window + medianCount

    /// The rules of a network.
    public init(_ network: ChainNetwork) { self.network = network }

    /// The bits that a header after `last` must have.
    /// - Parameters:
    ///   - time: the new header's, which counts on test networks.
    ///   - branch: ends in `last`.
    /// - Throws: `HeaderError.invalidBits`; what `branch` throws.
    public func bits(
        after last: ChainPoint, time: UInt32, on branch: some ChainBranch
    ) throws -> UInt32 {
        if network.isConstant { return last.bits }
        let height = last.height + 1
        if height >= network.adjustmentHeight {
            if network.easyBlocks.after, isLate(last, time) { return network.limitBits }
            return try adjusted(last, branch)
        }
        if height % Self.window == 0 { return try retargeted(last, branch) }
        if network.easyBlocks.before { return try easy(last, time, branch) }
        if height >= network.emergencyHeight { return try relieved(last, branch) }
        return last.bits
    }

    /// The median time of a header and the ten before it; of fewer at a chain's beginning.
    /// - Throws: what `branch` throws.
    public func medianTime(at height: Int, on branch: some ChainBranch) throws -> UInt32 {
        var times: [UInt32] = []
        for place in max(0, height - Self.medianCount + 1)...height {
            times.append(try branch.point(at: place).time)
        }
        times.sort()
        return times[times.count / 2]
    }

    // MARK: - Every two weeks

    /// The window is one block short: the rule of 2009 has it so.
    private func retargeted(_ last: ChainPoint, _ branch: some ChainBranch) throws -> UInt32 {
        let first = try branch.point(at: last.height - (Self.window - 1))
        let seconds = min(
            max(Int64(last.time) - Int64(first.time), Self.windowSeconds / 4),
            Self.windowSeconds * 4)
        let target = try CompactTarget(bits: last.bits).target &* UInt64(seconds)
        return try capped(
            target.quotientAndRemainder(dividingBy: UInt256(UInt64(Self.windowSeconds))).quotient)
    }

    /// Where a block is late it may be the easiest; the next one is as hard as the last hard one.
    private func easy(
        _ last: ChainPoint, _ time: UInt32, _ branch: some ChainBranch
    ) throws -> UInt32 {
        if isLate(last, time) { return network.limitBits }
        var point = last
        while point.height > 0, point.height % Self.window != 0, point.bits == network.limitBits {
            point = try branch.point(at: point.height - 1)
        }
        return point.bits
    }

    private func isLate(_ last: ChainPoint, _ time: UInt32) -> Bool {
        Int64(time) > Int64(last.time) + 2 * Self.spacing
    }

    // MARK: - August to November 2017

    private func relieved(_ last: ChainPoint, _ branch: some ChainBranch) throws -> UInt32 {
        guard last.bits != network.limitBits else { return last.bits }
        let late = try medianTime(at: last.height, on: branch)
        let early = try medianTime(at: last.height - Self.emergencyBlocks, on: branch)
        guard Int64(late) - Int64(early) >= Self.emergencySeconds else { return last.bits }
        let target = try CompactTarget(bits: last.bits).target
        return try capped(target &+ target >> 2)
    }

    // MARK: - Since November 2017

    private func adjusted(_ last: ChainPoint, _ branch: some ChainBranch) throws -> UInt32 {
        let end = try middle(last, branch)
        let begin = try middle(
            try branch.point(at: last.height - Self.adjustmentBlocks), branch)
        let seconds = min(
            max(Int64(end.time) - Int64(begin.time), Self.spacing * 72), Self.spacing * 288)
        let work = ((end.work &- begin.work) &* UInt64(Self.spacing))
            .quotientAndRemainder(dividingBy: UInt256(UInt64(seconds))).quotient
        // 2^256 / work - 1, in 256 bits.
        return try capped((.zero &- work).quotientAndRemainder(dividingBy: work).quotient)
    }

    /// Of three headers the one with the median time. The order of equal times is the original's
    /// sorting network's.
    private func middle(_ last: ChainPoint, _ branch: some ChainBranch) throws -> ChainPoint {
        var first = try branch.point(at: last.height - 2)
        var second = try branch.point(at: last.height - 1)
        var third = last
        if first.time > third.time { swap(&first, &third) }
        if first.time > second.time { swap(&first, &second) }
        if second.time > third.time { swap(&second, &third) }
        return second
    }

    private func capped(_ target: UInt256) throws(HeaderError) -> UInt32 {
        guard target <= network.limit else { return network.limitBits }
        return try CompactTarget(notAbove: target).bits
    }
}
