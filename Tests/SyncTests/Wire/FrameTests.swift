// Frames and the messages in them: read in any pieces, in bounds, and written as they were read.

import Bytes
import Cryptography
import Documents
import Testing

@testable import Sync

@Suite("Frames")
struct FrameTests {
    @Test("Numbers have one spelling: base 128, the most significant digit first")
    func varints() {
        for (value, bytes) in [
            (0, [0]), (1, [1]), (127, [0x7f]), (128, [0x81, 0]), (300, [0x82, 0x2c]),
            (16_383, [0xff, 0x7f]), (16_384, [0x81, 0x80, 0]),
        ] as [(UInt64, [UInt8])] {
            #expect(Varint.encode(value) == bytes)
            #expect(Varint.decode(bytes) == .value(value, byteCount: bytes.count))
        }
        let largest = Varint.encode(.max)
        #expect(largest.count == 10 && Varint.decode(largest) == .value(.max, byteCount: 10))
        #expect(Varint.decode([0x80, 0x00]) == .invalid)
        #expect(Varint.decode([0x82] + [UInt8](repeating: 0x80, count: 8) + [0x00]) == .invalid)
        #expect(Varint.decode([UInt8](repeating: 0xff, count: 11)) == .invalid)
        for count in 0..<10 { #expect(Varint.decode(largest.prefix(count)) == .incomplete) }
    }

    @Test("Frames come whole out of any pieces")
    func pieces() throws {
        var random = Generator()
        for _ in 0..<50 {
            let frames = (0..<20).map { _ in
                let kind = Frame.Kind.allCases[random.below(Frame.Kind.allCases.count)]
                let count = [0, 1, 126, 127, 128, 16_382, 16_383][random.below(7)]
                return Frame(
                    kind, (0..<count).map { _ in UInt8(truncatingIfNeeded: random.next()) })
            }
            var rest = FrameWriter.bytes(frames)[...]
            var reader = FrameReader()
            var read: [Frame] = []
            while !rest.isEmpty {
                let piece = rest.prefix(1 + random.below(20_000))
                rest = rest.dropFirst(piece.count)
                reader.append(piece)
                while let frame = try reader.next() { read.append(frame) }
            }
            #expect(read == frames && reader.isAtEnd, random.comment)
        }
    }

    @Test("A frame that is too long is refused by its first bytes")
    func limits() throws {
        for kind in Frame.Kind.allCases {
            var reader = FrameReader()
            reader.append(Varint.encode(UInt64(kind.limitBytes + 1)) + [kind.rawValue])
            #expect(try code { try reader.next() } == .limitExceeded)
            #expect(try code { try reader.next() } == .limitExceeded, "and nothing after it")
            #expect(!reader.isAtEnd)
            var other = FrameReader()
            other.append(Varint.encode(UInt64(kind.limitBytes)) + [kind.rawValue])
            #expect(try other.next() == nil)
        }
        var reader = FrameReader()
        reader.append(Varint.encode(1 << 40))
        #expect(try code { try reader.next() } == .limitExceeded)
        for bytes in [[0x00, 0x01], [0x01, 0x00], [0x01, 0xff], [0x80, 0x01]] as [[UInt8]] {
            #expect(try code { try FrameReader.frames(in: bytes) } == .malformedFrame)
        }
        #expect(try code { try FrameReader.frames(in: [0x02, 0x07]) } == .malformedFrame)
        let many = [Frame](repeating: Frame(.done, []), count: SyncLimits.turnFrames + 2)
        #expect(
            try code { try FrameReader.frames(in: FrameWriter.bytes(many)) } == .limitExceeded)
    }

    @Test("The longest line of the log fits into a pack")
    func longLine() throws {
        let line = [UInt8](repeating: 0x7b, count: Limits.storedLineBytes)
        let frame = PackMessage(.records(device: Address(of: [1]), lines: [line])).frame
        let read = try #require(try FrameReader.frames(in: frame.bytes).first)
        #expect(try PackMessage(read.body).pack.lines == [line])
        let longer = PackMessage(.entries([line + [0x7d]])).frame
        #expect(try code { try PackMessage(longer.body) } == .limitExceeded)
    }
}

@Suite("Messages")
struct MessageTests {
    private func hello() throws -> Hello {
        let replica = MemoryReplica(1)
        replica.seal(term: 2, salt: 1)
        replica.addNote(1)
        replica.addEntry(1, 1)
        replica.addRecord(1)
        return try replica.hello
    }

    @Test("What is written is read, and written alike")
    func roundTrips() throws {
        let hello = try hello()
        for message in [
            HelloMessage(hello, isFull: true), HelloMessage(hello, isFull: false),
            HelloMessage(hello, isFull: false, span: 3...9),
        ] {
            let read = try HelloMessage(message.frame.body)
            #expect(read.frame == message.frame && read.span == message.span)
            #expect(read.full == message.full && read.state == hello.state)
        }
        let device = hello.device
        let tip = ChainTip(block: BlockPoint(height: 4, hash: .zero), term: 3)
        let runs = [
            BlockRun(
                start: BlockPosition(height: 2, line: 7), lines: [[65], [66]], isComplete: true),
            BlockRun(start: BlockPosition(height: 3, line: 0), lines: [[67]], isComplete: false),
        ]
        for pack in [
            Pack.blocks(tip: tip, runs: runs), .records(device: device, lines: [[65]]),
            .notes([]), .entries([[65], [66]]),
        ] {
            for message in [PackMessage(pack), PackMessage(pack, hasMore: true)] {
                #expect(try PackMessage(message.frame.body) == message)
            }
        }
        let rejection = Rejection(hash: .zero, code: "expired", message: "too late")
        for ack in [
            AckMessage.reception(
                Reception(accepted: 1, known: 2, refused: [rejection], next: runs[0].start),
                refusedCount: 5),
            .reception(Reception(), refusedCount: 0),
            .conclusion(Conclusion(state: .zero, view: hello.view, reports: 3)),
        ] { #expect(try AckMessage(ack.frame.body) == ack) }
        let records = RecordsMessage(
            device: device, after: RecordPosition(sequence: 5, hash: .zero))
        #expect(try RecordsMessage(records.frame.body).frame == records.frame)
        let want = WantMessage(.notes, [.zero, Hash.sha256([1])])
        #expect(try WantMessage(want.frame.body).ids == want.ids)
        #expect(
            try BlocksMessage(BlocksMessage(from: runs[0].start).frame.body).from == runs[0].start)
    }

