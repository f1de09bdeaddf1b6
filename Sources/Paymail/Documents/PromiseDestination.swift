// Where IOUs for a handle go: our own capability, 5de7fb619a6b.
import Bytes
import Cryptography
import Documents
import Network

/// A unit that a receiver takes.
public struct AcceptedUnit: Sendable, Hashable {
    /// The issuer's address.
    public let symbol: Address
    /// The unit's code.
    public let code: String
    /// Its decimals.
    public let scale: Int
    /// Up to what balance the receiver trusts it; nil where nothing is said.
    public let limit: Amount?

    /// A unit.
    public init(symbol: Address, code: String, scale: Int, limit: Amount?) {
        self.symbol = symbol
        self.code = code
        self.scale = scale
        self.limit = limit
    }
}

/// A handle as a name for an address of WebWallet.
///
/// `GET …/iou/{alias}@{domain.tld}` is answered with a JSONEnvelope whose payload is this, signed
/// with the key that the handle's `pki` names: so the answer can be kept, and shown to others.
///
/// ```
/// {"handle","address","domain","domainKey","issued","expires","name"?,"service"?,"relay"?,
///  "units":[{"symbol","code","scale","limit"?}…]}
/// ```
public struct PromiseDestination: Sendable, Hashable {
    /// Whose.
    public let handle: PaymailHandle
    /// Where IOUs go.
    public let address: Address
    /// The domain that clears them.
    public let domain: String
    /// The domain's key.
    public let domainKey: VerifierKey
    /// When the answer was given.
    public let issued: Timestamp
    /// Until when it holds, as far as the receiver knows.
    public let expires: Timestamp
    /// A name for people; empty for none.
    public var name = ""
    /// What the receiver takes; empty where he does not say.
    public var units: [AcceptedUnit] = []
    /// Where the domain clears.
    public var service: WebURL?
    /// Where the receiver's wallet is found by messages.
    public var relay: WebURL?

    /// A destination.
    public init(
        handle: PaymailHandle, address: Address, domain: String, domainKey: VerifierKey,
        issued: Timestamp, expires: Timestamp
    ) {
        self.handle = handle
        self.address = address
        self.domain = domain
        self.domainKey = domainKey
        self.issued = issued
        self.expires = expires
    }

    /// The payload.
    public var json: ForeignJSON {
        var members: [ForeignJSON.Member] = [
            .init("handle", .string(handle.description)), .init("address", .string(address.text)),
            .init("domain", .string(domain)), .init("domainKey", .string(domainKey.text)),
            .init("issued", .string(issued.text)), .init("expires", .string(expires.text)),
        ]
        if !name.isEmpty { members.append(.init("name", .string(name))) }
        if let service { members.append(.init("service", .string(service.description))) }
        if let relay { members.append(.init("relay", .string(relay.description))) }
        members.append(.init("units", .array(units.map(\.json))))
        return .object(members)
    }

    /// Reads a payload.
    /// - Throws: `PaymailError.falseAnswer`.
    public init(_ bytes: [UInt8], of handle: PaymailHandle) throws(PaymailError) {
        let what = "the destination of IOUs"
        func wrong(_ reason: String) -> PaymailError { .falseAnswer(what: what, reason: reason) }
        let value = try ForeignJSON.answer(bytes, what)
        guard let named = value["handle"]?.string, (try? PaymailHandle(named)) == handle else {
            throw wrong("it is about another handle than '\(handle)'")
        }
        guard let address = value["address"]?.string.flatMap({ try? Address(text: $0) }) else {
            throw wrong("'address' is no address")
        }
        guard let domain = value["domain"]?.string,
            (1...Limits.domainBytes).contains(domain.utf8.count),
            let key = value["domainKey"]?.string.flatMap({ try? VerifierKey($0) }),
            key.name.description == domain
        else { throw wrong("'domain' and 'domainKey' do not belong together") }
        guard let issued = value["issued"]?.string.flatMap({ Timestamp(internet: $0) }),
            let expires = value["expires"]?.string.flatMap({ Timestamp(internet: $0) }),
            issued < expires
        else { throw wrong("its times cannot be read") }
        self.init(
            handle: handle, address: address, domain: domain, domainKey: key, issued: issued,
            expires: expires)
        name = value.text("name", limit: PaymailLimits.nameCharacters)
        service = try Self.url(value, "service")
        relay = try Self.url(value, "relay")
        let elements = value["units"]?.elements ?? []
        guard elements.count <= PaymailLimits.units else {
            throw wrong("it names more than \(PaymailLimits.units) units")
        }
        for element in elements {
            guard let unit = AcceptedUnit(element) else { throw wrong("a unit cannot be read") }
            units.append(unit)
        }
    }

    private static func url(
        _ value: ForeignJSON, _ name: String
    ) throws(PaymailError) -> WebURL? {
        guard let text = value[name]?.string else { return nil }
        guard let url = try? WebURL(text), url.socket == nil else {
            throw .falseAnswer(
                what: "the destination of IOUs", reason: "'\(name)' is no address on the Web")
        }
        return url
    }
}

extension AcceptedUnit {
    fileprivate init?(_ value: ForeignJSON) {
        guard let symbol = value["symbol"]?.string.flatMap({ try? Address(text: $0) }),
            let code = value["code"]?.string,
            (1...Limits.unitCodeBytes).contains(code.utf8.count),
            let scale = value["scale"]?.integer, (0...Limits.amountDecimals).contains(scale)
        else { return nil }
        var limit: Amount?
        if let text = value["limit"]?.string {
            guard let amount = try? Amount(Array(text.utf8), .typed) else { return nil }
            limit = amount
        }
        self.init(symbol: symbol, code: code, scale: scale, limit: limit)
    }

    fileprivate var json: ForeignJSON {
        var members: [ForeignJSON.Member] = [
            .init("symbol", .string(symbol.text)), .init("code", .string(code)),
            .init("scale", ForeignJSON(scale)),
        ]
        if let limit { members.append(.init("limit", .string(limit.text))) }
        return .object(members)
    }
}

/// A destination with the signature that makes it worth keeping.
public struct SignedPromiseDestination: Sendable, Hashable {
    /// What is signed.
    public let destination: PromiseDestination
    /// By which key, compressed.
    public let publicKey: [UInt8]
    /// The JSONEnvelope as it came.
    public let bytes: [UInt8]

    /// Reads and verifies a JSONEnvelope.
    /// - Throws: `PaymailError.falseAnswer` for one that is not signed, or not about this handle.
    public init(_ bytes: [UInt8], of handle: PaymailHandle) throws(PaymailError) {
        let what = "the destination of IOUs"
        guard let envelope = SignedEnvelope(try ForeignJSON.answer(bytes, what)),
            envelope.encoding.lowercased() != "base64"
        else { throw .falseAnswer(what: what, reason: "it is no JSONEnvelope") }
        guard case .signed(let key) = envelope.verdict else {
            throw .falseAnswer(what: what, reason: "its signature is missing or false")
        }
        destination = try PromiseDestination(Array(envelope.payload.utf8), of: handle)
        publicKey = key
        self.bytes = bytes
    }
}
