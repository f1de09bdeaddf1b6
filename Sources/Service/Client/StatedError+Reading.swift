// An error as a processor answers it.
import Bytes
import Documents
import Network

extension StatedError {
    /// Reads what is not the answer that was hoped for. Whatever comes is bounded: it is shown to
    /// people.
    init(_ response: HTTPResponse) {
        let seconds = response.headers["Retry-After"].flatMap { Int($0) }.flatMap {
            (0...AnswerLimits.retryAfterSeconds).contains($0) ? $0 : nil
        }
        let error = (try? JSONText(response.body))?.root["error"]
        guard let error, let code = error["code"]?.string, Self.isCode(code) else {
            self.init(
                status: response.status, code: Self.statusCode(response.status),
                message: "the answer has the status \(response.status)",
                retryAfterSeconds: seconds)
            return
        }
        var details: [String: String] = [:]
        for (name, value) in error["details"]?.members.prefix(AnswerLimits.details) ?? [] {
            let text = value.string ?? String(decoding: value.bytes, as: UTF8.self)
            guard name.utf8.count <= AnswerLimits.codeBytes,
                text.utf8.count <= AnswerLimits.messageBytes
            else { continue }
            details[name] = text
        }
        let message = error["message"]?.string ?? ""
        self.init(
            status: response.status, code: code,
            message: message.utf8.count <= AnswerLimits.messageBytes
                ? message : "a message of \(message.utf8.count) bytes",
            details: details, retryAfterSeconds: seconds)
    }

    /// `{"error":{"code","details","message"}}`, canonical, without newline.
    public var json: [UInt8] {
        var writer = CanonicalWriter(capacity: 256)
        writer.beginObject()
        writer.name("error")
        writer.beginObject()
        writer.name("code")
        writer.string(code)
        writer.name("details")
        writer.beginObject()
        let sorted = details.sorted { $0.key.utf16.lexicographicallyPrecedes($1.key.utf16) }
        for (name, value) in sorted {
            writer.name(name)
            writer.string(value)
        }
        writer.endObject()
        writer.name("message")
        writer.string(message)
        writer.endObject()
        writer.endObject()
        return writer.bytes
    }

    /// The code of an answer that has none.
    static func statusCode(_ status: Int) -> String { "http-\(status)" }

    /// Lower-case words with hyphens, as all codes are.
    private static func isCode(_ code: String) -> Bool {
        (1...AnswerLimits.codeBytes).contains(code.utf8.count)
            && code.utf8.allSatisfy {
                (0x61...0x7a).contains($0) || (0x30...0x39).contains($0) || $0 == 0x2d
            }
    }
}
