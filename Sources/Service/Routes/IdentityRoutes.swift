// Who this is, how it is, and what can be asked here.
import Documents
import Network

extension RouteTable {
    static var identity: [Route] {
        [
            Route(
                "GET", "/", "getRoot", "Who this processor is", access: .open,
                answers: [.json("The identity", "Identity")], handler: .pooled(showIdentity)),
            Route(
                "GET", "/domain", "getDomain", "Who this processor is", access: .open,
                answers: [.json("The identity", "Identity")], handler: .pooled(showIdentity)),
            Route(
                "GET", "/health", "getHealth", "Whether this processor works", cost: .free,
                access: .open, answers: [.json("It does", "Health")],
                handler: .pooled { call in
                    let domain = call.context.domain
                    let position = domain.position
                    return call.data { writer in
                        writer.beginObject()
                        writer.member("position", position)
                        writer.member(
                            "status", call.context.options.isReadOnly ? "read-only" : "ok")
                        writer.member("waiting", domain.waitingLines)
                        writer.endObject()
                    }
                }),
            Route(
                "GET", "/metrics", "getMetrics", "Figures for Prometheus", cost: .free,
                access: .area(.metrics),
                answers: [
                    RouteAnswer(
                        status: 200, summary: "The figures",
                        media: [("text/plain", ["type": "string"])])
                ],
                handler: .pooled { call in
                    call.content(
                        MetricsText.bytes(call.context), type: MediaType.metrics, .never)
                }),
            Route(
                "GET", "/openapi.json", "getDescription", "This description", cost: .free,
                access: .open,
                answers: [
                    RouteAnswer(
                        status: 200, summary: "OpenAPI 3.1",
                        media: [(MediaType.json, ["type": "object"])], headers: ["ETag"]),
                    .unchanged,
                ],
                handler: .pooled { call in
                    call.tagged(call.context.catalogue.openAPI, type: MediaType.json)
                }),
        ]
    }

    private static func showIdentity(_ call: Call) throws -> HTTPResponse {
        let identity = call.context.domain.identity
        let base = call.context.options.publicURL ?? ""
        let links = [
            ("checkpoint", "/checkpoint"), ("description", "/openapi.json"),
            ("events", "/events"), ("health", "/health"), ("transaction", "/transaction"),
            ("units", "/unit"),
        ]
        return call.data(.revalidated) { writer in
            writer.beginObject()
            writer.list("devices", identity.certificates) { $0.raw($1) }
            writer.member("domain", identity.domain)
            writer.member("key", identity.verifierKey)
            writer.name("links")
            writer.beginObject()
            for (name, path) in links {
                writer.name(name)
                writer.string(base + path)
            }
            writer.endObject()
            writer.member("version", call.context.options.version ?? identity.version)
            writer.endObject()
        }
    }
}
