// The JSON of the channel API (SPV Channels 1.1.0; BRFC bafaa3fa5d5b).
import Bytes
import Documents

/// Writes what the API answers.
struct ChannelJSON {
    /// `https://host/api/v1/channel/`.
    let base: String

    func channels(_ channels: [(Channel, [ChannelToken])]) -> [UInt8] {
        var writer = CanonicalWriter()
        writer.beginObject()
        writer.name("channels")
        writer.beginArray()
        for (channel, tokens) in channels { write(channel, tokens, to: &writer) }
        writer.endArray()
        writer.endObject()
        return writer.bytes
    }

    func channel(_ channel: Channel, _ tokens: [ChannelToken]) -> [UInt8] {
        var writer = CanonicalWriter()
        write(channel, tokens, to: &writer)
        return writer.bytes
    }

    private func write(
        _ channel: Channel, _ tokens: [ChannelToken], to writer: inout CanonicalWriter
    ) {
        writer.beginObject()
        writer.name("access_tokens")
        writer.beginArray()
        for token in tokens { Self.write(token, to: &writer) }
        writer.endArray()
        writer.name("head")
        writer.integer(channel.head)
        writer.name("href")
        writer.string(base + channel.id)
        writer.name("id")
        writer.string(channel.id)
        writer.name("locked")
        writer.boolean(channel.isLocked)
        writer.name("public_read")
        writer.boolean(channel.publicRead)
        writer.name("public_write")
        writer.boolean(channel.publicWrite)
        writer.name("retention")
        writer.beginObject()
        writer.name("auto_prune")
        writer.boolean(channel.retention.prunes)
        writer.name("max_age_days")
        Self.write(channel.retention.maximumDays, to: &writer)
        writer.name("min_age_days")
        Self.write(channel.retention.minimumDays, to: &writer)
        writer.endObject()
        writer.name("sequenced")
        writer.boolean(channel.isSequenced)
        writer.endObject()
    }

    private static func write(_ number: Int?, to writer: inout CanonicalWriter) {
        if let number { writer.integer(number) } else { writer.raw("null".utf8) }
    }

    static func tokens(_ tokens: [ChannelToken]) -> [UInt8] {
        var writer = CanonicalWriter()
        writer.beginArray()
        for token in tokens { write(token, to: &writer) }
        writer.endArray()
        return writer.bytes
    }

    static func token(_ token: ChannelToken) -> [UInt8] {
        var writer = CanonicalWriter()
        write(token, to: &writer)
        return writer.bytes
    }

    private static func write(_ token: ChannelToken, to writer: inout CanonicalWriter) {
        writer.beginObject()
        writer.name("can_read")
        writer.boolean(token.canRead)
        writer.name("can_write")
        writer.boolean(token.canWrite)
        writer.name("description")
        writer.string(token.description)
        writer.name("id")
        writer.string(String(token.id))
        writer.name("token")
        writer.string(token.value)
        writer.endObject()
    }

    /// What was changed, as it stands now.
    static func rights(publicRead: Bool, publicWrite: Bool, isLocked: Bool) -> [UInt8] {
        var writer = CanonicalWriter()
        writer.beginObject()
        writer.name("locked")
        writer.boolean(isLocked)
        writer.name("public_read")
        writer.boolean(publicRead)
        writer.name("public_write")
        writer.boolean(publicWrite)
        writer.endObject()
        return writer.bytes
    }

    static func messages(_ messages: [ChannelMessage]) -> [UInt8] {
        var writer = CanonicalWriter(
            capacity: messages.reduce(64) { $0 + $1.payload.count * 4 / 3 + 160 })
        writer.beginArray()
        for message in messages { write(message, to: &writer) }
        writer.endArray()
        return writer.bytes
    }

    static func message(_ message: ChannelMessage) -> [UInt8] {
        var writer = CanonicalWriter(capacity: message.payload.count * 4 / 3 + 160)
        write(message, to: &writer)
        return writer.bytes
    }

    private static func write(_ message: ChannelMessage, to writer: inout CanonicalWriter) {
        writer.beginObject()
        writer.name("content_type")
        writer.string(message.type)
        writer.name("payload")
        writer.plain(Base64.encodedBytes(message.payload))
        writer.name("received")
        writer.string(Timestamp(milliseconds: message.received)?.text ?? "")
        writer.name("sequence")
        writer.integer(message.sequence)
        writer.endObject()
    }

    /// What a WebSocket is told.
    static func notification(_ channel: String, _ message: ChannelMessage) -> String {
        var writer = CanonicalWriter()
        writer.beginObject()
        writer.name("channel_id")
        writer.string(channel)
        writer.name("notification")
        writer.string(arrival)
        writer.name("received")
        writer.string(Timestamp(milliseconds: message.received)?.text ?? "")
        writer.endObject()
        return String(decoding: writer.bytes, as: UTF8.self)
    }

    /// What the reference server tells, as a JSON string.
    static let arrival = "New message arrived."
}
