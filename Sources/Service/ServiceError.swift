// What is answered instead of what was asked for.
import Bytes
import Documents
import Network

/// A refusal with its HTTP status; as JSON `{"error":{"code","details","message"}}`.
struct ServiceError: Error, Sendable, Equatable {
    var status: Int
    /// Stable: programs match on it.
    var code: String
    /// A sentence for people: no capital, no full stop.
    var message: String
    /// Values for programs, by name.
    var details: [String: String] = [:]
    /// When it may be tried again.
    var retryAfterSeconds: Int?
    /// The methods that there are instead.
    var allow: String?
    /// How to authenticate (RFC 6750 §3).
    var challenge: String?

    init(_ status: Int, _ code: String, _ message: String, _ details: [String: String] = [:]) {
        self.status = status
        self.code = code
        self.message = message
        self.details = details
    }

    /// Whatever was thrown.
    init(_ error: any Error) {
        switch error {
        case let error as ServiceError: self = error
        case let refusal as Refusal: self.init(refusal)
        case let failure as ServiceFailure: self.init(failure)
        default: self.init(500, "internal", "something went wrong here")
        }
    }

    /// A refusal by the rules.
    init(_ refusal: Refusal) {
        self.init(
            Self.status(of: refusal.code), refusal.code.rawValue, refusal.message, refusal.details)
    }

    /// What was not decided.
    init(_ failure: ServiceFailure) {
        if failure.code == "read-only" {
            self = .readOnly
        } else {
            self.init(503, failure.code, failure.message)
            retryAfterSeconds = 1
        }
    }

    /// 400 for what is wrong in itself, 409 for what was otherwise before, 422 for what the rules
    /// refuse.
    static func status(of code: RefusalCode) -> Int {
        switch code {
        case .malformedDocument, .hashMismatch, .duplicateInstruction, .invalidAddress: 400
        case .alreadyCleared: 409
        default: 422
        }
    }

    /// The status of a user's order that was declined: its codes, or those of the rules.
    static func status(ofDeclined code: String) -> Int {
        switch code {
        case "invalid-argument": 400
        case "id-reused": 409
        default: RefusalCode(rawValue: code).map(status(of:)) ?? 422
        }
    }

    static let readOnly = ServiceError(403, "read-only", "nothing is cleared here, only shown")

    static let busy: ServiceError = {
        var error = ServiceError(503, "busy", "too much waits here already")
        error.retryAfterSeconds = 1
        return error
    }()

    static func tooManyRequests(seconds: Int) -> ServiceError {
        var error = ServiceError(
            429, "too-many-requests", "too much was asked, wait \(seconds) s",
            ["seconds": String(seconds)])
        error.retryAfterSeconds = seconds
        return error
    }

    static func unauthorized(_ message: String, isInvalid: Bool) -> ServiceError {
        var error = ServiceError(401, "unauthorized", message)
        error.challenge =
            isInvalid ? #"Bearer realm="wallet", error="invalid_token""# : #"Bearer realm="wallet""#
        return error
    }

    static func unknown(_ what: String, _ name: String) -> ServiceError {
        ServiceError(
            404, "unknown-\(what)", "no \(what) '\(name)' is known here", [what: name])
    }

    /// Canonical, without newline.
    var json: [UInt8] {
        var writer = CanonicalWriter(capacity: 256)
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
        return writer.bytes
    }

    /// The whole response.
    var response: HTTPResponse {
        var response = HTTPResponse(
            status: status,
            headers: ["Content-Type": MediaType.json, "Cache-Control": "no-store"],
            body: json + [0x0a])
        if let retryAfterSeconds {
            response.headers.add("Retry-After", String(retryAfterSeconds))
        }
        if let allow { response.headers.add("Allow", allow) }
        if let challenge { response.headers.add("WWW-Authenticate", challenge) }
        return response
    }
}
