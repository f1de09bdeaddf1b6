// All routes.
import Network

/// The one table from which routing, checking, `/openapi.json`, `HEAD`, `OPTIONS`, 404 and 405 are
/// made.
enum RouteTable {
    static var all: [Route] {
        identity + transactions + addresses + units + log + events + users + inbox + sync
    }
}

extension RouteAnswer {
    /// JSON of a named schema.
    static func json(_ summary: String, _ schema: String) -> RouteAnswer {
        json(200, summary, schema)
    }

    /// JSON of a named schema.
    static func json(
        _ status: Int, _ summary: String, _ schema: String, headers: [String] = []
    ) -> RouteAnswer {
        RouteAnswer(
            status: status, summary: summary,
            media: [(MediaType.json, Schemas.reference(schema))], headers: headers)
    }

    /// A document that is cached by its hash.
    static func document(_ summary: String, _ schema: String) -> [RouteAnswer] {
        [
            .json(200, summary, schema, headers: ["ETag"]).leading(to: .document, .proof),
            .unchanged,
        ]
    }

    /// The other side has it already.
    static let unchanged = RouteAnswer(
        status: 304, summary: "What If-None-Match names is still right", media: [],
        headers: ["ETag"])

    /// The same, and where its contents lead.
    func leading(to links: RouteLink...) -> RouteAnswer {
        var copy = self
        copy.links = links
        return copy
    }

    /// An error with its codes.
    static func error(_ status: Int, _ codes: String) -> RouteAnswer {
        RouteAnswer(
            status: status, summary: codes,
            media: [(MediaType.json, Schemas.reference("Error"))],
            headers: status == 429 || status == 503 ? ["Retry-After"] : [])
    }
}

extension RouteLink {
    static let document = RouteLink("getDocument", "hash", "$response.body#/hash/value")
    static let proof = RouteLink("getProof", "hash", "$response.body#/hash/value")
    static let unit = RouteLink("getUnit", "symbol", "$response.body#/data/units/0/symbol")
    static let transaction = RouteLink(
        "getTransaction", "hash", "$response.body#/data/transaction")
}
