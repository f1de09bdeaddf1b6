// The answers that take the chain.
import Bytes
import Documents
import Headers
import Network

extension HeaderService {
    func answer(_ call: HeaderCall, _ body: [UInt8]) throws -> HTTPResponse {
        do throws(any Error) {
            return try found(call, body)
        } catch let problem as HeaderProblem {
            // HeaderSV has no errors: what is not there is no content.
            guard problem.status == 404, call.dialect == .headerSV, call.target.isHeaderSV else {
                throw problem
            }
            return HTTPResponse(status: 204)
        }
    }

    private func found(_ call: HeaderCall, _ body: [UInt8]) throws -> HTTPResponse {
        let dialect = call.dialect
        switch call.target {
        case .status: return HTTPResponse(status: 200)
        case .health: return Self.json(health())
        case .header(let hash):
            let header = try header(hash)
            if call.wantsBytes { return Self.bytes(header.header.bytes) }
            return Self.json(HeaderJSON.header(header, dialect))
        case .byHeight: return try byHeight(call)
        case .ancestors(let hash, let ancestor):
            let ancestor = try ancestor ?? Self.text(body)
            return try ancestors(hash, ancestor, call)
        case .commonAncestor:
            let header = try commonAncestor(body)
            if call.wantsBytes { return Self.bytes(header.header.bytes) }
            return Self.json(HeaderJSON.header(header, dialect))
        case .state(let hash):
            return try chain.use { store in
                Self.json(try placed(try header(hash, store), store, dialect, isInTip: false))
            }
        case .tips:
            return try chain.use { store in
                Self.json(
                    .array(try store.tips.map { try placed($0, store, dialect, isInTip: true) }))
            }
        case .longestTip:
            return try chain.use {
                Self.json(try placed($0.tip, $0, dialect, isInTip: true))
            }
        case .prune(let hash): return try prune(hash)
        case .rootHeader(let root):
            guard let digest = Digest256(displayed: root.lowercased()),
                let header = try chain.use({ try $0.find(root: digest) })
            else { throw HeaderProblem.rootNotFound }
            if call.wantsBytes { return Self.bytes(header.header.bytes) }
            return Self.json(HeaderJSON.header(header, dialect))
        case .verifyRoots: return try verifyRoots(body)
        case .roots: return try roots(call.head)
        case .peers: return Self.json(.array(options.peers().map { .string($0) }))
        case .peerCount: return Self.json(ForeignJSON(options.peers().count))
        case .access, .token, .webhook: return try manage(call, body)
        case .centrifuge, .feed: throw HeaderProblem.generic
        }
    }

    static func json(_ value: ForeignJSON, status: Int = 200) -> HTTPResponse {
        HTTPResponse(
            status: status, headers: ["Content-Type": "application/json; charset=utf-8"],
            body: value.bytes)
    }

    private static func bytes(_ bytes: [UInt8]) -> HTTPResponse {
        HTTPResponse(
            status: 200, headers: ["Content-Type": "application/octet-stream"], body: bytes)
    }

    /// A text as a body, in quotation marks or without.
    private static func text(_ body: [UInt8]) throws -> String {
        String(decoding: body.filter { $0 > 0x20 && $0 != UInt8(ascii: "\"") }, as: UTF8.self)
    }

    private func health() -> ForeignJSON {
        let tip = chain.tip
        return .object([
            .init("status", "ok"), .init("network", .string(chain.network.rawValue)),
            .init("height", ForeignJSON(tip.height)), .init("hash", .string(tip.hash.displayed)),
            .init("peers", ForeignJSON(options.peers().count)),
        ])
    }

    // MARK: - Headers

    func header(_ text: String, _ store: HeaderStore) throws -> PlacedHeader {
        guard let hash = Digest256(displayed: text.lowercased()), let header = try store.find(hash)
        else { throw HeaderProblem.headerNotFound }
        return header
    }

