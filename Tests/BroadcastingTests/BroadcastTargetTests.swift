import Cryptography
import Headers
import Network
import Testing

@testable import Broadcasting

@Suite struct BroadcastTargetTests {
    @Test(arguments: [
        ("arc+https://arc.example", "arc+https://arc.example/"),
        ("arc+https://api.example/arc", "arc+https://api.example/arc"),
        ("mapi+http://127.0.0.1:9004", "mapi+http://127.0.0.1:9004/"),
        ("node://node.example", "node://node.example:18444"),
        ("node://node.example:9333/", "node://node.example:9333"),
        ("node://[::1]", "node://[::1]:18444"), ("node://[::1]:7", "node://[::1]:7"),
    ])
    func `a target is read, and written as it is read`(_ text: String, _ canonical: String) throws {
        let target = try BroadcastTarget(text, .regtest)
        #expect(target.description == canonical)
        #expect(try BroadcastTarget(target.description, .mainnet) == target)
    }

    @Test(arguments: [
        "", "arc", "arc+", "arc+ftp://x", "https://x", "mapi+ws://x", "mapi+https://x?query=1",
        "node://", "node://x:0", "node://x:65536", "node://:8333", "node:x", "arc+node://x",
        "arc+https://user:secret@x",
    ])
    func `what is no target is refused`(_ text: String) {
        #expect(throws: NetworkError.self) { try BroadcastTarget(text, .regtest) }
    }

    @Test func `a token is in no text`() throws {
        let target = try BroadcastTarget("arc+https://arc.example", .mainnet)
        let endpoint = try BroadcastEndpoint(target, token: SecretBytes(Array("hush".utf8)))
        #expect(endpoint.authorization == "Bearer hush")
        var shown = ""
        dump(endpoint, to: &shown)
        #expect(!shown.contains("hush") && !"\(endpoint)".contains("hush"))
        for bad in ["", "a b", "a\r\nX: y", String(repeating: "a", count: 4_097)] {
            #expect(throws: NetworkError.self) {
                try BroadcastEndpoint(target, token: SecretBytes(Array(bad.utf8)))
            }
        }
    }
}
