// A partner for conformance tests: a WebSocket that echoes, from either side.
import Glibc
import Network

/// `serve ADDRESS [CERTIFICATE KEY]`, `autobahn URL AGENT`, or `get URL [CAFILE]`.
@main
enum Main {
    static func main() throws {
        let words = Array(CommandLine.arguments.dropFirst())
        switch (words.first, words.count) {
        case ("serve", 2): try serve(words[1], nil)
        case ("serve", 4):
            try serve(words[1], TLSFiles(certificatePath: words[2], keyPath: words[3]))
        case ("autobahn", 3): try autobahn(words[1], agent: words[2])
        case ("get", 2): try get(words[1], .system)
        case ("get", 3): try get(words[1], .file(path: words[2]))
        default:
            print(
                "usage: network-echo serve ADDRESS [CERTIFICATE KEY] | autobahn URL AGENT | get URL [CAFILE]"
            )
            exit(2)
        }
    }

    private static func serve(_ address: String, _ tls: TLSFiles?) throws {
        var limits = ServerLimits()
        // The largest message of the Autobahn's cases has 16 MiB.
        limits.messageBytes = 32 * 1_048_576
        let server = HTTPServer(
            loop: try EventLoop(), addresses: [try ListenAddress(address)], tls: tls,
            limits: limits, clock: { Int64(time(nil)) }, handler: EchoHandler())
        for address in try server.start() { print(address) }
        fflush(nil)
        while true { pause() }
    }

    private static func get(_ url: String, _ trust: TLSTrust) throws {
        let client = HTTPClient(
            loop: try EventLoop(), trust: trust, allowsPrivateAddresses: true)
        for _ in 0..<2 {
            let response = try client.send(HTTPRequest("GET", try WebURL(url)))
            print(response.status, response.body.count)
        }
    }
}
