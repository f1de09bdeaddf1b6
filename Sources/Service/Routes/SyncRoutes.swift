// Other replicas of the domain.
import Bytes
import Documents
import Network

extension RouteTable {
    static var sync: [Route] {
        [
            Route(
                "POST", "/sync", "postSync",
                "A turn of a session with another replica: frames of wsync/1, one answer for each",
                body: RequestBody(
                    media: [(MediaType.bytes, [:])], limitBytes: ServiceLimits.syncBytes,
                    summary: "AUTH, signed by a certified device of the domain, then frames"),
                access: .open,
                answers: [
                    RouteAnswer(
                        status: 200, summary: "The answers, in the order of the frames",
                        media: [(MediaType.bytes, [:])]),
                    .error(400, "malformed-frame, malformed-message, unknown-parameter"),
                    .error(401, "not-authentic"),
                    .error(403, "not-served"),
                    .error(413, "body-too-large"),
                    .error(415, "unsupported-media-type"),
                ],
                handler: .own(exchange))
        ]
    }

    private static func exchange(_ call: Call) throws -> HTTPDisposition {
        let type = call.head.headers["content-type"] ?? MediaType.bytes
        guard type == MediaType.bytes else {
            throw ServiceError(
                415, "unsupported-media-type", "the body must be \(MediaType.bytes)",
                ["provided": String(type.prefix(100))])
        }
        return .gather(limit: ServiceLimits.syncBytes) { body, responder in
            call.onPool(responder) {
                switch try call.context.domain.exchange(frames: body) {
                case .answered(let frames):
                    return call.content(frames, type: MediaType.bytes, .never)
                case .notAuthentic(let message):
                    throw ServiceError(401, "not-authentic", message)
                case .refused(let code, let message):
                    throw ServiceError(400, code, message)
                case .notServed:
                    throw ServiceError(403, "not-served", "replicas are not met here")
                }
            }
        }
    }
}
