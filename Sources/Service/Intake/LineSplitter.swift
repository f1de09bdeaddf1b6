// Lines out of pieces.
import Bytes

/// Splits what comes into lines. Empty lines are left out; of a line that is too long nothing is
/// kept but that there was one.
struct LineSplitter: Sendable {
    enum Piece: Sendable, Equatable {
        case line([UInt8])
        case tooLong
    }

    private let limit: Int
    private var partial: [UInt8] = []
    private var isSkipping = false

    init(limit: Int = Limits.lineBytes) { self.limit = limit }

    /// The lines that end in `bytes`, and a too long one as soon as it is.
    mutating func append(_ bytes: [UInt8]) -> [Piece] {
        var pieces: [Piece] = []
        var rest = bytes[...]
        while let end = rest.firstIndex(of: 0x0a) {
            take(rest[..<end], &pieces)
            finish(&pieces)
            rest = rest[(end + 1)...]
        }
        take(rest, &pieces)
        return pieces
    }

    /// What stands behind the last newline.
    mutating func end() -> [Piece] {
        var pieces: [Piece] = []
        finish(&pieces)
        return pieces
    }

    private mutating func take(_ part: ArraySlice<UInt8>, _ pieces: inout [Piece]) {
        guard !isSkipping else { return }
        if partial.count + part.count > limit {
            partial = []
            isSkipping = true
            pieces.append(.tooLong)
        } else {
            partial.append(contentsOf: part)
        }
    }

    private mutating func finish(_ pieces: inout [Piece]) {
        let isBlank = partial.allSatisfy { $0 == 0x20 || $0 == 0x09 || $0 == 0x0d }
        if !isSkipping, !isBlank { pieces.append(.line(partial)) }
        partial = []
        isSkipping = false
    }
}
