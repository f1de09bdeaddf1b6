// What waits to be sent.

/// Byte arrays in order; they are sent from where they lie.
struct WriteQueue {
    private var pieces: [[UInt8]] = []
    /// The first piece that is not sent, and how much of it is.
    private var first = 0
    private var offset = 0

    /// Bytes that wait.
    private(set) var count = 0

    var isEmpty: Bool { count == 0 }

    /// Small pieces are joined: each would cost a system call of its own.
    private static let joinedBytes = 4_096

    mutating func append(_ bytes: [UInt8]) {
        count += bytes.count
        if let last = pieces.indices.last, last > first || offset == 0,
            pieces[last].count + bytes.count <= Self.joinedBytes
        {
            pieces[last] += bytes
        } else {
            pieces.append(bytes)
        }
    }

    /// The next bytes, `limit` at most.
    func withFront<R>(_ limit: Int, _ body: (UnsafeBufferPointer<UInt8>) -> R) -> R {
        pieces[first].withUnsafeBufferPointer { piece in
            body(
                UnsafeBufferPointer(
                    rebasing: piece[offset..<min(piece.count, offset + limit)]))
        }
    }

    /// Forgets bytes at the front, `withFront`'s at most.
    mutating func drop(_ count: Int) {
        self.count -= count
        offset += count
        guard offset == pieces[first].count else { return }
        offset = 0
        pieces[first] = []
        first += 1
        if first == pieces.count {
            pieces = []
            first = 0
        } else if first >= 64 {
            pieces.removeFirst(first)
            first = 0
        }
    }
}
