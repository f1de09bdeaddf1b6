// What a hook is told.
import Bytes
import Cryptography
import Documents

/// Something that happens or has happened, as a hook reads it on its standard input: one line of
/// canonical JSON, `{"details":{…},"documents":[…],"hook","id","time"}`.
public struct HookEvent: Sendable {
    /// The hook that is told.
    public let hook: HookName
    /// 32 hexadecimal digits, the same whenever the same thing is told again.
    public let id: String
    /// When it happened.
    public let time: Timestamp
    /// The documents that it is about: one value of JSON each.
    public let documents: [[UInt8]]
    /// What is known beside the documents.
    public let details: ReportRow
    /// How many hooks have led to it, one run by the other; 0 for a person's command.
    let depth: Int

    /// An event.
    /// - Parameter key: what makes it the same event when it is told again, such as a hash.
    public init(
        _ hook: HookName, key: String, time: Timestamp, documents: [[UInt8]],
        details: KeyValuePairs<String, ReportRow.Value?> = [:]
    ) {
        self.init(
            hook, id: Self.id(hook, key), time: time, documents: documents,
            details: ReportRow(details), depth: 0)
    }

    init(
        _ hook: HookName, id: String, time: Timestamp, documents: [[UInt8]], details: ReportRow,
        depth: Int
    ) {
        self.hook = hook
        self.id = id
        self.time = time
        self.documents = documents
        self.details = details
        self.depth = depth
    }

    private static func id(_ hook: HookName, _ key: String) -> String {
        let text = "wallet/hook \(hook.rawValue) \(key)"
        return Hexadecimal.encode(Hash.sha256(Array(text.utf8)).bytes[..<16])
    }

    /// The same as a hook run by `depth` others tells it.
    func at(depth: Int) -> HookEvent {
        HookEvent(
            hook, id: id, time: time, documents: documents, details: details, depth: depth)
    }

    /// The line that the hook reads, newline included.
    public var input: [UInt8] {
        var writer = CanonicalWriter(capacity: documents.reduce(512) { $0 + $1.count })
        writer.beginObject()
        writer.name("details")
        writer.raw(details.json.utf8)
        writer.name("documents")
        writer.beginArray()
        for document in documents { writer.raw(document) }
        writer.endArray()
        writer.name("hook")
        writer.string(hook.rawValue)
        writer.name("id")
        writer.string(id)
        writer.name("time")
        writer.string(time.text)
        writer.endObject()
        return writer.bytes + [UInt8(ascii: "\n")]
    }
}
