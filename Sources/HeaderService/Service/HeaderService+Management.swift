// Merkle roots, tokens and webhooks: what the block headers service has besides.
import Bytes
import Documents
import Headers
import Network

extension HeaderService {
    private enum Confirmation: String {
        case confirmed = "CONFIRMED"
        case unable = "UNABLE_TO_VERIFY"
        case invalid = "INVALID"
    }

    /// `[{merkleRoot,blockHeight}]`: each is answered, and the worst of them for all.
    func verifyRoots(_ body: [UInt8]) throws -> HTTPResponse {
        guard let items = try? ForeignJSON(body).elements else { throw HeaderProblem.bindBody }
        guard !items.isEmpty else { throw HeaderProblem.rootsBody }
        guard items.count <= HeaderServiceLimits.questions else {
            throw HeaderProblem(
                400, "ErrVerifyMerklerootsBadBody",
                "at most \(HeaderServiceLimits.questions) roots are verified at once")
        }
        var worst = Confirmation.confirmed
        let confirmations = try chain.use { store in
            try items.map { item in
                guard let text = item["merkleRoot"]?.string,
                    let height = item["blockHeight"]?.integer
                else { throw HeaderProblem.bindBody }
                let (state, header) = try confirmation(text, height, store)
                if state == .invalid || worst == .confirmed { worst = state }
                return ForeignJSON.object([
                    .init("blockHash", .string(header?.hash.displayed ?? "")),
                    .init("hash", .string(header?.hash.displayed ?? "")),
                    .init("blockHeight", ForeignJSON(height)),
                    .init("merkleRoot", .string(text)),
                    .init("confirmation", .string(state.rawValue)),
                ])
            }
        }
        return Self.json(
            .object([
                .init("confirmationState", .string(worst.rawValue)),
                .init("confirmations", .array(confirmations)),
            ]))
    }

    private func confirmation(
        _ text: String, _ height: Int, _ store: HeaderStore
    ) throws -> (Confirmation, PlacedHeader?) {
        guard let root = Digest256(displayed: text.lowercased()) else { return (.invalid, nil) }
        return switch try store.standing(ofRoot: root, at: height) {
        case .confirmed(let header): (.confirmed, header)
        case .notYet: (.unable, nil)
        case .notInChain: (.invalid, nil)
        }
    }

    /// All roots by height, a page at a time.
    func roots(_ head: HTTPRequestHead) throws -> HTTPResponse {
        let query = QueryItems(query: head.query)
        var size = HeaderServiceLimits.headersAnswered
        if let text = query?["batchSize"] {
            guard let number = Int(text), number >= 0 else { throw HeaderProblem.batchSize }
            size = min(number == 0 ? size : number, HeaderServiceLimits.headersAnswered)
        }
        return try chain.use { store in
            var first = 0
            if let text = query?["lastEvaluatedKey"], !text.isEmpty {
                guard let root = Digest256(displayed: text.lowercased()) else {
                    throw HeaderProblem.rootNotFound
                }
                guard let header = try store.find(root: root) else {
                    throw store.staleHas(root: root)
                        ? HeaderProblem.rootNotInChain : HeaderProblem.rootNotFound
                }
                first = header.height + 1
            }
            let heights = first..<max(first, min(store.tip.height + 1, first + size))
            let content = try heights.map { height in
                ForeignJSON.object([
                    .init(
                        "merkleRoot",
                        .string(try store.header(at: height)?.header.merkleRoot.displayed ?? "")),
                    .init("blockHeight", ForeignJSON(height)),
                ])
            }
            let isLast = heights.upperBound > store.tip.height
            let last = isLast ? nil : content.last?["merkleRoot"]?.string
            return Self.json(
                .object([
                    .init("content", .array(content)),
                    .init(
                        "page",
                        .object([
                            .init("totalElements", ForeignJSON(store.tip.height + 1)),
                            .init("size", ForeignJSON(content.count)),
                            .init("lastEvaluatedKey", .string(last ?? "")),
                        ])),
                ]))
        }
    }

    // MARK: - Tokens and webhooks

    func manage(_ call: HeaderCall, _ body: [UInt8]) throws -> HTTPResponse {
        switch (call.target, call.head.method) {
        case (.access, "POST"):
            guard role(call.head) == .administrator else { throw HeaderProblem.unauthorized }
            guard let token = try tokens.make(.member, now: options.now()) else {
                throw HeaderProblem(400, "ErrCreateToken", "there are too many tokens")
            }
            return Self.json(tokenJSON(token, .member))
        case (.access, _):
            guard let text = bearer(call.head), let role = tokens.role(text) else {
                throw HeaderProblem.invalidToken
            }
            return Self.json(tokenJSON(text, role))
        case (.token(let token), _):
            guard try tokens.remove(PercentCoding.decode(token) ?? token) else {
                throw HeaderProblem.tokenNotFound
            }
            return Self.json(.string("Token revoked"))
        case (.webhook, "POST"):
            guard let json = try? ForeignJSON(body), json.members != nil else {
                throw HeaderProblem.bindBody
            }
            let hook = try Webhook(
                registering: json, now: options.now(),
                allowsPrivate: options.allowsPrivateWebhooks)
            try webhooks.add(hook)
            return Self.json(hook.shown)
        default:
            guard let url = QueryItems(query: call.head.query)?["url"], !url.isEmpty else {
                throw HeaderProblem.urlRequired
            }
            if call.head.method == "DELETE" {
                guard try webhooks.remove(url) else { throw HeaderProblem.webhookNotFound }
                return Self.json(.string("Webhook revoked"))
            }
            guard let hook = webhooks.hook(url) else { throw HeaderProblem.webhookNotFound }
            return Self.json(hook.shown)
        }
    }

    private func bearer(_ head: HTTPRequestHead) -> String? {
        head.headers["Authorization"]?.split(separator: " ").last.map(String.init)
    }

    private func role(_ head: HTTPRequestHead) -> AccessTokens.Role? {
        bearer(head).flatMap { tokens.role($0) }
    }

    private func tokenJSON(_ token: String, _ role: AccessTokens.Role) -> ForeignJSON {
        .object([
            .init("token", .string(token)),
            .init("createdAt", .string(HeaderJSON.time(options.now()))),
            .init("isAdmin", .boolean(role == .administrator)),
        ])
    }
}
