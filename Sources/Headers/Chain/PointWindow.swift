// The end of a branch, as far back as the rules look.

/// The last points of a branch, in memory.
struct PointWindow: ChainBranch {
    /// Ascending by height without a gap.
    private var points: [ChainPoint]

    init(_ points: [ChainPoint]) { self.points = points }

    /// The last of them.
    var last: ChainPoint? { points.last }

    func point(at height: Int) throws -> ChainPoint {
        guard let first = points.first, height >= first.height,
            height - first.height < points.count
        else { throw HeaderError.outOfReach(height: height) }
        return points[height - first.height]
    }

    mutating func append(_ point: ChainPoint) {
        points.append(point)
        // Moved seldom, and then half of it.
        if points.count >= 2 * DifficultyRules.reach {
            points.removeFirst(points.count - DifficultyRules.reach)
        }
    }
}
