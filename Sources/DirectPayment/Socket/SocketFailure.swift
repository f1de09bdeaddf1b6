// The other envelope of the protocol: what is wrong with a message.
import Bytes
import Documents

/// A frame of the type `error`, in the order and spelling of the originals.
public struct SocketFailure: Sendable, Equatable {
    /// What kind of fault it is.
    public var title: String
    /// A sentence for people.
    public var description: String
    /// As statuses of HTTP.
    public var code: String
    /// The invoice.
    public var channel: String
    /// Of the message that is wrong, as far as it could be read.
    public var correlation = ""
    /// The type of the message that is wrong.
    public var originType = ""
    /// Its body.
    public var originBody = ForeignJSON.null

    /// A fault.
    public init(title: String, description: String, code: String, channel: String) {
        self.title = title
        self.description = description
        self.code = code
        self.channel = channel
    }

    /// Reads a frame; nil where it is no such one.
    public init?(_ frame: [UInt8]) {
        guard let value = try? ForeignJSON(frame),
            value["type"]?.string == SocketMessage.Kind.error, let body = value["errorBody"]
        else { return nil }
        self.init(
            title: body["Title"]?.string ?? "", description: body["Description"]?.string ?? "",
            code: body["ErrCode"]?.string ?? "", channel: value["channelId"]?.string ?? "")
        correlation = value["correlationId"]?.string ?? ""
        originType = value["originType"]?.string ?? ""
        originBody = value["originBody"] ?? .null
    }

    /// The frame, with a newline at its end.
    public var bytes: [UInt8] {
        let value: ForeignJSON = [
            "correlationId": .string(correlation), "appId": "", "userId": "",
            "type": .string(SocketMessage.Kind.error), "originType": .string(originType),
            "originBody": originBody,
            "errorBody": [
                "Title": .string(title), "Description": .string(description),
                "ErrCode": .string(code),
            ],
            "channelId": .string(channel), "clientId": "", "headers": [:],
        ]
        return value.bytes + [0x0a]
    }
}
