// Names in the place of addresses: `alias@domain`.
import Bytes
import Network

/// A handle of Paymail (bsvalias), in its one spelling.
public struct PaymailHandle: Sendable, Hashable, CustomStringConvertible {
    /// Before the sign: lower-case letters, digits, `.`, `-`, `_`, `+`.
    public let alias: String
    /// Behind it: a name of DNS in lower case, `xn--` where it is beyond ASCII.
    public let domain: String

    /// Domains behind the short spellings, as other wallets read them.
    private static let dollarDomain = "handcash.io"
    private static let oneDomain = "relayx.io"
    /// Longer texts that begin with 1 are addresses of Bitcoin.
    private static let oneBytes = 25

    /// Reads what people type: in any case, with blanks around it, `$alias` and `1alias`, and with
    /// a `www.` before the domain.
    /// - Throws: `PaymailError.invalidHandle`.
    public init(_ text: String) throws(PaymailError) {
        func invalid(_ reason: String) -> PaymailError {
            .invalidHandle(text: String(text.prefix(80)), reason: reason)
        }
        guard text.utf8.count <= PaymailLimits.handleTypedBytes else {
            throw invalid("it is too long")
        }
        let word = Self.lowered(text)
        if word.hasPrefix("$") {
            self = try Self.checked(String(word.dropFirst()), Self.dollarDomain, invalid)
            return
        }
        let parts = word.split(separator: "@", omittingEmptySubsequences: false)
        if parts.count == 1, word.hasPrefix("1"), word.utf8.count < Self.oneBytes {
            self = try Self.checked(String(word.dropFirst()), Self.oneDomain, invalid)
            return
        }
        guard parts.count == 2 else { throw invalid("it is not 'alias@domain'") }
        let domain = parts[1].hasPrefix("www.") ? parts[1].dropFirst(4) : parts[1]
        self = try Self.checked(String(parts[0]), String(domain), invalid)
    }

    private init(alias: String, domain: String) {
        self.alias = alias
        self.domain = domain
    }

    private static func checked(
        _ alias: String, _ domain: String, _ invalid: (String) -> PaymailError
    ) throws(PaymailError) -> PaymailHandle {
        if let fault = fault(alias: alias) { throw invalid(fault) }
        if let fault = fault(domain: domain) { throw invalid(fault) }
        return PaymailHandle(alias: alias, domain: domain)
    }

    /// What is wrong with an alias; nil where nothing is.
    public static func fault(alias: String) -> String? {
        let bytes = Array(alias.utf8)
        guard (1...PaymailLimits.aliasBytes).contains(bytes.count) else {
            return "an alias has 1 to \(PaymailLimits.aliasBytes) characters"
        }
        guard bytes.allSatisfy(isAliasByte) else {
            return "an alias has letters, digits and '.', '-', '_', '+'"
        }
        let dot = UInt8(ascii: ".")
        guard bytes.first != dot, bytes.last != dot, !alias.contains("..") else {
            return "an alias has dots in its middle alone, and no two together"
        }
        return nil
    }

    /// What is wrong with a domain; nil where nothing is.
    public static func fault(domain: String) -> String? {
        if domain.utf8.contains(where: { $0 >= 0x80 }) {
            return "a domain beyond ASCII is written in its 'xn--' form"
        }
        guard let url = try? WebURL("https://" + domain), url.host == domain, url.port == 443,
            url.path == "/", url.query == nil, !domain.hasSuffix("/"), !domain.contains(":"),
            IPAddress(domain) == nil
        else { return "behind the '@' stands the name of a domain" }
        guard domain.contains(".") || domain == "localhost" else {
            return "the domain has no dot"
        }
        return nil
    }

    private static func isAliasByte(_ byte: UInt8) -> Bool {
        (0x61...0x7a).contains(byte) || (0x30...0x39).contains(byte) || ".-_+".utf8.contains(byte)
    }

    /// ASCII letters in lower case, without blanks around: other letters stay, to be refused.
    private static func lowered(_ text: String) -> String {
        var bytes = text.utf8.map { (0x41...0x5a).contains($0) ? $0 | 0x20 : $0 }[...]
        while let first = bytes.first, isBlank(first) { bytes.removeFirst() }
        while let last = bytes.last, isBlank(last) { bytes.removeLast() }
        return String(decoding: bytes, as: UTF8.self)
    }

    private static func isBlank(_ byte: UInt8) -> Bool { [0x20, 0x09, 0x0a, 0x0d].contains(byte) }

    /// Whether a text is meant as a handle, right or wrong: it has an at sign, or begins with a
    /// dollar sign. Addresses and names of a wallet have neither.
    public static func isMeant(by text: String) -> Bool {
        text.utf8.contains(UInt8(ascii: "@")) || text.hasPrefix("$")
    }

    /// `alias@domain`.
    public var description: String { alias + "@" + domain }
}
