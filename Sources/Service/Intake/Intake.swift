// From a line that was sent to its answer.
import Bytes
import Documents
import Network

/// What has become of a line.
enum LineAnswer: Sendable {
    /// It has cleared now: the stored document.
    case cleared([UInt8], Digest256)
    /// It had cleared before: the stored document.
    case replayed([UInt8], Digest256)
    /// It has not, or nobody knows.
    case failed(ServiceError)

    init(_ line: ClearedLine) {
        switch line {
        case .cleared(let document, let hash): self = .cleared(document, hash)
        case .replayed(let document, let hash): self = .replayed(document, hash)
        case .refused(let refusal): self = .failed(ServiceError(refusal))
        case .declined(let code, let message, let details):
            self = .failed(
                ServiceError(ServiceError.status(ofDeclined: code), code, message, details))
        case .undecided(let failure): self = .failed(ServiceError(failure))
        }
    }

    /// One line, with its newline.
    var line: [UInt8] {
        switch self {
        case .cleared(let document, _), .replayed(let document, _): document + [0x0a]
        case .failed(let error): error.json + [0x0a]
        }
    }

    /// The answer to a request of this line alone.
    var response: HTTPResponse {
        switch self {
        case .cleared(let document, let hash): Self.response(201, document, hash)
        case .replayed(let document, let hash): Self.response(200, document, hash)
        case .failed(let error): error.response
        }
    }

    private static func response(
        _ status: Int, _ document: [UInt8], _ hash: Digest256
    ) -> HTTPResponse {
        let name = hash.hexadecimal
        // A unit is no transaction; its document has a place of its own.
        let isUnit = Self.isUnit(document)
        return HTTPResponse(
            status: status,
            headers: [
                "Content-Type": MediaType.json, "Cache-Control": "no-store",
                "ETag": "\"\(name)\"",
                "Location": (isUnit ? "/document/" : "/transaction/") + name,
            ],
            body: document + [0x0a])
    }

    private static let unitBegin = Array(#"{"data":{"code":"#.utf8)

    /// Of all documents only a unit's data begins with a code.
    private static func isUnit(_ document: [UInt8]) -> Bool { document.starts(with: unitBegin) }
}

extension ServiceContext {
    /// Whether `clear` looks at lines before the domain does: that takes time.
    var examinesLines: Bool {
        options.admission != .open || options.peerAllowance != nil
            || options.addressAllowance != nil
    }

    /// Clears one line. `answer` is called once, on any thread.
    func clear(
        _ line: [UInt8], from peer: PeerAddress, _ answer: @escaping @Sendable (LineAnswer) -> Void
    ) {
        let counted: @Sendable (LineAnswer) -> Void = { [lines] in
            lines.note($0)
            answer($0)
        }
        guard domain.waitingLines < ServiceLimits.waitingLines else {
            return counted(.failed(.busy))
        }
        do {
            try gate.admit(line, from: peer)
        } catch {
            return counted(.failed(ServiceError(error)))
        }
        domain.clear(line) { counted(LineAnswer($0)) }
    }
}
