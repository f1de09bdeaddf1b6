// One message between a proxy and a wallet: the envelope that payd and its proxy exchange.
import Bytes
import Documents

/// A text frame of the proxy's WebSocket. Members are written in the order and spelling that the
/// originals have; read in any.
public struct SocketMessage: Sendable, Equatable {
    /// What an answer must repeat; empty where nothing is asked.
    public var correlation: String
    /// Which program speaks: `dpp`, `payd` ….
    public var application: String
    /// Assigned by the proxy when a wallet joins.
    public var client: String
    /// Unused, as far as anybody has seen.
    public var user: String
    /// As it was spelt; nil: none.
    public var expiration: String?
    /// Whatever the type asks for.
    public var body: ForeignJSON
    /// Names this message.
    public var id: String
    /// The invoice.
    public var channel: String
    /// RFC 3339.
    public var timestamp: String
    /// What is said: `payment`, `payment.ack` ….
    public var type: String
    /// Fields and their values; nil is written as null.
    public var headers: [(name: String, values: [String])]?

    /// A message.
    public init(
        type: String, channel: String, correlation: String = "", application: String = "",
        body: ForeignJSON = .null, id: String = "", timestamp: String = "",
        headers: [(name: String, values: [String])]? = []
    ) {
        self.type = type
        self.channel = channel
        self.correlation = correlation
        self.application = application
        self.body = body
        self.id = id
        self.timestamp = timestamp
        self.headers = headers
        client = ""
        user = ""
    }

    /// Whether both are written alike.
    public static func == (left: SocketMessage, right: SocketMessage) -> Bool {
        left.bytes == right.bytes
    }

    /// Reads a frame; what is missing is empty.
    /// - Throws: `DirectPaymentError.malformedMessage`.
    public init(_ bytes: [UInt8]) throws(DirectPaymentError) {
        let value: ForeignJSON
        do throws(JSONError) { value = try ForeignJSON(bytes) } catch {
            throw .malformedMessage(reason: "\(error.reason), at byte \(error.offset)")
        }
        guard value.members != nil else { throw .malformedMessage(reason: "it is no object") }
        func text(_ name: String) throws(DirectPaymentError) -> String {
            guard let member = value[name] else { return "" }
            guard let text = member.string else {
                throw .malformedMessage(reason: "'\(name)' is no string")
            }
            guard text.utf8.count <= Limits.paymentNameBytes else {
                throw .malformedMessage(reason: "'\(name)' is too long")
            }
            return text
        }
        type = try text("type")
        guard !type.isEmpty else { throw .malformedMessage(reason: "'type' is missing") }
        correlation = try text("correlationId")
        application = try text("appId")
        client = try text("clientID")
        user = try text("userId")
        id = try text("messageId")
        channel = try text("channelId")
        timestamp = try text("timestamp")
        expiration = value["expiration"]?.string
        body = value["body"] ?? .null
        headers = value["headers"]?.members?.map { member in
            (member.name, (member.value.elements ?? []).compactMap(\.string))
        }
    }

    /// The frame, with the newline that Go's encoder leaves at its end.
    public var bytes: [UInt8] { bytes(body: body.bytes) }

    /// The frame with a body that is written already.
    func bytes(body: [UInt8]) -> [UInt8] {
        var writer = CanonicalWriter()
        writer.beginObject()
        for (name, value) in [
            ("correlationId", correlation), ("appId", application), ("clientID", client),
            ("userId", user),
        ] {
            writer.name(name)
            writer.string(value)
        }
        writer.name("expiration")
        ForeignJSON(expiration).write(to: &writer)
        writer.name("body")
        writer.raw(body)
        for (name, value) in [
            ("messageId", id), ("channelId", channel), ("timestamp", timestamp), ("type", type),
        ] {
            writer.name(name)
            writer.string(value)
        }
        writer.name("headers")
        if let headers {
            writer.beginObject()
            for (name, values) in headers {
                writer.name(name)
                writer.beginArray()
                for value in values { writer.string(value) }
                writer.endArray()
            }
            writer.endObject()
        } else {
            writer.raw("null".utf8)
        }
        writer.endObject()
        return writer.bytes + [0x0a]
    }

    /// The first value of a header; nil where there is none.
    public func header(_ name: String) -> String? {
        headers?.first { $0.name.lowercased() == name.lowercased() }?.values.first
    }
}

extension SocketMessage {
    /// Ours: how many bytes of a frame a proxy takes, told to whoever has told the same.
    public static let frameBytesHeader = "X-Frame-Bytes"

    /// The types of the protocol.
    public enum Kind {
        /// From the proxy: who has opened a socket is in.
        public static let joined = "join.success"
        /// From the proxy: who has gone.
        public static let left = "leave.success"
        /// Asks for `info`.
        public static let getInfo = "get.info"
        /// How many are there.
        public static let info = "info"
        /// A message was wrong: see `SocketFailure`.
        public static let error = "error"
        /// From the proxy: it closes the socket now.
        public static let channelExpired = "channel.expired"
        /// From the proxy: the channel is no more.
        public static let channelClosed = "channel.closed"
        /// A sign of life on the channel `health`.
        public static let health = "my-dpp"
        /// A payment.
        public static let payment = "payment"
        /// A payment was taken, or refused.
        public static let acknowledgement = "payment.ack"
        /// A payment could not be judged.
        public static let paymentError = "payment.error"
        /// A proof of a transaction.
        public static let proof = "proof.create"
        /// Ours: a wallet has verified a proof and kept it.
        public static let proofTaken = "proof.ack"
        /// Ours: a wallet does not believe a proof.
        public static let proofError = "proof.error"
    }

    /// How terms are asked for, by dialect.
    public enum TermsKind: String, Sendable, CaseIterable {
        /// payd and its proxy.
        case request = "paymentrequest"
        /// ElectrumSV (BRC-27).
        case terms = "paymentterms"

        /// Asks for terms.
        public var create: String { rawValue + ".create" }
        /// Has them.
        public var response: String { rawValue + ".response" }
        /// Has none.
        public var error: String { rawValue + ".error" }
    }
}
