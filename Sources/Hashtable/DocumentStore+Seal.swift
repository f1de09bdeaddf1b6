// Sealing: the journal gets its block as its last line and a name, and a new journal begins.
import Bytes
import Documents
import Files

extension DocumentStore {
    /// A block's line is shorter than this.
    private static let blockBytes = 16_384
    private static let freshName = journalName + ".new"

    /// The sealed segments' names.
    public var segments: [SegmentName] { sealed.compactMap { SegmentName($0) } }

    /// Appends a block's line at `offset`, the end of the last whole line, and closes the journal
    /// under the block's name. The block is committed when its line is durable; what follows is
    /// completed by the next writer if it is interrupted. Only under the writer's lock.
    /// - Parameters:
    ///   - line: the block's document, newline included.
    ///   - above: a line that comes with it or not at all, newline included; none where empty.
    /// - Throws: `FileError`; then this process must not write any more.
    public func seal(
        _ line: [UInt8], above: [UInt8] = [], block: Digest256, at offset: Int
    ) throws {
        precondition(BlockDocument.isBegun(by: line), "a segment ends with a block")
        _ = try append(above + line, at: offset, asOne: !above.isEmpty)
        try close(as: SegmentName(height: journalSegment, block: block).text)
    }

    /// Gives the journal its name and begins a new one. At every moment a journal stands there: for
    /// a moment the segment has both names.
    func close(as name: String) throws {
        let journalPath = directory + "/" + Self.journalName
        try FileSystem.link(journalPath, to: directory + "/" + name)
        try FileSystem.synchronizeDirectory(directory)
        let fresh = directory + "/" + Self.freshName
        try FileSystem.remove(fresh)
        do {
            _ = try File(fresh, .new)
            try FileSystem.rename(fresh, to: journalPath)
        } catch {
            try? FileSystem.remove(fresh)
            throw error
        }
        try FileSystem.synchronizeDirectory(directory)
        try replaceJournal(name)
    }

    /// Closes a journal whose last line is a block: whoever wrote it was interrupted.
    func completeSeal() throws {
        let size = try journal.status().size
        let begin = max(0, size - Self.blockBytes)
        let tail = try journal.read(at: begin, count: size - begin)
        guard let end = tail.lastIndex(of: Self.newline) else { return }
        let before = tail[..<end].lastIndex(of: Self.newline)
        guard before != nil || begin == 0 else { return }
        let line = Array(tail[((before ?? -1) + 1)..<end])
        guard BlockDocument.isBegun(by: line) else { return }
        let place = Place(segment: journalSegment, offset: begin + (before ?? -1) + 1)
        do {
            let block = try BlockDocument(try Envelope(line: line))
            guard block.statement.height == journalSegment else {
                throw Refusal(.malformedDocument, "a block of height \(block.statement.height)")
            }
            try journal.truncate(to: begin + end + 1)
            try journal.synchronize()
            try close(as: SegmentName(height: journalSegment, block: block.hash).text)
        } catch let refusal as Refusal {
            throw StoreError.corruptLine(
                place: place, path: journal.path, reason: refusal.message)
        }
    }

    /// The line of the block that seals `segment`, without its newline, and its place.
    /// - Throws: `FileError`; `StoreError.noLine` where the segment is empty.
    public func blockLine(of segment: Int) throws -> (line: [UInt8], place: Place) {
        let end = Place(segment: segment, offset: try size(ofSealed: segment))
        var found: (line: [UInt8], place: Place)?
        try scanBackwards(from: end) { line, place in
            found = (Array(line), place)
            return false
        }
        guard let found, found.place.segment == segment else {
            throw StoreError.noLine(place: end, path: path(of: segment))
        }
        return found
    }
}
