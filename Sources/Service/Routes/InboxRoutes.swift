// Messages for the wallet behind the domain.
import Bytes
import Documents
import Network

extension RouteTable {
    static var inbox: [Route] {
        [
            Route(
                "POST", "/inbox", "postMessage",
                "Brings a message for the wallet of this domain: it is taken once",
                body: RequestBody(
                    media: [(MediaType.json, Schemas.reference("Message"))],
                    limitBytes: Limits.lineBytes,
                    summary: "A message, signed by who sends it, with the documents that it carries"
                ),
                access: .area(.writing),
                answers: [
                    .json(200, "It was taken before: the same acknowledgement", "Acknowledgement"),
                    .json(201, "It is stored: the acknowledgement", "Acknowledgement"),
                    .error(
                        400, "malformed-document, hash-mismatch, invalid-address, unknown-parameter"
                    ),
                    .error(403, "read-only, not-admitted"),
                    .error(413, "body-too-large"),
                    .error(415, "unsupported-media-type"),
                    .error(
                        422,
                        "wrong-domain, not-yet-active, expired, unknown-scheme, signature-invalid, "
                            + "signature-missing"),
                    .error(507, "inbox-full: it may be tried again"),
                ],
                handler: .own(take))
        ]
    }

    private static func take(_ call: Call) throws -> HTTPDisposition {
        guard !call.context.options.isReadOnly else { throw ServiceError.readOnly }
        switch ContentType(call.head) {
        case .json, .absent: break
        default: throw ContentType.unsupported(call.head, MediaType.json)
        }
        return .gather(limit: Limits.lineBytes) { body, responder in
            call.onPool(responder) {
                try call.context.authorise(call)
                try call.context.gate.message(body, from: call.peer)
                // A newline at the end is the transport's, not the message's.
                let line = body.last == UInt8(ascii: "\n") ? Array(body.dropLast()) : body
                return try response(to: call, try call.context.domain.receive(message: line))
            }
        }
    }

    private static func response(
        to call: Call, _ received: ReceivedMessage
    ) throws(ServiceError) -> HTTPResponse {
        switch received {
        case .taken(let acknowledgement, let isNew):
            var response = call.document(acknowledgement, .never)
            response.status = isNew ? 201 : 200
            return response
        case .refused(let refusal): throw ServiceError(refusal)
        case .notAdmitted(let sender):
            throw ServiceError(
                403, "not-admitted", "messages of '\(sender)' are not taken here",
                ["address": sender])
        case .full(let limit):
            throw ServiceError(
                507, "inbox-full", "the inbox holds \(limit) already, no more are taken",
                ["limit": String(limit)])
        }
    }
}
