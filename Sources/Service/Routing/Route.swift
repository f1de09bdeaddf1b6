// One line of the table from which everything about a request is made: its way here, its check, its
// description, its answer.
import Network

/// An operation.
final class Route: Sendable {
    /// `GET` or `POST`.
    let method: String
    /// `/transaction/{hash}`; a last `{name...}` takes the rest of the path.
    let template: String
    /// The name that generated clients use.
    let operation: String
    /// One line for people.
    let summary: String
    let parameters: [Parameter]
    let body: RequestBody?
    let answers: [RouteAnswer]
    let cost: RouteCost
    /// Who may use it.
    let access: RouteAccess
    let handler: RouteHandler
    let metrics: RouteMetrics

    init(
        _ method: String, _ template: String, _ operation: String, _ summary: String,
        parameters: [Parameter] = [], body: RequestBody? = nil, cost: RouteCost = .read,
        access: RouteAccess, answers: [RouteAnswer], handler: RouteHandler
    ) {
        self.method = method
        self.template = template
        self.operation = operation
        self.summary = summary
        self.parameters = parameters
        self.body = body
        self.cost = cost
        self.access = access
        self.answers = answers
        self.handler = handler
        metrics = RouteMetrics(method: method, template: template)
    }
}

/// A parameter of the path, the query, or a field of the head.
struct Parameter: Sendable {
    enum Place: String, Sendable { case path, query, header }

    let name: String
    let place: Place
    let syntax: Syntax
    let summary: String
    var isRequired = false
    /// What holds where it is not given.
    var usual: Int?

    static func path(_ name: String, _ syntax: Syntax, _ summary: String) -> Parameter {
        Parameter(name: name, place: .path, syntax: syntax, summary: summary, isRequired: true)
    }

    static func query(_ name: String, _ syntax: Syntax, _ summary: String) -> Parameter {
        Parameter(name: name, place: .query, syntax: syntax, summary: summary)
    }

    static func field(_ name: String, _ syntax: Syntax, _ summary: String) -> Parameter {
        Parameter(name: name, place: .header, syntax: syntax, summary: summary)
    }

    var required: Parameter {
        var copy = self
        copy.isRequired = true
        return copy
    }

    /// `limit` and `skip`.
    static let page: [Parameter] = [
        Parameter(
            name: "limit", place: .query, syntax: .integer(1...ServiceLimits.pageEntries),
            summary: "Entries at most", usual: ServiceLimits.usualPageEntries),
        Parameter(
            name: "skip", place: .query, syntax: .integer(0...ServiceLimits.pageSkip),
            summary: "Entries to leave out at the beginning", usual: 0),
    ]
}

/// What may be sent.
struct RequestBody: Sendable {
    /// Media types and what stands in them.
    let media: [(type: String, schema: JSONTree)]
    let limitBytes: Int
    let summary: String
}

/// What may come back.
struct RouteAnswer: Sendable {
    let status: Int
    let summary: String
    let media: [(type: String, schema: JSONTree)]
    var headers: [String] = []
    var links: [RouteLink] = []
}

/// Where something in an answer leads: to the operation whose `parameter` is what the runtime
/// expression `value` finds (OpenAPI 3.1, section 4.8.20).
struct RouteLink: Sendable {
    let operation: String
    let parameter: String
    let value: String

    init(_ operation: String, _ parameter: String, _ value: String) {
        self.operation = operation
        self.parameter = parameter
        self.value = value
    }
}

/// What of `RequestCosts` a request costs at its beginning.
enum RouteCost: Sendable { case free, read, prove }

/// Who may use a route.
enum RouteAccess: Sendable, Equatable {
    /// Everybody, always.
    case open
    /// Everybody, unless the operator has protected the area.
    case area(ProtectedArea)
    /// Only custodial users.
    case user
}

/// How a route answers.
enum RouteHandler: Sendable {
    /// At once, on the loop's thread.
    case atOnce(@Sendable (Call) throws -> HTTPResponse)
    /// On a thread of the pool.
    case pooled(@Sendable (Call) throws -> HTTPResponse)
    /// In its own way, with the body that it asks for.
    case own(@Sendable (Call) throws -> HTTPDisposition)
}
