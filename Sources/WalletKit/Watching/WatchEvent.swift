// What whoever watches a wallet is told.
import Bytes
import Documents
import Service

/// Something that has happened.
public enum WatchEvent: Sendable {
    /// A document of the log.
    case document(ServedEvent, WatchCursor)
    /// What was told of lines behind this one is void: a merge has written the log anew. What
    /// stands there now follows.
    case rewritten(WatchCursor)
    /// A message that has come in: its document.
    case message(hash: String, line: [UInt8])
    /// A hook's run.
    case hook(HookLogEntry)
    /// Something else that one's devices have told each other: a report of a merge, a name, a
    /// receipt.
    case entry(name: String, hash: String, line: [UInt8])

    /// The kind: that of the document, as `GET /events` has it, or `rewritten`, `message`, `hook`,
    /// `report`, `entry`.
    public var kind: String {
        switch self {
        case .document(let event, _): event.kind.rawValue
        case .rewritten: "rewritten"
        case .message: "message"
        case .hook: "hook"
        case .entry(let name, _, _): name.hasPrefix("report/") ? "report" : "entry"
        }
    }

    /// One line of canonical JSON, newline included. A document of the log has the members that
    /// `GET /events` gives it, and `cursor`.
    public var json: [UInt8] {
        var writer = CanonicalWriter()
        switch self {
        case .document(let event, let cursor):
            writer.beginObject()
            writer.name("cursor")
            writer.string(cursor.text)
            writer.name("document")
            writer.raw(event.line)
            writer.name("hash")
            writer.string(event.hash.hexadecimal)
            writer.name("kind")
            writer.string(kind)
            writer.name("position")
            writer.integer(event.position)
            writer.endObject()
        case .rewritten(let cursor):
            writer.beginObject()
            writer.name("cursor")
            writer.string(cursor.text)
            writer.name("kind")
            writer.string(kind)
            writer.name("position")
            writer.integer(cursor.position)
            writer.endObject()
        case .message(let hash, let line): write(hash, line, nil, &writer)
        case .entry(let name, let hash, let line): write(hash, line, name, &writer)
        case .hook(let entry):
            let members: [(name: String, value: ReportRow.Value)] =
                [(name: "kind", value: .text(kind))] + entry.row.members
            writer.raw(ReportRow(members: members).json.utf8)
        }
        return writer.bytes + [UInt8(ascii: "\n")]
    }

    private func write(
        _ hash: String, _ line: [UInt8], _ name: String?, _ writer: inout CanonicalWriter
    ) {
        writer.beginObject()
        writer.name("document")
        writer.raw(line)
        writer.name("hash")
        writer.string(hash)
        writer.name("kind")
        writer.string(kind)
        if let name {
            writer.name("name")
            writer.string(name)
        }
        writer.endObject()
    }
}
