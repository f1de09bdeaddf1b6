// What is cleared here, and what has been.
import Bytes
import Documents
import Network

extension RouteTable {
    static var transactions: [Route] {
        [
            Route(
                "POST", "/transaction", "postTransaction",
                "Clears an instruction, a request of several, or a unit; or a stream of them",
                body: RequestBody(
                    media: [
                        (MediaType.json, Schemas.reference("Submission")),
                        (MediaType.lines, ["type": "string"]),
                    ],
                    limitBytes: Limits.lineBytes,
                    summary:
                        "One document as JSON; or one a line, each answered by a line in order, "
                        + "without bound: read while you write"),
                access: .area(.writing), answers: posted,
                handler: .own(post)),
            Route(
                "GET", "/transaction/{hash}", "getTransaction", "A transaction",
                parameters: [.path("hash", .digest, "The transaction's hash")],
                access: .area(.reading),
                answers: RouteAnswer.document("The transaction", "Transaction")
                    + [.error(404, "unknown-transaction")],
                handler: .pooled { call in
                    let hash = try call.digest("hash")
                    guard let document = try call.context.domain.document(hash),
                        document.kind == .transaction
                    else { throw ServiceError.unknown("transaction", hash.hexadecimal) }
                    return call.document(document.line, tag: hash.hexadecimal, .immutable)
                }),
            Route(
                "GET", "/iou/{hash}", "getIOU", "An IOU and the transaction that it has cleared in",
                parameters: [.path("hash", .digest, "The IOU's hash")], access: .area(.reading),
                answers: [
                    .json(200, "The IOU", "ClearedIOU", headers: ["ETag"])
                        .leading(to: .transaction),
                    .unchanged, .error(404, "unknown-iou"),
                ],
                handler: .pooled { call in
                    let hash = try call.digest("hash")
                    guard let document = try call.context.domain.document(hash),
                        document.kind == .iou, let transaction = document.transaction
                    else { throw ServiceError.unknown("iou", hash.hexadecimal) }
                    return call.data(.revalidated, tag: transaction.hexadecimal) { writer in
                        writer.beginObject()
                        writer.name("iou")
                        writer.raw(document.line)
                        writer.member("transaction", transaction.hexadecimal)
                        writer.endObject()
                    }
                }),
            Route(
                "GET", "/document/{hash}", "getDocument", "Any document of the log",
                parameters: [.path("hash", .digest, "The document's hash")],
                access: .area(.reading),
                answers: RouteAnswer.document("The document", "Document")
                    + [.error(404, "unknown-document")],
                handler: .pooled { call in
                    let hash = try call.digest("hash")
                    guard let document = try call.context.domain.document(hash) else {
                        throw ServiceError.unknown("document", hash.hexadecimal)
                    }
                    return call.document(document.line, tag: hash.hexadecimal, .immutable)
                }),
        ]
    }

    /// What may come back when a line is cleared.
    static let cleared: [RouteAnswer] = [
        RouteAnswer(
            status: 201, summary: "It has cleared: the stored document",
            media: [(MediaType.json, Schemas.reference("Document"))],
            headers: ["ETag", "Location"], links: [.document, .proof]),
        .error(
            400,
            "malformed-document, hash-mismatch, duplicate-instruction, invalid-address, "
                + "unknown-parameter"),
        .error(403, "read-only, not-admitted"),
        .error(409, "already-cleared: in another transaction, which the details name"),
        .error(413, "body-too-large"),
        .error(415, "unsupported-media-type"),
        .error(
            422,
            "wrong-domain, not-yet-active, expired, unknown-scheme, signature-invalid, "
                + "signature-missing, locked, credit-not-allowed, scale-exceeded, "
                + "amount-overflow, lower-limit-reached, upper-limit-reached, "
                + "refused-by-policy"),
    ]

    private static let posted =
        [
            RouteAnswer(
                status: 200,
                summary:
                    "It had cleared before: the stored document. To a stream: a line for each "
                    + "line, the stored document or an error",
                media: [
                    (MediaType.json, Schemas.reference("Document")),
                    (MediaType.lines, ["type": "string"]),
                ],
                headers: ["ETag", "Location"], links: [.document, .proof])
        ] + cleared

    private static func post(_ call: Call) throws -> HTTPDisposition {
        guard !call.context.options.isReadOnly else { throw ServiceError.readOnly }
        let wantsToken = call.context.isProtected(.writing)
        switch ContentType(call.head) {
        case .json, .absent:
            return .gather(limit: Limits.lineBytes) { body, responder in
                let isQuick = !wantsToken && !call.context.examinesLines
                if isQuick { return submit(body, call, responder) }
                call.onPool(responder) {
                    try call.context.authorise(call)
                    submit(body, call, responder)
                    return nil
                }
            }
        case .lines:
            return .stream { responder, flow in
                guard wantsToken else { return LineStream(call, responder, flow) }
                return GuardedSink(call, responder, flow) { LineStream(call, responder, flow) }
            }
        case .other:
            throw ContentType.unsupported(call.head, "\(MediaType.json) or \(MediaType.lines)")
        }
    }

    private static func submit(_ body: [UInt8], _ call: Call, _ responder: any HTTPResponder) {
        call.context.clear(body, from: call.peer) { answer in
            responder.send(call.finished(answer.response))
        }
    }
}
