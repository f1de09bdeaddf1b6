// The Hashtable: documents, one a line, in segments that only grow.
import Bytes
import Files

/// The directory `documents/` of a wallet: sealed segments and the journal of the open block.
///
/// A line counts when its newline stands there. What a crash leaves after the last newline was
/// never acknowledged: readers do not see it, the next writer cuts it off. Any other line that
/// cannot be read is damage, and is never cut.
public final class DocumentStore {
    /// The directory's path.
    public let directory: String
    /// The sealed segments' file names, by number.
    private(set) var sealed: [String]
    private(set) var journal: File
    private var openSegments: [Int: File] = [:]
    /// Where lines begin that must all stand or none, and are not committed yet; nil for nowhere.
    private(set) var uncommitted: Int?

    /// The journal's file name.
    public static let journalName = "journal.ndjson"
    /// The name of the file that says where uncommitted lines begin.
    static let uncommittedName = "uncommitted"

    /// Opens the store.
    /// - Throws: `FileError`; `StoreError.missingSegment`.
    public init(directory: String, forWriting: Bool) throws {
        self.directory = directory
        (sealed, journal) = try Self.look(directory, forWriting)
        uncommitted = try Self.uncommittedOffset(directory)
    }

    /// The sealed segments and the journal as they stand together at one moment: the names are read
    /// again after the journal has been opened.
    private static func look(
        _ directory: String, _ forWriting: Bool
    ) throws -> (sealed: [String], journal: File) {
        while true {
            let names = try sealedNames(directory)
            let journal = try File(
                directory + "/" + journalName, forWriting ? .readWrite : .read)
            guard try sealedNames(directory) == names else { continue }
            // A segment that is being sealed has two names for a moment: it is the journal still.
            if let last = names.last,
                try FileSystem.status(directory + "/" + last)?.inode == journal.status().inode
            {
                return (names.dropLast(), journal)
            }
            return (names, journal)
        }
    }

    private static func sealedNames(_ directory: String) throws -> [String] {
        var sealed: [String] = []
        for name in try FileSystem.list(directory) where isSealedName(name) {
            guard Int(name.prefix(8)) == sealed.count else {
                throw StoreError.missingSegment(number: sealed.count, directory: directory)
            }
            sealed.append(name)
        }
        return sealed
    }

    private static func uncommittedOffset(_ directory: String) throws -> Int? {
        let path = directory + "/" + uncommittedName
        let bytes: [UInt8]
        do throws(FileError) {
            bytes = try FileSystem.read(path, limit: 32)
        } catch {
            // No status first: a writer may remove the mark between the two.
            if error.isMissing { return nil }
            throw error
        }
        let text = String(decoding: bytes, as: UTF8.self)
        guard let offset = Int(text), offset >= 0 else {
            throw StoreError.corruptLine(place: .start, path: path, reason: "no offset")
        }
        return offset
    }

    /// Looks again whether lines are uncommitted.
    /// - Throws: `FileError`, `StoreError`.
    public func refreshMark() throws { uncommitted = try Self.uncommittedOffset(directory) }

    /// Cuts off lines that a crash has left uncommitted, and completes a seal that it has
    /// interrupted. Only under the writer's lock.
    /// - Throws: `FileError`, `StoreError`.
    public func recover() throws {
        try refreshMark()
        guard let offset = uncommitted else { return try completeSeal() }
        if try journal.status().size > offset {
            try journal.truncate(to: offset)
            try journal.synchronize()
        }
        try commitMark()
    }

    /// Removes the mark; when its removal is durable, what stands in the journal is committed.
    private func commitMark() throws {
        try FileSystem.remove(directory + "/" + Self.uncommittedName)
        try FileSystem.synchronizeDirectory(directory)
        uncommitted = nil
    }

    /// Makes an empty store with `lines` in its journal, durable.
    /// - Throws: `FileError`.
    public static func create(directory: String, lines: [[UInt8]]) throws {
        try FileSystem.makeDirectory(directory)
        let journal = try File(directory + "/" + journalName, .new)
        try journal.write(Array(lines.joined(separator: [newline]) + [newline])[...], at: 0)
        try journal.synchronize()
        try FileSystem.synchronizeDirectory(directory)
    }