    private func header(_ text: String) throws -> PlacedHeader {
        try chain.use { try header(text, $0) }
    }

    private func placed(
        _ header: PlacedHeader, _ store: HeaderStore, _ dialect: HeaderDialect, isInTip: Bool
    ) throws -> ForeignJSON {
        HeaderJSON.placed(
            header, work: try store.work(of: header), tip: store.tip, dialect, isInTip: isInTip)
    }

    private func byHeight(_ call: HeaderCall) throws -> HTTPResponse {
        let query = QueryItems(query: call.head.query)
        guard let height = query?["height"].flatMap({ Int($0) }), height >= 0 else {
            throw HeaderProblem(400, "ErrInvalidHeight", "'height' is no height")
        }
        var count = 1
        if let text = query?["count"] {
            guard let number = Int(text), number >= 0 else {
                throw HeaderProblem(400, "ErrInvalidCount", "'count' is no number")
            }
            count = max(1, min(number, HeaderServiceLimits.headersAnswered))
        }
        let (bytes, headers) = try chain.use { store in
            let last = min(store.tip.height, height + count - 1)
            guard height <= last else { throw HeaderProblem.rangeNotFound }
            if call.wantsBytes { return (try store.bytes(height...last), [PlacedHeader]()) }
            return ([UInt8](), try (height...last).compactMap { try store.header(at: $0) })
        }
        if call.wantsBytes { return Self.bytes(bytes) }
        return Self.json(.array(headers.map { HeaderJSON.header($0, call.dialect) }))
    }

    private func ancestors(
        _ hash: String, _ ancestor: String, _ call: HeaderCall
    ) throws -> HTTPResponse {
        let headers = try chain.use { store in
            let header = try header(hash, store)
            guard let digest = Digest256(displayed: ancestor.lowercased()),
                let lower = try store.find(digest)
            else {
                throw call.dialect == .headerSV
                    ? HeaderProblem.headerNotFound : HeaderProblem.ancestorNotFound
            }
            guard lower.height <= header.height else { throw HeaderProblem.ancestorHigher }
            guard
                let path = try store.ancestors(
                    of: header, downTo: lower, limit: HeaderServiceLimits.headersAnswered)
            else { throw HeaderProblem.otherChain }
            // The header itself is none of its ancestors; the one that was named is the first.
            return [lower] + path.dropLast()
        }
        return Self.json(.array(headers.map { HeaderJSON.header($0, call.dialect) }))
    }

    private func commonAncestor(_ body: [UInt8]) throws -> PlacedHeader {
        guard let hashes = try? ForeignJSON(body).elements, !hashes.isEmpty,
            hashes.count <= HeaderServiceLimits.questions
        else { throw HeaderProblem.bindBody }
        return try chain.use { store in
            let headers = try hashes.map { hash in
                guard let text = hash.string else { throw HeaderProblem.bindBody }
                return try header(text, store)
            }
            // What all have below them: the lowest of them is not below itself.
            let lowest = headers.map(\.height).min() ?? 0
            guard let found = try store.commonAncestor(of: headers) else {
                throw HeaderProblem.ancestorNotFound
            }
            guard found.height == lowest, let parent = try store.parent(of: found) else {
                return found
            }
            return parent
        }
    }

    private func prune(_ hash: String) throws -> HTTPResponse {
        let removed = try chain.use { store in
            guard let digest = Digest256(displayed: hash.lowercased()) else {
                throw HeaderProblem.headerNotFound
            }
            return try store.prune(digest)
        }
        guard let removed else { throw HeaderProblem.headerNotFound }
        return Self.json(.object([.init("removed", ForeignJSON(removed))]))
    }
}

extension HeaderTarget {
    /// Whether HeaderSV has it.
    var isHeaderSV: Bool {
        switch self {
        case .header, .byHeight, .ancestors, .commonAncestor, .state, .tips, .prune: true
        default: false
        }
    }
}
