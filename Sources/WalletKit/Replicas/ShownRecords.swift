// What was shown as applied before blocks came that settle it: whoever is interrupted before it has
// told what is applied no longer, tells it at the next meeting.
import Bytes
import Documents
import Merge

/// `replica/shown.ndjson`: `{"class","instructions","record"}`, a line each.
struct ShownRecords {
    private let file: LineFile

    init(_ directory: ReplicaDirectory) { file = LineFile(path: directory.shown) }

    /// Keeps what is about to be settled by others, durably.
    func add(_ records: [AppliedRecord]) throws {
        try file.append(records.map { Self.line($0) })
    }

    /// What is kept, then what the log shows, each record once.
    func all(and open: [AppliedRecord]) throws -> [AppliedRecord] {
        var seen: Set<Digest256> = []
        return (try file.lines().compactMap { Self.record($0) } + open)
            .filter { seen.insert($0.record).inserted }
    }

    /// All has been told.
    func forget() throws {
        if try file.size > 0 { try file.replace([]) }
    }

    private static func line(_ record: AppliedRecord) -> [UInt8] {
        var writer = CanonicalWriter(capacity: 256)
        writer.beginObject()
        writer.name("class")
        writer.string(record.resultClass.rawValue)
        writer.name("instructions")
        writer.beginArray()
        for hash in record.instructions { writer.string(hash.hexadecimal) }
        writer.endArray()
        writer.name("record")
        writer.string(record.record.hexadecimal)
        writer.endObject()
        return writer.bytes
    }

    private static func record(_ line: [UInt8]) -> AppliedRecord? {
        guard let root = try? JSONText(line).root,
            let resultClass = root["class"]?.string.flatMap({ ResultClass(rawValue: $0) }),
            let hash = root["record"]?.plainString.flatMap({ Digest256(hexadecimal: $0) })
        else { return nil }
        return AppliedRecord(
            record: hash,
            instructions: (root["instructions"]?.elements ?? []).compactMap {
                $0.plainString.flatMap { Digest256(hexadecimal: $0) }
            }, resultClass: resultClass)
    }
}
