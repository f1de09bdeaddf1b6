// Many lines over one connection.
import Bytes
import Cryptography
import Documents
import Network
import Testing

@testable import Service

@Suite("Streams of lines")
struct LineStreamTests {
    let lines: HTTPHeaders = ["Content-Type": "application/x-ndjson"]

    private struct Stream {
        let responder = FakeResponder()
        let flow = FakeFlow()
        let sink: any HTTPBodySink
        var writer: FakeWriter { responder.writer }

        init(_ house: House, _ headers: HTTPHeaders) throws {
            let head = House.head("POST", "/transaction", headers, bodyBytes: nil)
            guard case .stream(let open) = house.processor.disposition(of: head) else {
                throw ServiceError(500, "no-stream", "no stream")
            }
            sink = open(responder, flow)
        }

        func answers() -> [String] {
            writer.text.split(separator: "\n").map(String.init)
        }
    }

    @Test func `each line is answered by a line in its place`() throws {
        let house = House()
        house.domain.state.withLock {
            $0.judge = { line in
                switch line.first {
                case UInt8(ascii: "a"): .cleared(Array("cleared".utf8), .zero)
                case UInt8(ascii: "b"): .replayed(Array("replayed".utf8), .zero)
                case UInt8(ascii: "c"): .refused(Refusal(.expired, "too late"))
                default: .undecided(ServiceFailure("storage", "no disk"))
                }
            }
        }
        let stream = try Stream(house, lines)
        stream.sink.received(Array("a1\nb1\n\n  \r\nc1\r\nd1\na".utf8))
        stream.sink.received(Array("2".utf8))
        #expect(stream.answers().count == 4)
        stream.sink.ended()
        #expect(
            stream.answers() == [
                "cleared", "replayed",
                #"{"error":{"code":"expired","details":{},"message":"too late"}}"#,
                #"{"error":{"code":"storage","details":{},"message":"no disk"}}"#, "cleared",
            ])
        #expect(stream.writer.isFinished)
        let head = try stream.responder.head()
        #expect(head.status == 200)
        #expect(head.headers["Content-Type"] == "application/x-ndjson")
        #expect(head.headers["X-Content-Type-Options"] == "nosniff")
    }

    @Test func `an empty stream has an empty answer`() throws {
        let stream = try Stream(House(), lines)
        stream.sink.ended()
        #expect(stream.writer.isFinished)
        #expect(stream.writer.text.isEmpty)
    }

    @Test func `answers keep the order of the lines, however they come`() throws {
        var generator = Generator()
        for _ in 0..<20 {
            let house = House()
            house.domain.state.withLock { $0.isHolding = true }
            let stream = try Stream(house, lines)
            let count = 1 + generator.below(60)
            var text = (0..<count).map { "line-\($0)\n" }.joined()
            if generator.below(2) == 0 { text.removeLast() }
            var rest = Array(text.utf8)[...]
            while !rest.isEmpty {
                let part = rest.prefix(1 + generator.below(20))
                stream.sink.received(Array(part))
                rest = rest.dropFirst(part.count)
            }
            stream.sink.ended()
            var held = house.domain.state.withLock { $0.held }
            held.shuffle(using: &generator)
            for (index, one) in held.enumerated() {
                #expect(!stream.writer.isFinished, generator.comment)
                one.answer(.cleared(one.line, .zero))
                let written = stream.answers()
                #expect(written.count <= index + 1, generator.comment)
                #expect(written == (0..<written.count).map { "line-\($0)" }, generator.comment)
            }
            #expect(stream.answers() == (0..<count).map { "line-\($0)" }, generator.comment)
            #expect(stream.writer.isFinished, generator.comment)
        }
    }

    @Test func `lines come out the same however they were cut`() {
        var generator = Generator()
        for _ in 0..<200 {
            var text: [UInt8] = []
            for _ in 0..<generator.below(12) {
                let length = [0, 1, 2, 8, 9, 30][generator.below(6)]
                text += [UInt8](repeating: UInt8(0x61 + generator.below(3)), count: length)
                text.append(0x0a)
            }
            if generator.below(2) == 0 { text += [0x7a] }
            var whole = LineSplitter(limit: 8)
            let expected = whole.append(text) + whole.end()
            var parts = LineSplitter(limit: 8)
            var found: [LineSplitter.Piece] = []
            var rest = text[...]
            while !rest.isEmpty {
                let part = rest.prefix(1 + generator.below(5))
                found += parts.append(Array(part))
                rest = rest.dropFirst(part.count)
            }
            found += parts.end()
            #expect(found == expected, generator.comment)
            let plain = text.split(separator: 0x0a).map {
                $0.count > 8 ? .tooLong : LineSplitter.Piece.line(Array($0))
            }
            #expect(found == plain, generator.comment)
        }
    }

    @Test func `a line may be so long and no longer, and the next is read`() throws {
        let house = House()
        house.domain.state.withLock { $0.judge = { .cleared(Array("\($0.count)".utf8), .zero) } }
        let stream = try Stream(house, lines)
        let most = [UInt8](repeating: 0x61, count: Limits.lineBytes)
        stream.sink.received(most + [0x0a])
        stream.sink.received(most)
        stream.sink.received([0x61, 0x61])
        #expect(stream.answers().count == 2, "the refusal does not wait for the line's end")
        stream.sink.received([0x0a, 0x62, 0x0a])
        stream.sink.ended()
        let answers = stream.answers()
        #expect(answers.count == 3)
        #expect(answers.first == String(Limits.lineBytes))
        #expect(answers.dropFirst().first?.contains(#""code":"line-too-long""#) == true)
        #expect(answers.last == "1")
    }

    @Test func `reading stops while too many lines wait, and goes on`() throws {
        let house = House()
        house.domain.state.withLock { $0.isHolding = true }
        let stream = try Stream(house, lines)
        for _ in 0..<ServiceLimits.streamLines { stream.sink.received([0x61, 0x0a]) }
        #expect(!stream.flow.isPaused)
        for _ in 0..<ServiceLimits.streamLines / 50 { stream.sink.received([0x61, 0x0a]) }
        #expect(stream.flow.isPaused)
        let held = house.domain.state.withLock { $0.held }
        for one in held { one.answer(.cleared([0x62], .zero)) }
        #expect(!stream.flow.isPaused)
        #expect(stream.flow.state.withLock { $0.pauses } == 1)
    }

    @Test func `reading stops while large lines wait`() throws {
        let house = House()
        house.domain.state.withLock { $0.isHolding = true }
        let stream = try Stream(house, lines)
        let line = [UInt8](repeating: 0x61, count: Limits.lineBytes) + [0x0a]
        for _ in 0..<ServiceLimits.streamBytes / Limits.lineBytes { stream.sink.received(line) }
        #expect(!stream.flow.isPaused)
        stream.sink.received(line)
        #expect(stream.flow.isPaused)
    }

    @Test func `reading stops while answers are not read`() throws {
        let house = House()
        let answer = [UInt8](repeating: 0x62, count: 4_096)
        house.domain.state.withLock { $0.judge = { _ in .cleared(answer, .zero) } }
        let stream = try Stream(house, lines)
        stream.writer.state.withLock { $0.isQuick = false }
        var count = 0
        while !stream.flow.isPaused, count < 10_000 {
            stream.sink.received([0x61, 0x0a])
            count += 1
        }
        #expect(stream.flow.isPaused)
        let largest = stream.writer.state.withLock { $0.largestPending }
        #expect(largest <= ServiceLimits.streamOutputBytes + 65_536)
        stream.writer.drain()
        #expect(!stream.flow.isPaused)
    }

    @Test func `whoever is gone takes nothing with him`() throws {
        let house = House()
        house.domain.state.withLock { $0.isHolding = true }
        let stream = try Stream(house, lines)
        stream.sink.received([0x61, 0x0a, 0x62])
        stream.sink.failed()
        let held = house.domain.state.withLock { $0.held }
        #expect(held.map(\.line) == [[0x61]], "half a line is none")
        for one in held { one.answer(.cleared([0x62], .zero)) }
        #expect(!stream.writer.isFinished)
    }

    @Test func `lines that are examined keep their order too`() throws {
        let house = House { $0.admission = .known }
        house.domain.state.withLock { $0.admitted = [Sample.address(1)] }
        let stream = try Stream(house, lines)
        var sent: [[UInt8]] = []
        for index in 0..<200 {
            let line = Sample.iou(from: index % 3 == 0 ? 2 : 1, to: 9, random: "\(index)").document
            sent.append(line)
            stream.sink.received(line + [0x0a])
        }
        stream.sink.ended()
        #expect(eventually { stream.writer.isFinished })
        let answers = stream.answers()
        #expect(answers.count == 200)
        for (index, answer) in answers.enumerated() {
            #expect(answer.contains("not-admitted") == (index % 3 == 0))
        }
        let cleared = house.domain.state.withLock { $0.cleared }
        #expect(cleared == sent.enumerated().filter { $0.offset % 3 != 0 }.map(\.element))
    }

    @Test func `a protected stream is read when its sender is known`() throws {
        let house = House { $0.requiresAuthentication = [.writing] }
        let user = ServedUser(name: "bar", address: Sample.address(5), allowances: [])
        house.domain.state.withLock { $0.users["t"] = user }
        let mine = try Stream(
            house, HTTPHeaders(lines.fields + [.init("Authorization", "Bearer t")]))
        mine.sink.received([0x61, 0x0a])
        mine.sink.received([0x62, 0x0a])
        mine.sink.ended()
        #expect(eventually { mine.writer.isFinished })
        #expect(mine.answers() == ["a", "b"])
        let other = try Stream(house, lines)
        other.sink.received([0x63, 0x0a])
        other.sink.ended()
        #expect(try other.responder.response().status == 401)
        #expect(eventually { !other.flow.isPaused })
        #expect(house.domain.state.withLock { $0.cleared } == [[0x61], [0x62]])
    }

    @Test func `what is refused to a stream is refused to its lines`() throws {
        let house = House {
            $0.peerAllowance = BucketSize(capacity: 121, perSecond: 1)
            $0.nanoseconds = { 0 }
        }
        let stream = try Stream(house, lines)
        for index in 0..<4 {
            stream.sink.received(Sample.iou(random: "\(index)").document + [0x0a])
        }
        stream.sink.ended()
        #expect(eventually { stream.writer.isFinished })
        #expect(
            stream.answers().map { $0.contains("too-many-requests") } == [false, false, true, true])
    }

    @Test func `a reader takes no streams`() throws {
        let house = House { $0.isReadOnly = true }
        let response = try house.post("/transaction", [0x61, 0x0a], lines)
        #expect(response.status == 403)
    }
}