    @Test("Control bodies that are not as they must be")
    func strictness() throws {
        let good = HelloMessage(try hello(), isFull: true).frame.body
        let text = String(decoding: good, as: UTF8.self)
        for (from, to) in [
            ("{\"clock\"", "{ \"clock\""), ("\"tick\":7", "\"tick\":-1"),
            ("\"tick\":7", "\"tick\":\"7\""),
            ("\"detail\":{", "\"detail\":{\"a\":1,"),
            ("\"versions\":[\"wsync/1\"]", "\"versions\":[]"),
            ("\"sequence\":1", "\"sequence\":0"),
            ("\"program\":\"memory 1\"", "\"program\":\"m\\u001b[1m\""),
            ("\"term\":2,\"tip\"", "\"term\":2.5,\"tip\""),
            ("\"height\":0", "\"height\":100000000"),
        ] {
            #expect(text.contains(from), "\(from)")
            let body = Array(text.replacing(from, with: to).utf8)
            let code = try code { try HelloMessage(body) }
            #expect(code == .malformedMessage || code == .limitExceeded, "\(to)")
        }
        #expect(try code { try HelloMessage(good + [0x0a]) } == .malformedMessage)
        #expect(try code { try HelloMessage([]) } == .malformedMessage)
        let large = [UInt8](repeating: 0x20, count: SyncLimits.controlBytes + 1)
        #expect(try code { try HelloMessage(large) } == .limitExceeded)
        for body in [[], [9], [0, 1], [UInt8](repeating: 0, count: 65)] as [[UInt8]] {
            #expect(try code { try WantMessage(body) } == .malformedMessage)
        }
        let ids = (0...SyncLimits.wantedIDs).map {
            Hash.sha256([UInt8($0 & 0xff), UInt8($0 >> 8)])
        }
        #expect(try code { try WantMessage(WantMessage(.notes, ids).frame.body) } == .limitExceeded)
        #expect(
            try WantMessage(WantMessage(.notes, Array(ids.dropLast())).frame.body).ids.count == 1024
        )
    }

    @Test("Packs that are not as they say")
    func packs() throws {
        let good = String(
            decoding: PackMessage(.notes([[65], [66]]), taken: 2).frame.body, as: UTF8.self)
        #expect(good == "{\"count\":2,\"kind\":\"notes\",\"more\":false,\"taken\":2}\nA\nB\n")
        for bad in [
            "", "A\n", good.replacing("2,\"kind", with: "3,\"kind"),
            good.replacing("2,\"kind", with: "1,\"kind"), String(good.dropLast()), good + "\n",
            good.replacing("A\n", with: "\n"), good.replacing("notes", with: "money"),
            good.replacing("\"more\":false", with: "\"more\":0"),
            good.replacing("\"more\":false,", with: "\"more\":false,\"runs\":[],"),
        ] {
            #expect(try code { try PackMessage(Array(bad.utf8)) } == .malformedMessage, "\(bad)")
        }
        let lines = [[UInt8]](repeating: [65], count: SyncLimits.packLines + 1)
        #expect(
            try code { try PackMessage(PackMessage(.notes(lines)).frame.body) } == .malformedMessage
        )
    }

    @Test("What a replica says of its failures can be shown")
    func sanitized() throws {
        let message = ErrorMessage(
            code: "Not A Code", message: "\u{1b}[2Jé" + String(repeating: "ü", count: 2_000))
        let read = try ErrorMessage(message.frame.body)
        #expect(read.code == "other" && read.message.hasPrefix(" [2Jé"))
        #expect(read.message.utf8.count <= SyncLimits.messageBytes)
    }

    @Test("A locator names few blocks, the near ones all")
    func locator() {
        #expect(BlockLocator.heights(tip: 0) == [0])
        #expect(BlockLocator.heights(tip: 3) == [3, 2, 1, 0])
        for tip in [7, 8, 9, 100, 12_345, Limits.blocks - 1] {
            let heights = BlockLocator.heights(tip: tip)
            #expect(heights.first == tip && heights.last == 0)
            #expect(heights.count <= SyncLimits.locatorPoints)
            #expect(zip(heights, heights.dropFirst()).allSatisfy { $0 > $1 })
            #expect(heights.prefix(8).last == max(tip - 7, 0))
        }
        for span in [0...0, 3...4, 10...41, 10...42, 0...99_999] {
            let heights = BlockLocator.heights(in: span)
            #expect(heights.first == span.upperBound && heights.last == span.lowerBound)
            #expect(heights.count == min(span.count, 32))
            #expect(zip(heights, heights.dropFirst()).allSatisfy { $0 > $1 })
        }
    }
}
