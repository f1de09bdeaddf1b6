// Showing that something is not in a sorted tree: by the leaves that would stand beside it.
import Documents

/// The leaves around a place where nothing is.
struct Neighbours<Leaf> {
    /// The leaf before it; nil at the beginning.
    let left: Leaf?
    /// The leaf after it; nil at the end.
    let right: Leaf?

    /// - Parameter leaves: none in a tree without leaves, one at an end, else two side by side.
    /// - Parameter isBefore: whether a leaf stands before what is missing.
    /// - Parameter isAfter: whether a leaf stands after what is missing.
    /// - Throws: `proof-invalid` where something could stand there, or does.
    init(
        _ leaves: [(leaf: Leaf, index: Int)], size: Int, isBefore: (Leaf) -> Bool,
        isAfter: (Leaf) -> Bool
    ) throws(Refusal) {
        var sides = leaves[...]
        var left: (leaf: Leaf, index: Int)?
        if let first = sides.first, isBefore(first.leaf) { left = sides.removeFirst() }
        let right = sides.popFirst()
        guard sides.isEmpty, right.map({ isAfter($0.leaf) }) ?? true else {
            throw .unproved("the leaves do not stand around what is missing")
        }
        // Before the first leaf is the beginning, after the last one the end.
        guard (left?.index ?? -1) + 1 == right?.index ?? size else {
            throw .unproved("the leaves are no neighbours: something may stand between them")
        }
        self.left = left?.leaf
        self.right = right?.leaf
    }
}
