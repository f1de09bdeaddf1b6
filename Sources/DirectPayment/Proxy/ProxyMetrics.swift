// How much goes on, for Prometheus.

/// Counters of a relay.
struct ProxyMetrics: Sendable {
    var framesIn = 0
    var framesOut = 0
    var joins = 0
    private var answers: [Int: Int] = [:]

    /// A question has had its answer.
    mutating func count(_ status: Int) { answers[status, default: 0] += 1 }

    /// The text format of Prometheus.
    func text(_ core: ProxyCore) -> String {
        let census = core.census
        var text = ""
        func family(_ name: String, _ kind: String, _ help: String, _ rows: [(String, Int)]) {
            text += "# HELP \(name) \(help)\n# TYPE \(name) \(kind)\n"
            for (labels, value) in rows { text += "\(name)\(labels) \(value)\n" }
        }
        family("proxy_members", "gauge", "Open sockets.", [("", census.members)])
        family("proxy_channels", "gauge", "Channels, open or kept.", [("", census.channels)])
        family("proxy_questions", "gauge", "Questions to wallets.", [("", census.questions)])
        family("proxy_held_bytes", "gauge", "Bytes of what waits.", [("", census.waiting)])
        family("proxy_joins_total", "counter", "Sockets opened.", [("", joins)])
        family(
            "proxy_frames_total", "counter", "Frames of sockets.",
            [("{direction=\"in\"}", framesIn), ("{direction=\"out\"}", framesOut)])
        family(
            "proxy_answers_total", "counter", "Answers over HTTP.",
            answers.sorted { $0.key < $1.key }.map { ("{status=\"\($0.key)\"}", $0.value) })
        return text
    }
}
