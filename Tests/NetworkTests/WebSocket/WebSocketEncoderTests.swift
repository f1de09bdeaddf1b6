// What is written is read by the other side.

import Testing

@testable import Network

@Suite struct WebSocketEncoderTests {
    @Test func `the standard's examples (§5.7)`() {
        let text = Array("Hello".utf8)
        let server = WebSocketEncoder(role: .server)
        let client = WebSocketEncoder(role: .client)
        #expect(server.message(.text("Hello")) == [0x81, 0x05] + text)
        #expect(
            client.message(.text("Hello"), mask: 0x37fa_213d)
                == [0x81, 0x85, 0x37, 0xfa, 0x21, 0x3d, 0x7f, 0x9f, 0x4d, 0x51, 0x58])
        #expect(
            server.frame(.text, Array(text[..<3]), isFinal: false) == [0x01, 0x03] + text[..<3])
        #expect(server.ping(text) == [0x89, 0x05] + text)
        let large = [UInt8](repeating: 7, count: 65_536)
        #expect(
            server.message(.binary(large)) == [0x82, 0x7f, 0, 0, 0, 0, 0, 1, 0, 0] + large)
        #expect(server.message(.binary(Array(large[..<126])))[..<4] == [0x82, 0x7e, 0, 126])
        #expect(server.message(.binary(Array(large[..<125])))[..<2] == [0x82, 125])
    }

    @Test func `a closing frame holds what fits`() {
        let server = WebSocketEncoder(role: .server)
        #expect(server.close(code: nil) == [0x88, 0])
        #expect(server.close(code: 1005) == [0x88, 0])
        #expect(server.close(code: 1006, reason: "x") == [0x88, 0])
        #expect(server.close(code: 1000, reason: "ok") == [0x88, 4, 3, 0xe8, 0x6f, 0x6b])
        let long = String(repeating: "€", count: 100)
        let read = WebSocketTranscript.read(server.close(code: 4999, reason: long))
        #expect(read.events == [.close(code: 4999, reason: String(repeating: "€", count: 41))])
    }

    @Test func `masks of all alignments are the byte-wise ones`() {
        var random = CodecRandom()
        for count in 0..<70 {
            let payload = random.bytes(count)
            let key = random.bytes(4)
            let expected = payload.enumerated().map { $1 ^ key[$0 % 4] }
            let mask = WebSocketMask(key[0], key[1], key[2], key[3])
            #expect(mask.wire == key)
            var whole = payload
            var applied = mask
            whole.withUnsafeMutableBytes { applied.apply(to: $0) }
            #expect(whole == expected, random.comment)
            // In pieces the mask goes on where it was.
            var pieces: [UInt8] = []
            applied = mask
            for var piece in random.pieces(payload, longest: 13) {
                piece.withUnsafeMutableBytes { applied.apply(to: $0) }
                pieces += piece
            }
            #expect(pieces == expected, random.comment)
        }
    }

    @Test func `messages in random parts and pieces come whole, to both sides`() {
        var random = CodecRandom()
        for round in 0..<600 {
            let role: WebSocketRole = round % 2 == 0 ? .client : .server
            let encoder = WebSocketEncoder(role: role)
            var bytes: [UInt8] = []
            var expected: [WebSocketEvent] = []
            func mask() -> UInt32? {
                role == .client ? UInt32(truncatingIfNeeded: random.next()) : nil
            }
            for _ in 0...random.below(4) {
                let isText = random.chance(2)
                let text = random.text("abcü€😀", 400)
                let payload = isText ? Array(text.utf8) : random.bytes(random.below(400))
                let message = isText ? WebSocketMessage.text(text) : .binary(payload)
                let parts = random.pieces(payload, longest: 1 + random.below(500))
                if random.chance(3) || parts.isEmpty {
                    bytes += encoder.message(message, mask: mask())
                } else {
                    for (index, part) in parts.enumerated() {
                        let opcode: WebSocketOpcode =
                            index > 0 ? .continuation : isText ? .text : .binary
                        bytes += encoder.frame(
                            opcode, part, isFinal: index == parts.count - 1, mask: mask())
                        guard random.chance(4), index < parts.count - 1 else { continue }
                        let control = random.bytes(random.below(126))
                        let isPing = random.chance(2)
                        expected.append(isPing ? .ping(control) : .pong(control))
                        bytes +=
                            isPing
                            ? encoder.ping(control, mask: mask())
                            : encoder.pong(control, mask: mask())
                    }
                }
                expected.append(.message(message))
            }
            if random.chance(3) {
                bytes += encoder.close(code: 3000 + random.below(2_000), reason: "ü", mask: mask())
            }
            let other: WebSocketRole = role == .client ? .server : .client
            let read = WebSocketTranscript(random.pieces(bytes, longest: 300), to: other)
            #expect(read.fault == nil, random.comment)
            #expect(
                Array(read.events.prefix(expected.count)) == expected
                    && read.events.count - expected.count <= 1, random.comment)
            #expect(WebSocketTranscript([bytes], to: other) == read, random.comment)
        }
    }

    @Test func `no mutation is read differently in other pieces`() {
        var random = CodecRandom()
        var faults: Set<Int> = []
        for _ in 0..<3_000 {
            let encoder = WebSocketEncoder(role: .client)
            var bytes = encoder.frame(.text, Array("añb€".utf8), isFinal: random.chance(2), mask: 1)
            bytes += encoder.ping(random.bytes(3), mask: 2)
            bytes += encoder.frame(.continuation, random.bytes(random.below(5)), mask: 3)
            bytes += encoder.close(code: 1000, reason: "bye", mask: 4)
            for _ in 0...random.below(2) {
                bytes[random.below(bytes.count)] = UInt8(random.below(256))
            }
            let whole = WebSocketTranscript([bytes], to: .server, limit: 100)
            #expect(
                WebSocketTranscript(Codec.single(bytes), to: .server, limit: 100) == whole,
                random.comment)
            if let fault = whole.fault { faults.insert(fault.closeCode) }
        }
        #expect(faults == [1002, 1007, 1009], random.comment)
    }
}
