// Bytes that came over a connection and that nobody has read yet.

/// A queue of bytes: appended at one end, consumed at the other, in linear time altogether.
struct ByteQueue: Sendable {
    private(set) var storage: [UInt8] = []
    /// Where the unread bytes begin.
    private(set) var start = 0

    /// Memory that an empty queue keeps.
    private static let keptBytes = 65_536
    /// Read bytes that are not worth moving the rest for.
    private static let tolerableBytes = 4_096

    var count: Int { storage.count - start }
    var isEmpty: Bool { start == storage.count }

    /// The unread byte at `index`.
    subscript(index: Int) -> UInt8 {
        @inline(__always) get { storage[start + index] }
    }

    /// Adds bytes.
    mutating func append(_ bytes: UnsafeRawBufferPointer) {
        if isEmpty {
            removeAll()
        } else if start > Self.tolerableBytes, start > storage.count / 2 {
            // What is moved is less than what was read: each byte moves once, amortised.
            storage.removeSubrange(..<start)
            start = 0
        }
        bytes.withMemoryRebound(to: UInt8.self) { storage.append(contentsOf: $0) }
    }

    /// Forgets the first bytes.
    mutating func consume(_ count: Int) {
        precondition(count >= 0 && count <= self.count)
        start += count
        if isEmpty { removeAll() }
    }

    /// The first `limit` bytes or as many as there are.
    mutating func take(_ limit: Int) -> [UInt8] {
        let taken = min(limit, count)
        if start == 0, taken == storage.count {
            // All of it: handed over, not copied.
            let all = storage
            storage = []
            return all
        }
        let bytes = Array(storage[start..<start + taken])
        consume(taken)
        return bytes
    }

    /// Forgets everything.
    mutating func removeAll() {
        storage.removeAll(keepingCapacity: storage.capacity <= Self.keptBytes)
        start = 0
    }
}
