// The list of what a domain's server offers: `/.well-known/bsvalias`.
import Documents
import Network

/// `{"bsvalias":"1.0","capabilities":{id: template | true | false | object}}`.
public struct CapabilityDocument: Sendable, Equatable {
    /// The path at which it stands.
    public static let path = "/.well-known/bsvalias"
    static let version = "1.0"

    /// Ids, or older words, with what stands under them.
    public let entries: [ForeignJSON.Member]

    /// A list.
    public init(_ entries: [ForeignJSON.Member]) { self.entries = entries }

    /// Reads an answer; what is not understood in it is passed over.
    /// - Throws: `PaymailError.falseAnswer`.
    public init(_ bytes: [UInt8]) throws(PaymailError) {
        let value = try ForeignJSON.answer(bytes, "the capabilities")
        guard let version = value["bsvalias"]?.string ?? value["bsvalias"]?.spelling,
            version == Self.version || version.hasPrefix("1.")
        else {
            throw .falseAnswer(what: "the capabilities", reason: "'bsvalias' is not '1.0'")
        }
        guard let members = value["capabilities"]?.members else {
            throw .falseAnswer(what: "the capabilities", reason: "there are none")
        }
        guard members.count <= PaymailLimits.capabilities else {
            throw .falseAnswer(
                what: "the capabilities",
                reason: "there are more than \(PaymailLimits.capabilities)")
        }
        entries = members
    }

    /// The document.
    public var bytes: [UInt8] {
        let value: ForeignJSON = [
            "bsvalias": .string(Self.version), "capabilities": .object(entries),
        ]
        return value.bytes
    }

    /// What stands under a capability, the id before the older word.
    public func value(_ capability: Capability) -> ForeignJSON? {
        for name in capability.names {
            if let found = entries.first(where: { $0.name == name })?.value, found != .null {
                return found
            }
        }
        return nil
    }

    /// The URL of a capability, with its places to fill in; nil where the server has none.
    public func template(_ capability: Capability) -> String? {
        guard let text = value(capability)?.string, !text.isEmpty,
            text.utf8.count <= PaymailLimits.templateBytes
        else { return nil }
        return text
    }

    /// Whether a switch stands on true.
    public func isOn(_ capability: Capability) -> Bool {
        value(capability)?.boolean ?? false
    }

    /// Whether a capability is offered in whatever form.
    public func offers(_ capability: Capability) -> Bool {
        isOn(capability) || template(capability) != nil || value(capability)?.members != nil
    }

    /// The capabilities that are known here.
    public var known: [Capability] { Capability.allCases.filter(offers) }

    /// Fills in a template.
    /// - Throws: `PaymailError.falseAnswer` where no URL comes of it.
    public static func url(
        _ template: String, for handle: PaymailHandle, publicKey: [UInt8]? = nil
    ) throws(PaymailError) -> WebURL {
        var text = template
        text.fill("{alias}", PercentCoding.encode(handle.alias))
        text.fill("{domain.tld}", PercentCoding.encode(handle.domain))
        if let publicKey { text.fill("{pubkey}", Hex.encode(publicKey)) }
        do { return try WebURL(text) } catch {
            throw .falseAnswer(
                what: "the capabilities", reason: "'\(text.prefix(80))' is no URL")
        }
    }
}

extension String {
    /// Puts a text into all places of a name.
    fileprivate mutating func fill(_ name: String, _ value: String) {
        var result = ""
        var rest = self[...]
        while let brace = rest.firstIndex(of: "{") {
            result += rest[..<brace]
            rest = rest[brace...]
            if rest.hasPrefix(name) {
                result += value
                rest = rest.dropFirst(name.count)
            } else {
                result.append(rest.removeFirst())
            }
        }
        self = result + rest
    }
}
