// Frames as bytes: RFC 6455 §5, in the order of the Autobahn test suite's cases.

import Testing

@testable import Network

@Suite struct WebSocketDecoderTests {
    private typealias Transcript = WebSocketTranscript

    private func frame(
        _ opcode: UInt8, _ payload: [UInt8], isFinal: Bool = true
    ) -> [UInt8] {
        let head: [UInt8] =
            switch payload.count {
            case ...125: [UInt8(payload.count)]
            case ...65_535: [126, UInt8(payload.count >> 8), UInt8(payload.count & 0xff)]
            default:
                [127, 0, 0, 0, 0]
                    + [24, 16, 8, 0].map { UInt8(truncatingIfNeeded: payload.count >> $0) }
            }
        return [opcode | (isFinal ? 0x80 : 0)] + head + payload
    }

    @Test func `the standard's examples (§5.7)`() {
        let hello = WebSocketEvent.message(.text("Hello"))
        let text = Array("Hello".utf8)
        #expect(Transcript.read([0x81, 0x05] + text).events == [hello])
        let masked: [UInt8] = [0x37, 0xfa, 0x21, 0x3d, 0x7f, 0x9f, 0x4d, 0x51, 0x58]
        #expect(Transcript.read([0x81, 0x85] + masked, by: .server).events == [hello])
        let parts: [UInt8] = [0x01, 0x03] + text[..<3] + [0x80, 0x02] + text[3...]
        #expect(Transcript.read(parts).events == [hello])
        #expect(Transcript.read([0x89, 0x05] + text).events == [.ping(text)])
        #expect(Transcript.read([0x8a, 0x85] + masked, by: .server).events == [.pong(text)])
        let large = [UInt8](repeating: 7, count: 256)
        #expect(
            Transcript.read([0x82, 0x7e, 0x01, 0x00] + large).events == [.message(.binary(large))])
        let larger = [UInt8](repeating: 7, count: 65_536)
        #expect(
            Transcript([[0x82, 0x7f, 0, 0, 0, 0, 0, 1, 0, 0], larger], to: .client).events
                == [.message(.binary(larger))])
    }

    @Test func `payloads of all lengths around the borders (1)`() {
        for count in [0, 1, 124, 125, 126, 127, 128, 255, 256, 65_534, 65_535, 65_536, 65_537] {
            let payload = [UInt8](repeating: 0x2a, count: count)
            let text = String(decoding: payload, as: UTF8.self)
            let read = Transcript([frame(1, payload) + frame(2, payload)], to: .client)
            #expect(read.events == [.message(.text(text)), .message(.binary(payload))])
        }
    }

    @Test func `control frames have 125 bytes at most and are whole (2, 5)`() {
        let payload = [UInt8](repeating: 0xfe, count: 125)
        #expect(Transcript.read(frame(9, payload)).events == [.ping(payload)])
        #expect(Transcript.read(frame(10, [])).events == [.pong([])])
        for opcode: UInt8 in 8...10 {
            #expect(Transcript.read(frame(opcode, payload + [0])).fault?.closeCode == 1002)
            #expect(Transcript.read(frame(opcode, [], isFinal: false)).fault?.closeCode == 1002)
        }
    }

    @Test func `reserved bits and opcodes are refused: all first bytes (3, 4)`() {
        let known: Set<UInt8> = [0x01, 0x02, 0x81, 0x82, 0x88, 0x89, 0x8a]
        for first in UInt8.min...UInt8.max {
            let read = Transcript.read([first, 0])
            #expect((read.fault == nil) == known.contains(first), "\(first)")
            #expect(read.fault == nil || read.fault?.closeCode == 1002)
        }
        // Inside of a message only continuations are data.
        let inside: Set<UInt8> = [0x00, 0x80, 0x88, 0x89, 0x8a]
        for first in UInt8.min...UInt8.max {
            let read = Transcript.read([0x02, 0, first, 0])
            #expect((read.fault == nil) == inside.contains(first), "\(first)")
        }
    }

    @Test func `a message in parts, control frames in between (5)`() {
        let bytes =
            frame(1, [0x61], isFinal: false) + frame(9, [1]) + frame(0, [], isFinal: false)
            + frame(10, [2]) + frame(0, [0x62]) + frame(2, [3])
        #expect(
            Transcript.read(bytes).events
                == [.ping([1]), .pong([2]), .message(.text("ab")), .message(.binary([3]))])
        #expect(Transcript.read(frame(0, [1])).fault?.closeCode == 1002)
        let inside = Transcript.read(frame(1, [0x61], isFinal: false) + frame(1, [0x62]))
        #expect(inside.events.isEmpty && inside.fault?.closeCode == 1002)
    }

    @Test func `a mask is needed from clients and forbidden to servers`() {
        #expect(Transcript.read([0x81, 0x00], by: .server).fault?.closeCode == 1002)
        #expect(Transcript.read([0x81, 0x80]).fault?.closeCode == 1002)
        #expect(Transcript.read([0x81, 0x80, 1, 2, 3, 4], by: .server).events.count == 1)
    }

    @Test func `a length has its shortest form`() {
        for bytes: [UInt8] in [
            [0x82, 126, 0, 0], [0x82, 126, 0, 125], [0x82, 127, 0, 0, 0, 0, 0, 0, 0xff, 0xff],
            [0x82, 127, 0x80, 0, 0, 0, 0, 0, 0, 0],
            [0x82, 127, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff],
        ] {
            #expect(Transcript.read(bytes).fault?.closeCode == 1002)
        }
        let most: [UInt8] = [0x82, 127, 0x7f, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff]
        #expect(Transcript.read(most).fault?.closeCode == 1009)
    }

    @Test func `a message's parts together have a limit, known from their heads`() {
        let five = [UInt8](repeating: 1, count: 5)
        #expect(Transcript.read(frame(2, five), limit: 5).events.count == 1)
        #expect(Transcript.read([0x82, 6], limit: 5).fault?.closeCode == 1009)
        let parts = frame(2, [1, 2, 3], isFinal: false) + frame(9, five)
        #expect(Transcript.read(parts + frame(0, [4, 5]), limit: 5).events.count == 2)
        #expect(Transcript.read(parts + [0x80, 3], limit: 5).fault?.closeCode == 1009)
        let twice = frame(2, five) + frame(2, five)
        #expect(Transcript.read(twice, limit: 5).events.count == 2)
    }

    @Test func `an invalid text fails at its first wrong byte (6)`() {
        let start: [UInt8] = [0xce, 0xba, 0xe1, 0xbd, 0xb9, 0xcf, 0x83, 0xce, 0xbc, 0xce, 0xb5]
        for (good, wrong): ([UInt8], UInt8) in [
            ([0xf4], 0x90), ([0xed], 0xa0), ([0xe0], 0x9f), ([0xf0], 0x8f), ([], 0x80),
            ([], 0xc0), ([], 0xc1), ([], 0xf5), ([], 0xff), ([0xc2], 0x41), ([0xe2, 0x82], 0xc3),
        ] {
            // The frame says that much is still to come.
            let head: [UInt8] = [0x81, 120] + start + good
            #expect(Transcript.read(head).fault == nil)
            #expect(Transcript.read(head + [wrong]).fault?.closeCode == 1007)
        }
        let cut = frame(1, start + [0xf0, 0x9f])
        #expect(Transcript.read(cut).fault?.closeCode == 1007)
        let parts = frame(1, [0xf0, 0x9f], isFinal: false) + frame(0, [0x98, 0x80])
        #expect(Transcript.read(parts).events == [.message(.text("😀"))])
        // Of bytes nothing is asked.
        #expect(Transcript.read(frame(2, [0xff])).events == [.message(.binary([0xff]))])
        // The next text begins anew.
        let empty = frame(1, []) + frame(1, [0xc3, 0xbc])
        #expect(Transcript.read(empty).events == [.message(.text("")), .message(.text("ü"))])
    }

    @Test func `closing: all codes, with reasons, and nothing after it (7)`() {
        for code in 0...65_535 {
            let payload = [UInt8(code >> 8), UInt8(code & 0xff)]
            let isValid =
                (1000...1003).contains(code) || (1007...1014).contains(code)
                || (3000...4999).contains(code)
            let read = Transcript([frame(8, payload)], to: .client)
            let isRight =
                isValid
                ? read.events == [.close(code: code, reason: "")] && read.fault == nil
                : read.events == [] && read.fault?.closeCode == 1002
            if !isRight { Issue.record("\(code): \(read)") }
        }
        let none = frame(8, []) + frame(1, [0x61]) + [0xff, 0xff]
        #expect(Transcript.read(none).events == [.close(code: nil, reason: "")])
        #expect(Transcript.read(none).fault == nil)
        #expect(Transcript.read(frame(8, [3])).fault?.closeCode == 1002)
        let reason = Array("auf Wiedersehn, grüß dich".utf8)
        let bye = frame(8, [3, 0xe8] + reason)
        #expect(
            Transcript.read(bye).events == [.close(code: 1000, reason: "auf Wiedersehn, grüß dich")]
        )
        #expect(Transcript.read(frame(8, [3, 0xe8, 0xc3])).fault?.closeCode == 1007)
        // In the middle of a message too.
        let inside = frame(1, [0x61], isFinal: false) + frame(8, [3, 0xe9])
        #expect(Transcript.read(inside).events == [.close(code: 1001, reason: "")])
    }

    @Test func `what came whole before a fault counts`() {
        let read = Transcript.read(frame(1, [0x61]) + frame(9, []) + [0xff, 0] + frame(1, [0x62]))
        #expect(read.events == [.message(.text("a")), .ping([])])
        #expect(read.fault?.closeCode == 1002)
    }
}
