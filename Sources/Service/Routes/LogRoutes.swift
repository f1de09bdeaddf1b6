// The log: blocks, stacks, proofs, tiles, and what witnesses are asked.
import Bytes
import Documents
import Network

extension RouteTable {
    static var log: [Route] {
        [
            place("block", "getBlock", "A block", "Block", .block) { try $0.block(height: $1) },
            place("stack", "getStack", "A stack", "Stack", .stack) { try $0.stack(height: $1) },
            Route(
                "GET", "/proof/{hash}", "getProof", "The proof that a document is in a block",
                parameters: [.path("hash", .digest, "The document's hash")], cost: .prove,
                access: .area(.reading), answers: proved,
                handler: .pooled { call in
                    let hash = try call.digest("hash")
                    return try answer(
                        call.context.domain.proof(of: hash), call, ("document", hash.hexadecimal))
                }),
            Route(
                "GET", "/proof/balance/{address}/{symbol}", "getBalanceProof",
                "The proof of a counter at the last block, or that there was none",
                parameters: [
                    .path("address", .address, "Whose counter"),
                    .path("symbol", .address, "The unit"),
                ],
                cost: .prove, access: .area(.reading), answers: proved,
                handler: .pooled { call in
                    let key = CounterKey(try call.address("address"), try call.address("symbol"))
                    return try answer(
                        call.context.domain.balanceProof(of: key), call,
                        ("counter", "\(key.address) \(key.symbol)"))
                }),
            Route(
                "GET", "/checkpoint", "getCheckpoint",
                "The last checkpoint (c2sp.org/tlog-checkpoint)",
                access: .area(.reading),
                answers: [
                    RouteAnswer(
                        status: 200, summary: "A signed note",
                        media: [("text/plain", ["type": "string"])], headers: ["ETag"]),
                    .unchanged, .error(404, "unknown-checkpoint: there is no block yet"),
                ],
                handler: .pooled { call in
                    guard let note = try call.context.domain.checkpoint() else {
                        throw ServiceError(404, "unknown-checkpoint", "there is no block yet")
                    }
                    return call.tagged(note, type: MediaType.text)
                }),
            Route(
                "GET", "/tile/{path...}", "getTile", "A tile of the log (c2sp.org/tlog-tiles)",
                parameters: [
                    .path("path", .tile, "The tile's path; its slashes may stay as they are")
                ],
                access: .area(.reading),
                answers: [
                    RouteAnswer(
                        status: 200, summary: "Hashes, or a bundle of entries",
                        media: [(MediaType.bytes, [:])]),
                    .error(404, "unknown-tile"),
                ],
                handler: .pooled { call in
                    let path = try call.text("path")
                    guard let tile = try call.context.domain.tile("tile/" + path) else {
                        throw ServiceError.unknown("tile", path)
                    }
                    return call.content(
                        tile, type: MediaType.bytes,
                        TileName.isPartial(path) ? .revalidated : .immutable)
                }),
            witness,
        ]
    }

    private static func place(
        _ name: String, _ operation: String, _ summary: String, _ schema: String,
        _ kind: DocumentKind,
        _ find: @escaping @Sendable (any ServedDomain, Int) throws -> [UInt8]?
    ) -> Route {
        Route(
            "GET", "/\(name)/{id}", operation, summary,
            parameters: [.path("id", .place, "Its height or its hash")], access: .area(.reading),
            answers: RouteAnswer.document(summary, schema) + [.error(404, "unknown-\(name)")],
            handler: .pooled { call in
                let domain = call.context.domain
                if let hash = call.optionalDigest("id") {
                    guard let document = try domain.document(hash), document.kind == kind else {
                        throw ServiceError.unknown(name, hash.hexadecimal)
                    }
                    return call.document(document.line, tag: hash.hexadecimal, .immutable)
                }
                let height = call.optionalInteger("id") ?? 0
                guard let line = try find(domain, height) else {
                    throw ServiceError.unknown(name, String(height))
                }
                let hash = try Envelope(line: line).hash.hexadecimal
                return call.document(line, tag: hash, .immutable)
            })
    }

    private static let proved: [RouteAnswer] = [
        .json("The proof, which wallet verify checks", "Proof"),
        .error(404, "unknown-document, unknown-counter"),
        .error(409, "not-sealed: there, but in no block yet"),
    ]

    private static func answer(
        _ proof: ServedProof, _ call: Call, _ subject: (what: String, name: String)
    ) throws -> HTTPResponse {
        switch proof {
        case .proof(let line, let isFinal):
            return call.document(line, isFinal ? .immutable : .revalidated)
        case .notSealed:
            throw ServiceError(
                409, "not-sealed", "the \(subject.what) '\(subject.name)' is in no block yet",
                [subject.what: subject.name])
        case .unknown: throw ServiceError.unknown(subject.what, subject.name)
        }
    }

    private static var witness: Route {
        Route(
            "POST", "/add-checkpoint", "addCheckpoint",
            "Asks for a cosignature of another log's checkpoint (c2sp.org/tlog-witness)",
            body: RequestBody(
                media: [("text/plain", ["type": "string"])], limitBytes: Limits.witnessRequestBytes,
                summary: "The old size, a proof of consistency, a checkpoint"),
            cost: .prove, access: .area(.writing),
            answers: [
                witnessed(200, "Cosignature lines"),
                witnessed(400, "Not a request, or old above size"),
                witnessed(403, "No signature of the log's key; read-only"),
                witnessed(404, "The log is not known here"),
                RouteAnswer(
                    status: 409,
                    summary: "The old size is not the one known here, which the body says",
                    media: [("text/x.tlog.size", ["type": "string"])] + spoken),
                .error(413, "body-too-large"),
                witnessed(422, "The proof of consistency does not hold"),
            ],
            handler: .own { call in
                guard !call.context.options.isReadOnly else { throw ServiceError.readOnly }
                return .gather(limit: Limits.witnessRequestBytes) { body, responder in
                    call.onPool(responder) {
                        try call.context.authorise(call)
                        let answer = call.context.domain.addCheckpoint(body)
                        return HTTPResponse(
                            status: answer.status,
                            headers: [
                                "Content-Type": answer.contentType, "Cache-Control": "no-store",
                            ],
                            body: answer.body)
                    }
                }
            })
    }

    private static let spoken: [(type: String, schema: JSONTree)] = [
        ("text/plain", ["type": "string"]), (MediaType.json, Schemas.reference("Error")),
    ]

    private static func witnessed(_ status: Int, _ summary: String) -> RouteAnswer {
        RouteAnswer(status: status, summary: summary, media: spoken)
    }
}
