// Reading the log line by line, in either direction, in bounded memory.
import Bytes
import Files

extension DocumentStore {
    /// The lines of one segment.
    /// - Throws: `FileError`, `StoreError`.
    public func lines(of segment: Int) throws -> [[UInt8]] {
        var lines: [[UInt8]] = []
        try scan(from: Place(segment: segment, offset: 0)) { line, place in
            guard place.segment == segment else { return false }
            lines.append(Array(line))
            return true
        }
        return lines
    }

    /// Calls `body` with every whole line from `place` on, in order of the log. Stops where `body`
    /// returns false.
    /// - Returns: the place after the last whole line that was read.
    /// - Throws: `FileError`, `StoreError`, and what `body` throws.
    @discardableResult
    public func scan(
        from place: Place, _ body: (ArraySlice<UInt8>, Place) throws -> Bool
    ) throws -> Place {
        var place = place
        while true {
            let file = try file(of: place.segment)
            var pending: [UInt8] = []
            var offset = place.offset
            let limit = place.segment == journalSegment ? try journalSize() : .max
            while true {
                let from = offset + pending.count
                let chunk = try file.read(
                    at: from, count: max(0, min(Limits.readBytes, limit - from)))
                if chunk.isEmpty { break }
                pending += chunk
                var start = 0
                while let end = pending[start...].firstIndex(of: Self.newline) {
                    let here = Place(segment: place.segment, offset: offset + start)
                    if try !body(pending[start..<end], here) {
                        return here.advanced(by: end + 1 - start)
                    }
                    start = end + 1
                }
                offset += start
                pending.removeFirst(start)
                guard pending.count <= Limits.storedLineBytes else {
                    let here = Place(segment: place.segment, offset: offset)
                    throw StoreError.noLine(place: here, path: file.path)
                }
            }
            place = Place(segment: place.segment, offset: offset)
            if place.segment == journalSegment { return place }
            place = Place(segment: place.segment + 1, offset: 0)
        }
    }

    /// The latest lines are most often enough: the first read is small, the following ones grow.
    private static let firstBackwardBytes = 32_768

    /// Calls `body` with every whole line before `end`, the latest first. Stops where `body`
    /// returns false.
    /// - Throws: `FileError`, `StoreError`, and what `body` throws.
    public func scanBackwards(
        from end: Place, _ body: (ArraySlice<UInt8>, Place) throws -> Bool
    ) throws {
        for segment in stride(from: end.segment, through: 0, by: -1) {
            let file = try file(of: segment)
            var begin = segment == end.segment ? end.offset : try file.status().size
            // The beginning of a line whose end has been read, the newline included.
            var rest: [UInt8] = []
            var count = Self.firstBackwardBytes
            while begin > 0 {
                count = min(begin, count)
                begin -= count
                let bytes = try file.read(at: begin, count: count) + rest
                var after = bytes.count
                // The last byte is a newline: a line lies between it and the newline before.
                while after > 1, let previous = bytes[..<(after - 1)].lastIndex(of: Self.newline) {
                    let place = Place(segment: segment, offset: begin + previous + 1)
                    if try !body(bytes[(previous + 1)..<(after - 1)], place) { return }
                    after = previous + 1
                }
                rest = Array(bytes[..<after])
                guard rest.count <= Limits.storedLineBytes + 1 else {
                    let place = Place(segment: segment, offset: begin)
                    throw StoreError.noLine(place: place, path: file.path)
                }
                count = min(count * 4, Limits.readBytes)
            }
            if rest.count > 1, try !body(rest.dropLast(), Place(segment: segment, offset: 0)) {
                return
            }
        }
    }
}
