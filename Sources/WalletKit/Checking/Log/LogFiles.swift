// The directory `documents/` as it is found, whatever state it is in.
import Bytes
import Files
import Graphstore
import Hashtable

/// The files of the log. Unlike a `DocumentStore` it can be made of a directory from which segments
/// are missing, or in which things stand that nobody has put there.
struct LogFiles {
    /// The directory's path.
    let directory: String
    /// The sealed segments by height, ascending, and then the journal where there is one.
    private(set) var segments: [LogSegment] = []
    /// The names of the sealed ones.
    private(set) var names: [Int: SegmentName] = [:]
    /// Whether there is a journal.
    private(set) var hasJournal = false
    /// The name that the journal has beside its own where a seal was interrupted.
    private(set) var sealing: SegmentName?
    /// Where lines begin that are not committed; nil for nowhere.
    private(set) var mark: Int?

    /// The file that says where uncommitted lines begin.
    static let markName = "uncommitted"
    private static let markBytes = 32

    /// Looks at the directory, and reports what is not as it should be.
    /// - Throws: `FileError`.
    init(_ directory: String, _ findings: Findings) throws(FileError) {
        self.directory = directory
        var others: [String] = []
        for name in try FileSystem.list(directory) {
            guard let segment = SegmentName(name) else {
                others.append(name)
                continue
            }
            guard names[segment.height] == nil else {
                findings.damage(
                    "segment-order", file: Self.file(name),
                    "there are two segments of height \(segment.height)", isRepairable: false)
                continue
            }
            names[segment.height] = segment
        }
        hasJournal = others.contains(DocumentStore.journalName)
        try leaveOutJournal(findings)
        for name in others { try look(name, findings) }
        for (height, name) in names.sorted(by: { $0.key < $1.key }) {
            segments.append(LogSegment(number: height, path: path(name.text)))
        }
        guard hasJournal else {
            findings.damage(
                "journal-missing", file: Self.file(DocumentStore.journalName),
                "the journal is missing")
            return
        }
        segments.append(
            LogSegment(
                number: (names.keys.max() ?? -1) + 1, path: path(DocumentStore.journalName),
                end: mark))
    }

    /// The path of a file in the directory.
    func path(_ name: String) -> String { directory + "/" + name }

    /// A file as findings name it.
    static func file(_ name: String) -> String { Ledger.documentsName + "/" + name }

    /// The file that holds a place.
    func file(of segment: Int) -> String {
        Self.file(names[segment]?.text ?? DocumentStore.journalName)
    }

    /// A segment that is being sealed has two names for a moment: it is the journal still.
    private mutating func leaveOutJournal(_ findings: Findings) throws(FileError) {
        guard let last = names.keys.max(), let name = names[last], hasJournal,
            let journal = try FileSystem.status(path(DocumentStore.journalName)),
            try FileSystem.status(path(name.text))?.inode == journal.inode
        else { return }
        names[last] = nil
        sealing = name
        findings.note(
            "seal-interrupted", file: Self.file(name.text),
            "a seal was interrupted; the next writer completes it")
    }

    private mutating func look(_ name: String, _ findings: Findings) throws(FileError) {
        switch name {
        case DocumentStore.journalName: break
        case Self.markName:
            let text = String(
                decoding: try FileSystem.read(path(name), limit: Self.markBytes), as: UTF8.self)
            guard let offset = Int(text), offset >= 0 else {
                return findings.damage(
                    "uncommitted", file: Self.file(name),
                    "it does not say where uncommitted lines begin", isRepairable: false)
            }
            mark = offset
            findings.note(
                "uncommitted", file: Self.file(name),
                "lines from byte \(offset) of the journal on were never committed; the next "
                    + "writer removes them")
        case _ where name.hasSuffix(Leftovers.suffix): break
        default:
            findings.note(
                "strange-file", file: Self.file(name), "no file of the log",
                isRepairable: false)
        }
    }
}

/// Lines of the log for an index that is made on the side.
final class LogFileLines: DocumentSource {
    private let files: LogFiles
    private var open: [Int: File] = [:]

    private static let firstBytes = 4096

    init(_ files: LogFiles) { self.files = files }

    func line(at packed: Int64) throws -> [UInt8] {
        let place = Place(packed: packed)
        let file = try file(place.segment)
        var count = Self.firstBytes
        while true {
            let bytes = try file.read(at: place.offset, count: count)
            if let end = bytes.firstIndex(of: UInt8(ascii: "\n")) { return Array(bytes[..<end]) }
            guard bytes.count == count, count <= Limits.storedLineBytes else {
                throw StoreError.noLine(place: place, path: file.path)
            }
            count *= 8
        }
    }

    private func file(_ number: Int) throws -> File {
        if let file = open[number] { return file }
        guard let segment = files.segments.first(where: { $0.number == number }) else {
            throw StoreError.missingSegment(number: number, directory: files.directory)
        }
        let file = try File(segment.path, .read)
        if open.count >= Self.openFiles { open = [:] }
        open[number] = file
        return file
    }

    private static let openFiles = 64
}
