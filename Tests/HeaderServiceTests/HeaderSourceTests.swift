import Headers
import Network
import Testing

@testable import HeaderService

@Suite struct HeaderSourceTests {
    @Test func `nodes and services are told apart`() throws {
        #expect(
            try HeaderSource("node://seed.example", .mainnet)
                == .node(host: "seed.example", port: 8333))
        #expect(
            try HeaderSource("node://127.0.0.1:19444/", .regtest)
                == .node(host: "127.0.0.1", port: 19444))
        #expect(try HeaderSource("node://[::1]", .stn) == .node(host: "::1", port: 9333))
        #expect(
            try HeaderSource("node://[::1]:7", .regtest).description == "node://[::1]:7")
        #expect(
            try HeaderSource("https://headers.example", .mainnet)
                == .service(try WebURL("https://headers.example")))
    }

    @Test(arguments: [
        "node://", "node://:1", "node://a:0", "node://a:x", "ws://a/", "a", "unix:/x",
    ])
    func `nothing else is a source`(_ text: String) {
        #expect(throws: NetworkError.self) { try HeaderSource(text, .mainnet) }
    }
}
