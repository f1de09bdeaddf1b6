import Bytes
import Cryptography
import Testing

@testable import Headers

@Suite struct NodeSessionTests {
    private func message(
        _ command: String, _ payload: [UInt8], _ network: ChainNetwork = .regtest
    ) -> [UInt8] {
        NodeMessage(command: command, payload: payload).bytes(network)
    }

    /// What a node of version 70016 says of itself.
    private func version(_ agent: String, height: Int32) -> [UInt8] {
        var payload: [UInt8] = []
        payload.appendLittleEndian(Int32(70_016))
        payload += [UInt8](repeating: 0, count: 8 + 8 + 26 + 26 + 8)
        payload.appendVarint(agent.utf8.count)
        payload += Array(agent.utf8)
        payload.appendLittleEndian(height)
        return payload + [1]
    }

    private func headers(_ headers: [BlockHeader]) -> [UInt8] {
        var payload: [UInt8] = []
        payload.appendVarint(headers.count)
        for header in headers { payload += header.bytes + [0] }
        return payload
    }

    @Test func `a message is what the wire has`() {
        // verack of the main network, as every capture shows it
        #expect(
            message("verack", [], .mainnet)
                == hex("e3e1f3e876657261636b000000000000000000005df6e0e2"))
    }

    @Test func `a conversation is the same in whatever pieces it comes`() throws {
        let genesis = ChainNetwork.regtest.genesis
        let stream =
            message("version", version("/Bitcoin SV:1.0.16/", height: 7))
            + message("protoconf", [2, 0, 0]) + message("verack", [])
            + message("ping", [1, 2, 3, 4, 5, 6, 7, 8]) + message("inv", [0])
            + message("headers", headers([genesis, genesis]))
        let whole: [NodeSession.Event] = [
            .send(message("verack", [])), .send(message("sendheaders", [])),
            .ready(agent: "/Bitcoin SV:1.0.16/", height: 7),
            .send(message("pong", [1, 2, 3, 4, 5, 6, 7, 8])), .announced([]),
            .headers(genesis.bytes + genesis.bytes),
        ]
        for size in [1, 2, 7, 23, 24, 25, 100, stream.count] {
            var session = NodeSession(.regtest, agent: "/wallet/")
            var events: [NodeSession.Event] = []
            for start in stride(from: 0, to: stream.count, by: size) {
                events += try session.receive(
                    Array(stream[start..<min(stream.count, start + size)]))
            }
            #expect(events == whole)
        }
    }

    @Test func `what is no message ends the conversation`() throws {
        func refused(_ bytes: [UInt8], _ error: HeaderError) {
            var session = NodeSession(.regtest, agent: "/wallet/")
            #expect(throws: error) { try session.receive(bytes) }
        }
        refused(
            message("verack", [], .mainnet), .notThisNetwork(magic: [0xe3, 0xe1, 0xf3, 0xe8]))
        var bad = message("ping", [1, 2, 3])
        bad[bad.count - 1] ^= 1
        refused(
            bad,
            .malformedMessage(
                command: "ping", reason: "its digest is not that of its payload"))
        var huge = message("headers", [])
        huge.replaceSubrange(16..<20, with: [0xff, 0xff, 0xff, 0xff])
        refused(
            huge,
            .tooLarge(
                what: "message 'headers'", limit: Limits.nodeMessageBytes, got: 0xffff_ffff))
        var nameless = message("ping", [])
        nameless[4] = 0
        refused(nameless, .malformedMessage(command: "", reason: "its command is no name"))
        var count: [UInt8] = []
        count.appendVarint(2_001)
        refused(
            message("headers", count), .tooLarge(what: "headers", limit: 2_000, got: 2_001))
        refused(message("headers", [1] + [UInt8](repeating: 0, count: 79)), .truncated(offset: 80))
        refused(
            message("headers", [1] + [UInt8](repeating: 0, count: 82)), .trailingBytes(offset: 82))
        let twice = message("version", version("x", height: 1))
        refused(twice + twice, .malformedMessage(command: "version", reason: "it comes twice"))
    }

    @Test func `changed bytes never trap`() {
        let stream =
            message("version", version("/x/", height: 1)) + message("verack", [])
            + message("headers", headers([ChainNetwork.regtest.genesis]))
        var random = Generator()
        for _ in 0..<2_000 {
            var bytes = stream
            for _ in 0...random.below(4) {
                bytes[random.below(bytes.count)] = UInt8(truncatingIfNeeded: random.next())
            }
            var session = NodeSession(.regtest, agent: "/wallet/")
            _ = try? session.receive(Array(bytes.prefix(random.below(bytes.count + 1))))
        }
    }

    @Test func `the first bytes are a version that names us`() throws {
        let session = NodeSession(.regtest, agent: "/wallet:0.1.0/")
        var reader = NodeMessageReader(.regtest)
        reader.append(session.begin(now: 1_700_000_000, nonce: 5, height: 3))
        func next() throws -> NodeMessage? {
            guard case .message(let message) = try reader.next() else { return nil }
            return message
        }
        let message = try #require(try next())
        #expect(
            message.command == "version" && message.payload.count == 4 + 8 + 8 + 52 + 8 + 15 + 5)
        reader.append(session.getHeaders([ChainNetwork.regtest.genesis.hash]))
        let question = try #require(try next())
        #expect(question.command == "getheaders" && question.payload.count == 4 + 1 + 64)
        #expect(Array(question.payload[5..<37]) == ChainNetwork.regtest.genesis.hash.bytes)
    }
}
