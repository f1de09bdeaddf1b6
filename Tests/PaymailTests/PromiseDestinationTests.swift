// Our own capability: a handle as a name for an address of IOUs.
import Bytes
import Cryptography
import Documents
import Network
import Testing

@testable import Paymail

struct PromiseDestinationTests {
    private let stage = Stage()

    @Test func `a destination is found by its handle, and kept`() throws {
        let client = try stage.client()
        #expect(try client.rememberedDestination(of: alice) == nil)
        let found = try client.promiseDestination(of: alice)
        #expect(found == (try promise(alice, stage.clock.now)))
        #expect(found.units.map(\.code) == ["EUR", "HOUR"])
        #expect(try client.rememberedDestination(of: alice) == found)
        // It is of no use under another key.
        try client.accept(try key(5).publicKey.compressed, of: alice)
        #expect(try client.rememberedDestination(of: alice) == nil)
    }

    @Test func `what another has signed, or nobody, is refused`() throws {
        let now = stage.clock.now
        let payload = String(decoding: try promise(alice, now).json.bytes, as: UTF8.self)
        let bob = try PaymailHandle("bob@example.com")
        let other = String(decoding: try promise(bob, now).json.bytes, as: UTF8.self)
        var changed = SignedEnvelope.signing(payload, with: try key(1))
        changed.payload = payload + " "
        for envelope in [
            SignedEnvelope.signing(payload, with: try key(2)), SignedEnvelope(payload: payload),
            SignedEnvelope.signing(other, with: try key(1)), changed,
            SignedEnvelope.signing("{}", with: try key(1)),
            SignedEnvelope.signing("x", with: try key(1)),
        ] {
            let bytes = envelope.json.bytes
            let client = try stage.client { request, response in
                request.url.path.contains("/iou/")
                    ? HTTPResponse(status: 200, body: bytes) : response
            }
            #expect(throws: PaymailError.self) { try client.promiseDestination(of: alice) }
        }
        #expect(stage.memory.destination(of: alice) == nil)
    }

    @Test func `an old answer is refused`() throws {
        let bytes = try stage.desk.promiseDestination(of: alice).json.bytes
        let client = try stage.client { request, response in
            request.url.path.contains("/iou/")
                ? HTTPResponse(status: 200, body: bytes) : response
        }
        _ = try client.promiseDestination(of: alice)
        stage.clock.pass(seconds: 90_000)
        #expect(throws: PaymailError.self) { try client.promiseDestination(of: alice) }
        #expect(try client.rememberedDestination(of: alice) != nil)
    }

    @Test func `every member that is wrong is refused`() throws {
        let members = try #require(try promise(alice, stage.clock.now).json.members)
        let wrong: [(String, ForeignJSON?)] = [
            ("handle", "bob@example.com"), ("handle", nil), ("address", "x"), ("address", nil),
            ("domain", "other.example"), ("domain", nil), ("domainKey", "x"), ("domainKey", nil),
            ("issued", "x"), ("issued", nil), ("expires", nil),
            ("expires", "2001-01-01T00:00:00.000Z"), ("service", "ftp://x"),
            ("service", "unix:/tmp/x"), ("units", [[:]]), ("units", ["EUR"]),
            (
                "units",
                .array((0...100).map { _ in members.last.map(\.value)?.elements?[0] ?? .null })
            ),
        ]
        for (name, value) in wrong {
            var changed = members.filter { $0.name != name }
            if let value { changed.append(.init(name, value)) }
            let bytes = ForeignJSON.object(changed).bytes
            #expect(throws: PaymailError.self, "\(name)") {
                try PromiseDestination(bytes, of: alice)
            }
        }
        let plain = members.filter { !["name", "service", "units"].contains($0.name) }
        let read = try PromiseDestination(ForeignJSON.object(plain).bytes, of: alice)
        #expect(read.units.isEmpty && read.service == nil && read.name.isEmpty)
    }
}
