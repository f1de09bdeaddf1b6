// Pieces into one, at the speed of memory.

extension Sequence where Element == [UInt8] {
    /// All bytes in order. `Array(joined())` goes byte by byte, which once cost more than the
    /// signatures.
    public func concatenated() -> [UInt8] {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(reduce(0) { $0 + $1.count })
        for piece in self { bytes.append(contentsOf: piece) }
        return bytes
    }
}
