// Where a server listens, as people write it.
import Testing

@testable import Network

@Suite struct ListenAddressTests {
    @Test(arguments: [
        ("127.0.0.1:8080", ListenAddress.network(host: "127.0.0.1", port: 8080)),
        ("[::1]:0", .network(host: "::1", port: 0)),
        ("localhost:65535", .network(host: "localhost", port: 65535)),
        (":80", .network(host: "", port: 80)),
        ("unix:/run/s", .unix(path: "/run/s")),
        ("unix:s", .unix(path: "s")),
    ])
    func `an address is read and written`(text: String, address: ListenAddress) throws {
        #expect(try ListenAddress(text) == address)
        #expect(address.description == text)
    }

    @Test(arguments: [
        "", "8080", "localhost", "a:", "a:-1", "a:65536", "a:+1", "a: 1", "a:1 ", "::1:80",
        "[::1]", "[::1:80", "[1.2.3.4]:80", "[x]:80", "a b:80", "unix:",
        "unix:" + String(repeating: "a", count: 108), String(repeating: "a", count: 254) + ":80",
    ])
    func `anything else is refused`(text: String) {
        #expect(throws: NetworkError.self) { try ListenAddress(text) }
    }

    @Test func `all addresses of the machine are listened on`() throws {
        let rig = try Rig([":0"])
        guard case .network(let host, let port) = rig.address else {
            Issue.record("no network")
            return
        }
        #expect(host == "::" || host == "0.0.0.0")
        let hello = "GET /peer HTTP/1.1\r\nHost: a\r\n\r\n"
        #expect(
            try RawSocket(.network(host: "127.0.0.1", port: port)).ask(hello).body
                == "127.0.0.1 true")
        if host == "::" {
            #expect(
                try RawSocket(.network(host: "::1", port: port)).ask(hello).body == "::1 true")
        }
    }

    @Test func `a name is looked up`() throws {
        let rig = try Rig(["localhost:0"])
        #expect(
            try rig.connect().ask("GET /hello?x HTTP/1.1\r\nHost: a\r\n\r\n").body == "hello x")
    }
}
