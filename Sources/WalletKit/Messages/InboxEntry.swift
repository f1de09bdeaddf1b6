// A message that has been taken, and what has become of it.
import Bytes
import Documents

/// What has become of a message.
public enum MessageStatus: String, Sendable, CaseIterable {
    /// Nobody has looked at it.
    case new
    /// Somebody has.
    case read
    /// What was to be done with its documents has been done.
    case accepted
    /// It was refused.
    case refused
}

/// A message of the inbox.
public struct InboxEntry: Sendable {
    /// The message, whose signatures have been verified.
    public let message: Message
    /// What we have said to whoever brought it.
    public let acknowledgement: Acknowledgement
    /// What has become of it.
    public internal(set) var status: MessageStatus
    /// What has become of each of its documents, by hash.
    public internal(set) var outcomes: [Digest256: String]

    /// The canonical state file.
    var state: [UInt8] {
        var writer = CanonicalWriter(capacity: 256)
        writer.beginObject()
        writer.name("outcomes")
        writer.beginObject()
        for (hash, outcome) in outcomes.sorted(by: { $0.key < $1.key }) {
            writer.name(hash.hexadecimal)
            writer.string(outcome)
        }
        writer.endObject()
        writer.name("status")
        writer.string(status.rawValue)
        writer.endObject()
        return writer.bytes
    }

    /// Reads a message's file and the state beside it; nil for the latter where nothing has
    /// happened yet.
    /// - Throws: `MessageError.damaged`.
    init(_ lines: [[UInt8]], state: [UInt8]?, path: String) throws(MessageError) {
        func damage(_ reason: String) -> MessageError { .damaged(path: path, reason: reason) }
        guard lines.count == 2 else { throw damage("two lines are needed") }
        do throws(Refusal) {
            message = try Message(try Envelope(line: lines[0]))
            acknowledgement = try Acknowledgement(try Envelope(line: lines[1]))
        } catch { throw damage(error.message) }
        guard acknowledgement.message == message.hash else {
            throw damage("the acknowledgement is of another message")
        }
        status = .new
        outcomes = [:]
        guard let state else { return }
        guard let root = try? JSONText(state).root,
            let status = root["status"]?.string.flatMap({ MessageStatus(rawValue: $0) })
        else { throw damage("its state cannot be read") }
        self.status = status
        for (name, value) in root["outcomes"]?.members ?? [] {
            if let hash = Digest256(hexadecimal: name) { outcomes[hash] = value.string ?? "" }
        }
    }
}
