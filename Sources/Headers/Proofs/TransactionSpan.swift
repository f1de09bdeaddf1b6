// Where a transaction ends, found without reading more of it than the lengths.

/// The length of the transaction that stands at a place.
enum TransactionSpan: Equatable {
    /// So many bytes.
    case bytes(Int)
    /// More has to come before it can be said.
    case incomplete
    /// No transaction begins so.
    case malformed

    /// The least that a transaction has: an input and an output with empty scripts.
    static let smallestBytes = 60

    /// - Parameter room: bytes that there will ever be, from the first of `bytes` on.
    init(_ bytes: ArraySlice<UInt8>, room: Int) {
        var scanner = TransactionScanner(bytes, room: room)
        do throws(TransactionScanner.Stop) {
            try scanner.skip(4)
            let inputs = try scanner.count(of: 41)
            guard inputs > 0 else { throw .malformed }
            for _ in 0..<inputs {
                try scanner.skip(36)
                try scanner.skip(scanner.count(of: 1))
                try scanner.skip(4)
            }
            let outputs = try scanner.count(of: 9)
            guard outputs > 0 else { throw .malformed }
            for _ in 0..<outputs {
                try scanner.skip(8)
                try scanner.skip(scanner.count(of: 1))
            }
            try scanner.skip(4)
            self = .bytes(scanner.length)
        } catch {
            self = error == .malformed ? .malformed : .incomplete
        }
    }
}

/// Goes over bytes, some of which may not have come yet.
private struct TransactionScanner {
    enum Stop: Error {
        case incomplete
        case malformed
    }

    private let bytes: ArraySlice<UInt8>
    private let room: Int
    private(set) var length = 0

    init(_ bytes: ArraySlice<UInt8>, room: Int) {
        self.bytes = bytes
        self.room = room
    }

    mutating func skip(_ count: Int) throws(Stop) {
        guard count <= room - length else { throw .malformed }
        guard count <= bytes.count - length else { throw .incomplete }
        length += count
    }

    /// A varint that counts things of at least `size` bytes each.
    mutating func count(of size: Int) throws(Stop) -> Int {
        let start = bytes.startIndex + length
        try skip(1)
        let width: Int
        switch bytes[start] {
        case 0xfd: width = 2
        case 0xfe: width = 4
        case 0xff: width = 8
        default: return try fitting(UInt64(bytes[start]), size)
        }
        try skip(width)
        let value = bytes[(start + 1)...(start + width)].reversed()
            .reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
        let smallest: UInt64 = width == 2 ? 0xfd : width == 4 ? 0x1_0000 : 0x1_0000_0000
        guard value >= smallest else { throw .malformed }
        return try fitting(value, size)
    }

    private func fitting(_ value: UInt64, _ size: Int) throws(Stop) -> Int {
        guard value <= UInt64((room - length) / size) else { throw .malformed }
        return Int(value)
    }
}
