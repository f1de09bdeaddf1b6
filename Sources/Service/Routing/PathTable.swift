// From a path to what stands there.

/// The templates of all routes as a tree of their segments. A literal comes before a parameter.
struct PathTable: Sendable {
    /// What stands at one template: an operation for each method.
    final class Resource: Sendable {
        let template: String
        let routes: [Route]
        /// `GET, HEAD, OPTIONS`.
        let allow: String

        init(_ template: String, _ routes: [Route]) {
            self.template = template
            self.routes = routes
            var methods = routes.flatMap { $0.method == "GET" ? ["GET", "HEAD"] : [$0.method] }
            methods.append("OPTIONS")
            allow = methods.sorted().joined(separator: ", ")
        }

        /// The route of a method; `HEAD` is answered like `GET`.
        func route(_ method: String) -> Route? {
            let wanted = method == "HEAD" ? "GET" : method
            return routes.first { $0.method == wanted }
        }
    }

    private struct Node {
        var literals: [(text: String, node: Int)] = []
        var parameter: Int?
        var rest: Resource?
        var resource: Resource?
    }

    /// Something that stands there, and the segments that its parameters take, still encoded.
    struct Match {
        let resource: Resource
        let values: [Substring]
    }

    private var nodes = [Node()]

    init(_ routes: [Route]) {
        var templates: [String] = []
        for route in routes where !templates.contains(route.template) {
            templates.append(route.template)
        }
        for template in templates {
            insert(Resource(template, routes.filter { $0.template == template }))
        }
    }

    private mutating func insert(_ resource: Resource) {
        var node = 0
        for segment in resource.template.split(separator: "/") {
            if segment.hasSuffix("...}") {
                nodes[node].rest = resource
                return
            }
            let isParameter = segment.hasPrefix("{")
            let known =
                isParameter
                ? nodes[node].parameter
                : nodes[node].literals.first { $0.text == segment }?.node
            if let known {
                node = known
                continue
            }
            nodes.append(Node())
            if isParameter {
                nodes[node].parameter = nodes.count - 1
            } else {
                nodes[node].literals.append((String(segment), nodes.count - 1))
            }
            node = nodes.count - 1
        }
        nodes[node].resource = resource
    }

    /// What stands at `path`; nil where nothing does.
    func match(_ path: String) -> Match? {
        guard path.utf8.first == UInt8(ascii: "/") else { return nil }
        var node = 0
        var values: [Substring] = []
        var rest = path.dropFirst()
        while !rest.isEmpty {
            if let resource = nodes[node].rest {
                return Match(resource: resource, values: values + [rest])
            }
            let end = rest.utf8.firstIndex(of: UInt8(ascii: "/"))
            let segment = rest[..<(end ?? rest.endIndex)]
            if let next = literal(segment, nodes[node]) {
                node = next
            } else if let next = nodes[node].parameter, !segment.isEmpty {
                values.append(segment)
                node = next
            } else {
                return nil
            }
            guard let end else { break }
            rest = rest[rest.utf8.index(after: end)...]
            // A slash at the end names something else, of which there is nothing.
            if rest.isEmpty { return nil }
        }
        return nodes[node].resource.map { Match(resource: $0, values: values) }
    }

    private func literal(_ segment: Substring, _ node: Node) -> Int? {
        if let found = node.literals.first(where: { $0.text == segment }) { return found.node }
        guard segment.utf8.contains(UInt8(ascii: "%")), let text = PercentText.decode(segment)
        else { return nil }
        return node.literals.first { $0.text == text }?.node
    }
}
