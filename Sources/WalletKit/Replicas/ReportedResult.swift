// A changed result as it is reported: the value of an entry, signed by the device that states it.
import Bytes
import Documents
import Merge

/// What was applied and is no longer, under `report/<record>`.
public struct ReportedResult: Sendable, Equatable {
    static let prefix = "report/"

    /// What it was.
    public let before: String
    /// What it is.
    public let after: String
    /// Why, a stable code.
    public let code: String
    /// Why, a sentence.
    public let message: String
    /// The instructions that have not cleared.
    public let instructions: [Digest256]
    /// The records that stand in its way.
    public let winners: [Digest256]

    init(_ demotion: Demotion) {
        before = demotion.before.rawValue
        after = demotion.after.rawValue
        code = demotion.refusal?.code.rawValue ?? demotion.after.rawValue
        message = demotion.refusal?.message ?? "a block has been sealed without it"
        instructions = demotion.instructions
        winners = demotion.winners
    }

    /// Reads what `text` has written; nil for anything else.
    init?(_ text: String) {
        guard let root = try? JSONText(Array(text.utf8)).root, let before = root["before"]?.string,
            let after = root["after"]?.string, let code = root["code"]?.string,
            let message = root["message"]?.string
        else { return nil }
        self.before = before
        self.after = after
        self.code = code
        self.message = message
        instructions = Self.hashes(root["instructions"])
        winners = Self.hashes(root["winners"])
    }

    private static func hashes(_ value: JSONValue?) -> [Digest256] {
        (value?.elements ?? []).compactMap {
            $0.plainString.flatMap { Digest256(hexadecimal: $0) }
        }
    }

    /// What the clearing answers to an instruction that still does not clear; nil where it does.
    init?(answer: [UInt8], _ instruction: Digest256) {
        guard
            let error = try? JSONText(answer.last == 0x0a ? Array(answer.dropLast()) : answer)
                .root["error"], let code = error["code"]?.string
        else { return nil }
        before = "bounced"
        after = "bounced"
        self.code = code
        message = error["message"]?.string ?? ""
        instructions = [instruction]
        winners = []
    }

    /// Whether an answer of the clearing is a refusal.
    public static func isRefusal(_ answer: [UInt8]) -> Bool {
        ReportedResult(answer: answer, .zero) != nil
    }

    /// Canonical JSON.
    var text: String {
        var writer = CanonicalWriter(capacity: 512)
        writer.beginObject()
        for (name, value) in [
            ("after", after), ("before", before), ("code", code),
        ] {
            writer.name(name)
            writer.string(value)
        }
        writer.name("instructions")
        writer.beginArray()
        // More would not fit into an entry; the record itself names them all.
        for hash in instructions.prefix(32) { writer.string(hash.hexadecimal) }
        writer.endArray()
        writer.name("message")
        writer.string(message)
        writer.name("winners")
        writer.beginArray()
        for hash in winners { writer.string(hash.hexadecimal) }
        writer.endArray()
        writer.endObject()
        return String(decoding: writer.bytes, as: UTF8.self)
    }
}

/// Instructions to be cleared again, under `retry/<instruction>`.
enum RetryQueue {
    static let prefix = "retry/"
}
