// Responses with something in them.
import Bytes
import Cryptography
import Documents
import Network

/// How long others may keep what they were given.
enum Caching: Sendable {
    /// For ever: what has this name never changes.
    case immutable
    /// As long as they ask each time whether it is still so.
    case revalidated
    /// Not at all.
    case never

    var text: String {
        switch self {
        case .immutable: "public, max-age=31536000, immutable"
        case .revalidated: "no-cache"
        case .never: "no-store"
        }
    }
}

extension Call {
    /// 200 with `body`, or 304 where the other side has it already.
    /// - Parameter tag: what names this very content; nil for none.
    func content(
        _ body: [UInt8], type: String = MediaType.json, tag: String? = nil, _ caching: Caching
    ) -> HTTPResponse {
        guard let tag else {
            return HTTPResponse(
                status: 200, headers: ["Content-Type": type, "Cache-Control": caching.text],
                body: body)
        }
        let quoted = "\"\(tag)\""
        if Self.isKnown(quoted, head.headers) {
            return HTTPResponse(
                status: 304, headers: ["ETag": quoted, "Cache-Control": caching.text])
        }
        return HTTPResponse(
            status: 200,
            headers: ["Content-Type": type, "Cache-Control": caching.text, "ETag": quoted],
            body: body)
    }

    /// 200 with a document, which ends with a newline.
    func document(_ line: [UInt8], tag: String? = nil, _ caching: Caching) -> HTTPResponse {
        content(line + [0x0a], tag: tag, caching)
    }

    /// 200 with what `write` writes as the member `data`.
    func data(
        _ caching: Caching = .never, tag: String? = nil, _ write: (inout CanonicalWriter) -> Void
    ) -> HTTPResponse {
        var writer = CanonicalWriter()
        writer.beginObject()
        writer.name("data")
        write(&writer)
        writer.endObject()
        return content(writer.bytes + [0x0a], tag: tag, caching)
    }

    /// 200 with what is not named by a hash, tagged by its bytes.
    func tagged(_ body: [UInt8], type: String) -> HTTPResponse {
        content(body, type: type, tag: Hash.sha256(body[...]).hexadecimal, .revalidated)
    }

    /// `If-None-Match` (RFC 9110 §13.1.2), compared weakly.
    private static func isKnown(_ tag: String, _ headers: HTTPHeaders) -> Bool {
        guard let first = headers["If-None-Match"] else { return false }
        if first == tag { return true }
        return headers.values("If-None-Match").contains { value in
            value.split(separator: ",").contains { part in
                let text = part.drop { $0 == " " || $0 == "\t" }
                let bare = text.hasPrefix("W/") ? text.dropFirst(2) : text
                return bare == tag || text == "*" || bare.hasPrefix(tag + " ")
            }
        }
    }
}

extension CanonicalWriter {
    mutating func member(_ name: StaticString, _ text: String) {
        self.name(name)
        string(text)
    }

    mutating func member(_ name: StaticString, _ integer: Int) {
        self.name(name)
        self.integer(integer)
    }

    mutating func member(_ name: StaticString, _ address: Address) {
        self.name(name)
        plain(address.textBytes)
    }

    /// An array of what `write` writes of each element.
    mutating func list<Element>(
        _ name: StaticString, _ elements: [Element],
        _ write: (inout CanonicalWriter, Element) -> Void
    ) {
        self.name(name)
        beginArray()
        for element in elements { write(&self, element) }
        endArray()
    }
}
