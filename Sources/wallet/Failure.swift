// Telling people and programs what went wrong.
import CommandKit
import Documents
import WalletKit

/// A failure as it is shown: a stable code, a sentence, what to do next, and the exit status.
struct Failure: Error {
    let status: Int32
    let code: String
    let message: String
    var hint: String?
    var details: [String: String] = [:]

    init(
        _ status: ExitStatus, _ code: String, _ message: String, hint: String? = nil,
        details: [String: String] = [:]
    ) {
        self.init(status.rawValue, code, message, hint: hint, details: details)
    }

    init(
        _ status: Int32, _ code: String, _ message: String, hint: String? = nil,
        details: [String: String] = [:]
    ) {
        self.status = status
        self.code = code
        self.message = message
        self.hint = hint
        self.details = details
    }

    static func noDirectory(_ path: String) -> Failure {
        Failure(.usage, "no-directory", "'\(path)' is no directory that can be entered")
    }

    /// Writes the failure to standard error; the exit status.
    func report(to console: Console, isJSON: Bool) -> Int32 {
        if code == Self.silent { return status }
        if isJSON {
            console.say(json)
            return status
        }
        let shown = DisplayText.neutralised(message)
        console.say(console.errorStyle.red("wallet: ") + "\(code): \(shown)")
        if let hint { console.say("hint: \(DisplayText.neutralised(hint))") }
        return status
    }

    /// A code that is not shown: whoever read our output has gone.
    static let silent = "closed-pipe"

    /// `{"error":{"code","details","exit","hint","message"}}`, canonical.
    var json: String {
        var details = details
        details["exit"] = String(status)
        if let hint { details["hint"] = hint }
        var writer = CanonicalWriter()
        writer.beginObject()
        writer.name("error")
        writer.beginObject()
        writer.name("code")
        writer.string(code)
        writer.name("details")
        writer.beginObject()
        for (name, value) in details.sorted(by: { $0.key < $1.key }) {
            writer.name(name)
            writer.string(value)
        }
        writer.endObject()
        writer.name("message")
        writer.string(message)
        writer.endObject()
        writer.endObject()
        return String(decoding: writer.bytes, as: UTF8.self)
    }
}
