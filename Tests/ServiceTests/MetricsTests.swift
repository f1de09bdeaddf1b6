// Figures for Prometheus.
import Documents
import Network
import Synchronization
import Testing

@testable import Service

@Suite("Metrics")
struct MetricsTests {
    private func samples(_ house: House) throws -> [String] {
        let response = try house.get("/metrics")
        #expect(response.headers["Content-Type"] == "text/plain; version=0.0.4; charset=utf-8")
        return String(decoding: response.body, as: UTF8.self).split(separator: "\n")
            .map(String.init)
    }

    @Test func `requests, lines and states are counted`() throws {
        let house = House { $0.nanoseconds = { 0 } }
        house.domain.state.withLock { $0.waitingLines = 4 }
        house.domain.append([(.unit, Sample.unit().document, [])])
        _ = try house.get("/unit")
        _ = try house.get("/unit?x=1")
        _ = try house.get("/nothing")
        _ = try house.post("/transaction", Array("{}".utf8))
        house.domain.state.withLock { $0.judge = { _ in .refused(Refusal(.expired, "no")) } }
        _ = try house.post("/transaction", Array("{}".utf8))
        let lines = try samples(house)
        for line in [
            #"wallet_http_requests_total{method="GET",route="/unit",status="2xx"} 1"#,
            #"wallet_http_requests_total{method="GET",route="/unit",status="4xx"} 1"#,
            #"wallet_http_requests_total{method="*",route="*",status="4xx"} 1"#,
            #"wallet_http_requests_total{method="POST",route="/transaction",status="4xx"} 1"#,
            #"wallet_lines_total{outcome="cleared"} 1"#,
            #"wallet_lines_total{outcome="refused"} 1"#,
            #"wallet_refusals_total{code="expired"} 1"#, "wallet_waiting_lines 4",
            "wallet_log_position 1", "wallet_subscribers 0", "wallet_waiting_requests 0",
            #"wallet_build_info{domain="shop.example",version="1.2.3"} 1"#,
        ] {
            #expect(lines.contains(line), "\(line)")
        }
    }

    @Test func `the text is what a scraper takes`() throws {
        let house = House { $0.version = "a\\b\"c\nd" }
        _ = try house.get("/unit")
        let name = #/[a-z_]+/#
        let sample = #/([a-z_]+)(\{([a-z]+="(?:[^"\\\n]|\\[\\"n])*",?)*\})? ([0-9.]+)/#
        var types: [String: String] = [:]
        var seen: Set<String> = []
        for line in try samples(house) {
            if line.hasPrefix("#") {
                let words = line.split(separator: " ", maxSplits: 3).map(String.init)
                try #require(words.count == 4, "\(line)")
                #expect(try name.wholeMatch(in: words[2]) != nil, "\(line)")
                if words[1] == "TYPE" {
                    #expect(types.updateValue(words[3], forKey: words[2]) == nil, "\(line)")
                }
                continue
            }
            let match = try #require(try sample.wholeMatch(in: line), "\(line)")
            let full = String(match.1)
            let suffixes = ["_bucket", "_sum", "_count"]
            let family =
                types[full] != nil
                ? full
                : suffixes.first { full.hasSuffix($0) }.map { String(full.dropLast($0.count)) }
                    ?? full
            #expect(types[family] != nil, "\(line) has no type")
            #expect((types[family] == "counter") == full.hasSuffix("_total"), "\(line)")
            #expect(seen.insert(String(line.prefix { $0 != " " || line.contains("{") })).inserted)
        }
        #expect(types.count == 9)
    }

    @Test func `a histogram grows from bucket to bucket and ends with the count`() throws {
        let times = Mutex<[UInt64]>([])
        let house = House {
            $0.nanoseconds = { times.withLock { $0.isEmpty ? 0 : $0.removeFirst() } }
        }
        for spent in [50_000, 100_000, 100_001, 20_000_000_000] as [UInt64] {
            times.withLock { $0 = [1_000, 1_000 + spent] }
            _ = try house.get("/unit")
        }
        times.withLock { $0 = [] }
        let prefix = #"wallet_http_request_duration_seconds_bucket{method="GET",route="/unit","#
        let counts = try samples(house).filter { $0.hasPrefix(prefix) }
            .compactMap { $0.split(separator: " ").last.flatMap { Int($0) } }
        #expect(counts.count == RouteMetrics.bounds.count + 1)
        #expect(counts == counts.sorted())
        #expect(Array(counts.prefix(2)) == [2, 3])
        #expect(Array(counts.suffix(2)) == [3, 4])
        let sum = "wallet_http_request_duration_seconds_sum"
        let line = sum + #"{method="GET",route="/unit"} 20.000250001"#
        #expect(try samples(house).contains(line))
    }

    @Test func `the bounds in text are the bounds`() throws {
        for bound in RouteMetrics.bounds {
            let seconds = try #require(Double(bound.text))
            #expect(UInt64((seconds * 1e9).rounded()) == bound.nanoseconds)
        }
        #expect(
            RouteMetrics.bounds.map(\.nanoseconds)
                == RouteMetrics.bounds.map(\.nanoseconds).sorted())
    }
}