    static let newline = UInt8(ascii: "\n")

    private static func isSealedName(_ name: String) -> Bool { SegmentName(name) != nil }

    /// The number of the journal's segment.
    public var journalSegment: Int { sealed.count }

    /// Bytes in the journal, a torn tail included, uncommitted lines not.
    /// - Throws: `FileError`.
    public func journalSize() throws -> Int {
        // The size first: a mark that comes after it stands behind it.
        let size = try journal.status().size
        try refreshMark()
        return min(size, uncommitted ?? .max)
    }

    /// Whether another process has sealed the journal since it was opened here.
    /// - Throws: `FileError`.
    public func isReplaced() throws -> Bool {
        try FileSystem.status(journal.path)?.inode != journal.status().inode
    }

    /// The path of a segment's file.
    public func path(of segment: Int) -> String {
        directory + "/" + (sealed.indices.contains(segment) ? sealed[segment] : Self.journalName)
    }

    /// Bytes of a sealed segment.
    /// - Throws: `FileError`, `StoreError.missingSegment`.
    public func size(ofSealed segment: Int) throws -> Int { try file(of: segment).status().size }

    /// The journal now has the name of a sealed segment, and a new one has taken its place.
    func replaceJournal(_ name: String) throws {
        openSegments[sealed.count] = journal
        sealed.append(name)
        journal = try File(directory + "/" + Self.journalName, .readWrite)
    }

    /// Another file has taken the journal's place.
    func reopenJournal() throws {
        journal = try File(directory + "/" + Self.journalName, .readWrite)
    }

    /// The last sealed segment has been taken away.
    func forgetLast() {
        openSegments[sealed.count - 1] = nil
        sealed.removeLast()
    }

    /// The open file of a segment.
    func file(of segment: Int) throws -> File {
        if segment == journalSegment { return journal }
        guard sealed.indices.contains(segment) else {
            throw StoreError.missingSegment(number: segment, directory: directory)
        }
        if let file = openSegments[segment] { return file }
        let file = try File(path(of: segment), .read)
        openSegments[segment] = file
        return file
    }

    /// The line at `place`, without its newline.
    /// - Throws: `FileError`; `StoreError.noLine` where no line ends within the limit.
    public func line(at place: Place) throws -> [UInt8] {
        let file = try file(of: place.segment)
        var count = 4096
        while true {
            let bytes = try file.read(at: place.offset, count: count)
            if let end = bytes.firstIndex(of: Self.newline) { return Array(bytes[..<end]) }
            guard bytes.count == count, count < Limits.storedLineBytes + 1 else {
                throw StoreError.noLine(place: place, path: file.path)
            }
            count = min(count * 8, Limits.storedLineBytes + 1)
        }
    }

    /// Appends `lines` at `offset`, the end of the last whole line, and makes them durable: when
    /// this returns they are committed. Nothing is retried: after an error the process has no right
    /// to write here any more.
    ///
    /// - Parameter asOne: whether a crash must leave all lines or none. Then a mark says where they
    ///   begin while they are written, and its removal commits them.
    /// - Returns: the offset after the lines.
    /// - Throws: `FileError`.
    public func append(_ lines: [UInt8], at offset: Int, asOne: Bool = false) throws -> Int {
        precondition(lines.last == Self.newline, "only whole lines are appended")
        if try journal.status().size > offset { try journal.truncate(to: offset) }
        do {
            if asOne {
                try FileSystem.replace(
                    directory + "/" + Self.uncommittedName, with: Array(String(offset).utf8))
            }
            try journal.write(lines[...], at: offset)
            try journal.synchronize()
        } catch {
            // Not needed for correctness, for nothing was acknowledged; it spares the next reader
            // the sight.
            try? journal.truncate(to: offset)
            throw error
        }
        if asOne { try commitMark() }
        return offset + lines.count
    }
}

/// What is wrong with a store.
public enum StoreError: Error, Sendable, Equatable {
    /// A sealed segment is not there.
    case missingSegment(number: Int, directory: String)
    /// No line stands at a place where one should.
    case noLine(place: Place, path: String)
    /// A line of the log that is not what was written.
    case corruptLine(place: Place, path: String, reason: String)
}
