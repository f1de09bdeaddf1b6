// From a request's head to a route, or to what is said where there is none.
import Network
import Testing

@testable import Service

@Suite("Routing")
struct RoutingTests {
    @Test func `a path that leads nowhere is 404`() throws {
        let house = House()
        for path in [
            "/nothing", "//", "/transaction/", "/transaction//", "/unit/", "/tile", "/tile/",
            "/health/", "/address", "/proof/balance/x", "/openapi", "/%zz", "/transaction/a/b",
        ] {
            let response = try house.get(path)
            #expect(response.status == 404 || path.hasPrefix("/proof"), "\(path)")
            #expect(response.code?.hasPrefix("unknown-path") == true, "\(path)")
        }
    }

    @Test func `other methods are 405, with those that there are`() throws {
        let house = House()
        let paths = Set(RouteTable.all.map(\.template))
        for path in paths {
            let here = RouteTable.all.filter { $0.template == path }.map(\.method)
            let concrete = path.split(separator: "/").map { $0.hasPrefix("{") ? "x" : $0 }
            for method in ["PUT", "DELETE", "PATCH", "TRACE", "GET", "POST", "QUERY", "get"]
            where !here.contains(method) {
                let response = try house.ask(method, "/" + concrete.joined(separator: "/"))
                #expect(response.status == 405, "\(method) \(path)")
                #expect(response.code == "method-not-allowed")
                let allowed = try #require(response.headers["Allow"])
                #expect(here.allSatisfy { allowed.contains($0) } && allowed.contains("OPTIONS"))
            }
        }
    }

    @Test func `HEAD is answered like GET`() throws {
        let house = House()
        for path in ["/", "/health", "/openapi.json", "/unit", "/checkpoint"] {
            let get = try house.get(path)
            let head = try house.ask("HEAD", path)
            #expect(head.status == get.status, "\(path)")
            #expect(head.headers == get.headers, "\(path)")
        }
        #expect(try house.ask("HEAD", "/transaction").status == 405)
        let events = try house.ask("HEAD", "/events")
        #expect(events.status == 200)
        #expect(events.headers["Content-Type"] == "text/event-stream")
    }

    @Test func `OPTIONS says what may be done`() throws {
        let house = House()
        let response = try house.ask("OPTIONS", "/transaction")
        #expect(response.status == 204)
        #expect(response.headers["Allow"] == "OPTIONS, POST")
        #expect(response.headers["Access-Control-Allow-Methods"] == nil)
        #expect(try house.ask("OPTIONS", "/unit").headers["Allow"] == "GET, HEAD, OPTIONS")
        #expect(try house.ask("OPTIONS", "*").status == 204)
        #expect(try house.ask("OPTIONS", "/nothing").status == 404)
    }

    @Test func `pages of other origins read nothing, unless they may`() throws {
        let origin: HTTPHeaders = ["Origin": "https://a.example"]
        #expect(try House().get("/health", origin).headers["Access-Control-Allow-Origin"] == nil)
        let some = House { $0.corsOrigins = ["https://a.example"] }
        let mine = try some.get("/health", origin)
        #expect(mine.headers["Access-Control-Allow-Origin"] == "https://a.example")
        #expect(mine.headers["Vary"] == "Origin")
        let other = try some.get("/health", ["Origin": "https://b.example"])
        #expect(other.headers["Access-Control-Allow-Origin"] == nil)
        #expect(other.headers["Vary"] == "Origin")
        let all = House { $0.corsOrigins = ["*"] }
        #expect(try all.get("/nothing", origin).headers["Access-Control-Allow-Origin"] == "*")
        let preflight = try all.ask(
            "OPTIONS", "/transaction",
            ["Origin": "https://a.example", "Access-Control-Request-Method": "POST"])
        #expect(preflight.status == 204)
        #expect(preflight.headers["Access-Control-Allow-Methods"] == "OPTIONS, POST")
        #expect(
            preflight.headers["Access-Control-Allow-Headers"]?.contains("Authorization") == true)
    }

    @Test func `nothing is to be guessed`() throws {
        let house = House()
        for path in ["/", "/nothing", "/health", "/transaction/x", "/metrics"] {
            #expect(try house.get(path).headers["X-Content-Type-Options"] == "nosniff", "\(path)")
        }
        let fault = house.processor.response(to: HTTPFault(431, "head-too-large", "too large"))
        #expect(fault.status == 431)
        #expect(fault.code == "head-too-large")
        #expect(fault.headers["X-Content-Type-Options"] == "nosniff")
    }

    @Test func `percent-encoded paths are the same paths`() throws {
        let house = House()
        #expect(try house.get("/%68ealth").status == 200)
        #expect(try house.get("/tile/0%2F000").code == "unknown-tile")
        #expect(try house.get("/transaction/%ff").status == 400)
        #expect(try house.get("/transaction/%4").status == 400)
        #expect(try house.get("/tile/..%2f..%2fkeys").code == "invalid-parameter")
        #expect(try house.get("/tile/../../keys").code == "invalid-parameter")
    }

    @Test func `a path may be so long and no longer`() throws {
        let house = House()
        let most = "/unit/" + String(repeating: "a", count: ServiceLimits.pathBytes - 6)
        #expect(try house.get(most).status == 400)
        #expect(try house.get(most + "a").status == 404)
    }

    @Test func `a question has no body`() throws {
        let house = House()
        let response = try house.ask("GET", "/health", body: [1])
        #expect(response.code == "unexpected-body")
        let chunked = House.head("GET", "/health", bodyBytes: nil)
        guard case .answer(let answer) = house.processor.disposition(of: chunked) else {
            Issue.record("no answer")
            return
        }
        #expect(answer.status == 400)
    }
}
