// A new device, and what it is given: over a pipe to a wallet of the same person, nowhere else.
import Bytes
import Documents

/// Asks for a certificate: the body of JOIN.
public struct JoinRequest: Sendable, Equatable {
    /// The new device's address.
    public var device: Address
    /// 64 random bits of the copy, 16 hexadecimal digits.
    public var incarnation: String
    /// The age recipient that keys are encrypted to; nil where none are asked for.
    public var recipient: String?

    /// A request.
    public init(device: Address, incarnation: String, recipient: String?) {
        self.device = device
        self.incarnation = incarnation
        self.recipient = recipient
    }

    /// Reads a frame.
    /// - Throws: `malformed-message`.
    public init(_ frame: Frame) throws(SyncError) {
        let reader = try ControlReader(
            frame.body, "JOIN", ["device", "incarnation", "recipient"])
        device = try reader.address("device")
        incarnation = try reader.text("incarnation", 16...16)
        recipient =
            try reader.has("recipient")
            ? reader.text("recipient", 1...SyncLimits.recipientBytes) : nil
    }

    /// The frame.
    public var frame: Frame {
        var writer = CanonicalWriter(capacity: 256)
        writer.beginObject()
        writer.member("device", device)
        writer.name("incarnation")
        writer.string(incarnation)
        if let recipient {
            writer.name("recipient")
            writer.string(recipient)
        }
        writer.endObject()
        return Frame(.join, writer.bytes)
    }
}

/// What a new device is given: the body of WELCOME.
public struct Welcome: Sendable, Equatable {
    /// The clearing domain.
    public var domain: String
    /// The first document of the log.
    public var first: [UInt8]
    /// The new device's certificate.
    public var certificate: [UInt8]
    /// Key files, encrypted to the recipient; empty where none were asked for.
    public var keys: [UInt8]

    /// An answer.
    public init(domain: String, first: [UInt8], certificate: [UInt8], keys: [UInt8]) {
        self.domain = domain
        self.first = first
        self.certificate = certificate
        self.keys = keys
    }

    /// Reads a frame.
    /// - Throws: `malformed-message`.
    public init(_ frame: Frame) throws(SyncError) {
        let reader = try ControlReader(
            frame.body, "WELCOME", ["certificate", "domain", "first", "keys"])
        domain = try reader.text("domain", 1...Limits.domainBytes)
        let text = 1...SyncLimits.controlBytes
        first = Array(try reader.text("first", text).utf8)
        certificate = Array(try reader.text("certificate", text).utf8)
        let digits = try reader.text("keys", 0...SyncLimits.controlBytes)
        guard let keys = Base64.decode(digits) else {
            throw SyncError(.malformedMessage, "WELCOME: 'keys' is no base64")
        }
        self.keys = keys
    }

    /// The frame.
    public var frame: Frame {
        var writer = CanonicalWriter(capacity: 4096 + keys.count * 2)
        writer.beginObject()
        writer.name("certificate")
        writer.string(String(decoding: certificate, as: UTF8.self))
        writer.name("domain")
        writer.string(domain)
        writer.name("first")
        writer.string(String(decoding: first, as: UTF8.self))
        writer.name("keys")
        writer.string(Base64.encode(keys))
        writer.endObject()
        return Frame(.welcome, writer.bytes)
    }
}

/// Why there is no answer, for those who answer frames of their own.
public struct SyncRefusal: Sendable, Equatable {
    /// A stable code.
    public let code: String
    /// A sentence: no capital, no full stop.
    public let message: String

    /// A refusal.
    public init(code: String, message: String) {
        self.code = code
        self.message = message
    }

    /// Reads an ERROR frame; nil for any other.
    public init?(_ frame: Frame) {
        guard frame.kind == .error, let message = try? ErrorMessage(frame.body) else { return nil }
        self.init(code: message.code, message: message.message)
    }

    /// The frame.
    public var frame: Frame { ErrorMessage(code: code, message: message).frame }
}
