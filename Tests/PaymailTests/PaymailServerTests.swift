// Server and client over sockets.
import Bitcoin
import Bytes
import Cryptography
import Documents
import Network
import Paymail
import Testing

struct PaymailServerTests {
    @Test func `client and server understand each other over loopback`() throws {
        let clock = Clock()
        let desk = TestDesk(clock)
        let options = PaymailOptions(
            domain: "localhost", now: { clock.now }, onFailure: { _ in })
        let server = try PaymailServer(
            PaymailService(desk, options),
            listen: [try ListenAddress("127.0.0.1:0")], tls: nil)
        let url = try #require(try server.start().first)
        let loop = try EventLoop()
        defer {
            loop.stop()
            server.requestStop()
            server.wait()
        }
        let memory = VolatileMemory()
        func client(named: [String: WebURL]) -> PaymailClient {
            PaymailClient(
                PaymailClient.Reach(loop: loop), services: TableResolver(), named: named,
                memory: memory, random: SeededRandom(seed: [8]), now: { clock.now })
        }
        let handle = try PaymailHandle("alice@localhost")
        let named = client(named: ["localhost": try WebURL(url)])
        #expect(try named.publicKey(of: handle) == key(1).publicKey.compressed)
        #expect(try named.verify(key(1).publicKey.compressed, of: handle))
        #expect(try !named.verify(key(2).publicKey.compressed, of: handle))
        #expect(try named.profile(of: handle).name == "ALICE")
        let destination = try named.destination(for: handle, satoshis: 4_000)
        let paying = try transaction(1, destination.outputs)
        let receipt = try named.send(
            .raw(paying.bytes), paying.id, to: handle, reference: destination.reference)
        #expect(receipt.transaction == paying.id)
        #expect(try named.promiseDestination(of: handle).domain == "clearing.example")
        #expect(throws: PaymailError.self) {
            try named.publicKey(of: try PaymailHandle("nobody@localhost"))
        }
        // Nobody has named it: this machine is not asked.
        memory.keep(nil, of: "localhost")
        #expect(throws: NetworkError.self) { try client(named: [:]).publicKey(of: handle) }
    }
}
