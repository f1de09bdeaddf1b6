// Figures in Prometheus' text format (version 0.0.4).

/// Writes the figures of a processor.
struct MetricsText {
    private var text = ""

    /// All figures.
    static func bytes(_ context: ServiceContext) -> [UInt8] {
        var writer = MetricsText()
        writer.requests(context.catalogue.routes.map(\.metrics) + [context.elsewhere])
        writer.lines(context.lines.snapshot)
        writer.gauge(
            "wallet_waiting_lines", "Lines that wait to be durable", context.domain.waitingLines)
        writer.gauge(
            "wallet_waiting_requests", "Requests that wait for a thread", context.pool.waiting)
        writer.gauge("wallet_subscribers", "Connections that follow the events", context.hub.count)
        writer.gauge("wallet_log_position", "Documents of the log", context.domain.position)
        let identity = context.domain.identity
        writer.head("wallet_build_info", "gauge", "The program and the domain that it serves")
        writer.sample(
            "wallet_build_info",
            [
                ("domain", identity.domain),
                ("version", context.options.version ?? identity.version),
            ], "1")
        return Array(writer.text.utf8)
    }

    private mutating func requests(_ routes: [RouteMetrics]) {
        let counts = routes.map { ($0, $0.snapshot) }.filter { $0.1.classes.contains { $0 > 0 } }
        head("wallet_http_requests_total", "counter", "Requests by route and class of status")
        for (route, count) in counts {
            for (index, number) in count.classes.enumerated() where number > 0 {
                sample(
                    "wallet_http_requests_total",
                    Self.labels(route) + [("status", "\(index + 1)xx")], String(number))
            }
        }
        let name = "wallet_http_request_duration_seconds"
        head(name, "histogram", "Time from a request's head to its answer")
        for (route, count) in counts {
            var sum = 0
            for (index, bound) in RouteMetrics.bounds.enumerated() {
                sum += count.buckets[index]
                sample(name + "_bucket", Self.labels(route) + [("le", bound.text)], String(sum))
            }
            sum += count.buckets[RouteMetrics.bounds.count]
            sample(name + "_bucket", Self.labels(route) + [("le", "+Inf")], String(sum))
            sample(name + "_sum", Self.labels(route), Self.seconds(count.nanoseconds))
            sample(name + "_count", Self.labels(route), String(sum))
        }
    }

    private mutating func lines(_ counts: LineMetrics.Counts) {
        head("wallet_lines_total", "counter", "Lines that were sent to be cleared, by outcome")
        let outcomes = [
            ("cleared", counts.cleared), ("replayed", counts.replayed),
            ("refused", counts.refused.values.reduce(0, +)),
            ("undecided", counts.undecided.values.reduce(0, +)),
        ]
        for (outcome, number) in outcomes {
            sample("wallet_lines_total", [("outcome", outcome)], String(number))
        }
        head("wallet_refusals_total", "counter", "Lines that were refused, by code")
        for (code, number) in counts.refused.sorted(by: { $0.key < $1.key }) {
            sample("wallet_refusals_total", [("code", code)], String(number))
        }
    }

    private mutating func gauge(_ name: String, _ help: String, _ value: Int) {
        head(name, "gauge", help)
        sample(name, [], String(value))
    }

    private mutating func head(_ name: String, _ type: String, _ help: String) {
        text += "# HELP \(name) \(help)\n# TYPE \(name) \(type)\n"
    }

    private mutating func sample(_ name: String, _ labels: [(String, String)], _ value: String) {
        let list = labels.map { "\($0.0)=\"\(Self.escaped($0.1))\"" }.joined(separator: ",")
        text += name + (list.isEmpty ? "" : "{\(list)}") + " \(value)\n"
    }

    private static func labels(_ route: RouteMetrics) -> [(String, String)] {
        [("method", route.method), ("route", route.template)]
    }

    private static func escaped(_ text: String) -> String {
        var escaped = ""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\\": escaped += "\\\\"
            case "\"": escaped += "\\\""
            case "\n": escaped += "\\n"
            default: escaped.unicodeScalars.append(scalar)
            }
        }
        return escaped
    }

    /// Exact: no binary fraction in between.
    private static func seconds(_ nanoseconds: UInt64) -> String {
        let fraction = String(nanoseconds % 1_000_000_000)
        return "\(nanoseconds / 1_000_000_000)."
            + String(repeating: "0", count: 9 - fraction.count) + fraction
    }
}
