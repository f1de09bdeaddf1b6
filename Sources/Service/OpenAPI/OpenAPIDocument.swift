// The description of the service, made from the table of routes.
import Documents

/// OpenAPI 3.1.
struct OpenAPIDocument {
    /// The document's canonical text with a newline.
    let bytes: [UInt8]

    init(_ routes: [Route], _ options: ServiceOptions, _ identity: DomainIdentity) {
        var paths: [String: [String: JSONTree]] = [:]
        for route in routes {
            let path = route.template.split(separator: "...", omittingEmptySubsequences: false)
                .joined()
            paths[path, default: [:]][route.method.lowercased()] = Self.operation(route, options)
        }
        var document: [String: JSONTree] = [
            "openapi": "3.1.0",
            "info": [
                "title": .text("wallet: clearing domain \(identity.domain)"),
                "version": .text(options.version ?? identity.version),
                "description":
                    """
                Signed promises to pay are cleared here, and what has been cleared can be read \
                and verified. Documents are canonical JSON, named by their hash. Whoever sends \
                the same document again gets the same answer.
                """,
            ],
            "paths": .object(paths.mapValues { .object($0) }),
            "components": [
                "schemas": .object(Schemas.all),
                "securitySchemes": [
                    "bearer": [
                        "type": "http", "scheme": "bearer",
                        "description": "The token of a custodial user",
                    ]
                ],
            ],
        ]
        if let url = options.publicURL { document["servers"] = [["url": .text(url)]] }
        bytes = JSONTree.object(document).bytes + [0x0a]
    }

    private static func operation(_ route: Route, _ options: ServiceOptions) -> JSONTree {
        var operation: [String: JSONTree] = [
            "operationId": .text(route.operation), "summary": .text(route.summary),
            "responses": .object(responses(route, options)),
        ]
        if !route.parameters.isEmpty {
            operation["parameters"] = .list(route.parameters.map(parameter))
        }
        if let body = route.body {
            var media: [String: JSONTree] = [:]
            for (type, schema) in body.media { media[type] = ["schema": schema] }
            operation["requestBody"] = [
                "required": true, "description": .text(body.summary), "content": .object(media),
            ]
        }
        if needsToken(route, options) { operation["security"] = [["bearer": []]] }
        return .object(operation)
    }

    private static func needsToken(_ route: Route, _ options: ServiceOptions) -> Bool {
        switch route.access {
        case .open: false
        case .area(let area): options.requiresAuthentication.contains(area)
        case .user: true
        }
    }

    private static func parameter(_ parameter: Parameter) -> JSONTree {
        var schema = parameter.syntax.schema
        if let usual = parameter.usual { schema = schema.with(["default": .integer(usual)]) }
        return [
            "name": .text(parameter.name), "in": .text(parameter.place.rawValue),
            "required": .boolean(parameter.isRequired), "description": .text(parameter.summary),
            "schema": schema, "example": example(parameter.syntax),
        ]
    }

    private static func example(_ syntax: Syntax) -> JSONTree {
        switch syntax {
        case .digest: "5f1d36c1f4b2c4f0a4a8d1a5e2f6b7c8d9e0f1a2b3c4d5e6f708192a3b4c5d6e"
        case .address: "wV14Bw1gYGSFMDuNjpaJywt67oW3awXdfi"
        case .integer(let range): .integer(range.lowerBound)
        case .place: "0"
        case .tile: "0/000"
        }
    }

    /// What the table says, and what every request may meet.
    private static func responses(
        _ route: Route, _ options: ServiceOptions
    ) -> [String: JSONTree] {
        var answers = route.answers
        func add(_ answer: RouteAnswer) {
            if !answers.contains(where: { $0.status == answer.status }) { answers.append(answer) }
        }
        add(
            .error(
                400,
                "unknown-parameter, repeated-parameter, missing-parameter, invalid-parameter, "
                    + "invalid-address, malformed-request, unexpected-body"))
        if needsToken(route, options) { add(.error(401, "unauthorized")) }
        if case .free = route.cost {} else { add(.error(429, "too-many-requests")) }
        add(.error(503, "busy, storage, stopping: it may be tried again"))
        var responses: [String: JSONTree] = [:]
        for answer in answers { responses[String(answer.status)] = response(answer) }
        responses["default"] = response(.error(500, "Whatever else went wrong"))
        return responses
    }

    private static func response(_ answer: RouteAnswer) -> JSONTree {
        var response: [String: JSONTree] = ["description": .text(answer.summary)]
        if !answer.media.isEmpty {
            var media: [String: JSONTree] = [:]
            for (type, schema) in answer.media { media[type] = ["schema": schema] }
            response["content"] = .object(media)
        }
        if !answer.headers.isEmpty {
            var headers: [String: JSONTree] = [:]
            for name in answer.headers {
                headers[name] = [
                    "description": .text(meaning(of: name)), "schema": headerSchema(name),
                ]
            }
            response["headers"] = .object(headers)
        }
        if !answer.links.isEmpty {
            var links: [String: JSONTree] = [:]
            for link in answer.links {
                links[link.operation] = [
                    "operationId": .text(link.operation),
                    "parameters": .object([link.parameter: .text(link.value)]),
                ]
            }
            response["links"] = .object(links)
        }
        return .object(response)
    }

    private static func meaning(of header: String) -> String {
        switch header {
        case "ETag": "Names this content, for If-None-Match"
        case "Location": "Where the stored document can be read"
        default: "Seconds after which it may be tried again"
        }
    }

    private static func headerSchema(_ header: String) -> JSONTree {
        header == "Retry-After" ? ["type": "integer", "minimum": 1] : ["type": "string"]
    }
}
