// Addresses that lead to terms of payment.
import Bytes
import Network

/// Where terms are: a URL, or a URI of the schemes `pay` and `bitcoin` that names one (BIP272).
public struct PaymentLink: Sendable, Equatable {
    /// Where the terms are.
    public let url: WebURL

    /// Whether a text is meant to be such an address, and no file.
    public static func isLink(_ text: String) -> Bool {
        let scheme = text.prefix { $0 != ":" }.lowercased()
        return scheme.utf8.count < text.utf8.count
            && ["pay", "bitcoin", "http", "https", "ws", "wss"].contains(scheme)
    }

    /// The address of a request, as people pass it on.
    public init(_ url: WebURL) { self.url = url }

    /// Reads `pay:?r=URL`, `bitcoin:?sv&r=URL` with the URL percent-encoded or not, or a URL.
    /// - Throws: `NetworkError.invalidURL`; `RequestError.noWayToPay` for an address without terms.
    public init(_ text: String) throws {
        let scheme = text.prefix { $0 != ":" }.lowercased()
        guard scheme == "pay" || scheme == "bitcoin" else {
            url = try WebURL(text)
            return
        }
        let query = text.split(separator: "?", maxSplits: 1, omittingEmptySubsequences: false)
        guard query.count == 2, let items = QueryItems(query: String(query[1])) else {
            throw NetworkError.invalidURL(
                text: text, reason: "a question mark and 'r=URL' must follow '\(scheme):'")
        }
        if let required = items.items.first(where: { $0.name.lowercased().hasPrefix("req-") }) {
            throw RequestError.noWayToPay(
                reason: "it requires '\(required.name)', which is not known here")
        }
        guard let target = items["r"] else {
            throw RequestError.noWayToPay(
                reason: "the URI names a Bitcoin address and no terms of payment")
        }
        url = try WebURL(target)
    }

    /// `pay:?r=…`, the URL percent-encoded.
    public var uri: String { "pay:?r=" + PercentCoding.encode(url.description) }

    /// `bitcoin:?sv&r=…`, for wallets that know BIP272.
    public var bitcoinURI: String { "bitcoin:?sv&r=" + PercentCoding.encode(url.description) }
}

extension PaymentRequestReport {
    /// What is handed to who pays; nil where the request is at no relay.
    public var link: PaymentLink? {
        invoice.paymentURL.flatMap { try? PaymentLink(WebURL($0)) }
    }
}
