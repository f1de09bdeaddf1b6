// A file read line by line, in bounded memory.

extension File {
    private static let newline = UInt8(ascii: "\n")

    /// Calls `body` with every line that ends in a newline, without it, until it returns false.
    /// - Parameters:
    ///   - piece: bytes that are read at once.
    ///   - limit: bytes that a line may have.
    /// - Returns: false where a line was longer: then nothing after it was read.
    /// - Throws: `FileError`; what `body` throws.
    public func forEachLine(
        piece: Int, limit: Int, _ body: (ArraySlice<UInt8>) throws -> Bool
    ) throws -> Bool {
        var offset = 0
        var pending: [UInt8] = []
        while true {
            let chunk = try read(at: offset, count: piece)
            if chunk.isEmpty { return true }
            offset += chunk.count
            pending += chunk
            var start = 0
            while let end = pending[start...].firstIndex(of: Self.newline) {
                guard try body(pending[start..<end]) else { return true }
                start = end + 1
            }
            pending.removeFirst(start)
            guard pending.count <= limit else { return false }
        }
    }
}
