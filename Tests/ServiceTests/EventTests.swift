// What happens, as it happens.
import Bytes
import Cryptography
import Dispatch
import Documents
import Network
import Synchronization
import Testing

@testable import Service

@Suite("Events")
struct EventTests {
    typealias New = (kind: DocumentKind, line: [UInt8], counters: [CounterKey])

    private func event(_ number: Int, _ owners: [UInt8] = [], size: Int = 0) -> New {
        let text = "{\"event\":\(number),\"pad\":\"\(String(repeating: "p", count: size))\"}"
        return (
            .transaction, Array(text.utf8),
            owners.map { CounterKey(Sample.address($0), Sample.address(3)) }
        )
    }

    private func listen(
        _ house: House, _ target: String = "/events", _ headers: HTTPHeaders = [:],
        isQuick: Bool = true
    ) throws -> FakeWriter {
        let head = House.head("GET", target, headers)
        guard case .gather(_, let run) = house.processor.disposition(of: head) else {
            throw ServiceError(500, "no-stream", "no stream")
        }
        let responder = FakeResponder()
        responder.writer.state.withLock { $0.isQuick = isQuick }
        let before = house.processor.subscribers
        run([], responder)
        let opened = try responder.head()
        #expect(opened.status == 200)
        #expect(opened.headers["Content-Type"] == "text/event-stream")
        #expect(eventually { house.processor.subscribers > before })
        return responder.writer
    }

    private func connect(_ house: House, _ target: String = "/events", _ channel: FakeChannel)
        throws
        -> any WebSocketSink
    {
        let head = House.head("GET", target, ["Upgrade": "websocket", "Connection": "Upgrade"])
        guard case .upgrade(let open) = house.processor.disposition(of: head) else {
            throw ServiceError(500, "no-upgrade", "no upgrade")
        }
        let before = house.processor.subscribers
        let sink = open(channel)
        #expect(
            eventually {
                house.processor.subscribers > before
                    || !channel.state.withLock { $0.closes }.isEmpty
            })
        return sink
    }

    private func positions(_ writer: FakeWriter) -> [Int] {
        writer.state.withLock { $0.positions }
    }

    private func positions(_ channel: FakeChannel) throws -> [Int] {
        try channel.texts.map {
            try #require(try JSONText(Array($0.utf8)).root["position"]?.integer)
        }
    }

    @Test func `an event is the document with its place`() throws {
        let house = House()
        let writer = try listen(house)
        let channel = FakeChannel()
        _ = try connect(house, "/events", channel)
        let sample = Sample.transaction()
        house.domain.append([(.transaction, sample.line, [])])
        #expect(eventually { positions(writer) == [0] && channel.texts.count == 1 })
        let hash = Hash.sha256(sample.line).hexadecimal
        let document = String(decoding: sample.line, as: UTF8.self)
        let json = #"{"document":\#(document),"hash":"\#(hash)","kind":"transaction","position":0}"#
        #expect(channel.texts == [json])
        #expect(writer.text == "retry: 2000\n\nid: 0\nevent: transaction\ndata: \(json)\n\n")
        let root = try JSONText(try house.get("/openapi.json").body).root
        let schema = try #require(SchemaJudge(root: root).resolve("#/components/schemas/Event"))
        let value = try JSONText(Array(json.utf8)).root
        #expect(value.departure == nil)
        #expect(SchemaJudge(root: root).objection(value, schema) == nil)
    }

    @Test func `without a place it begins now, with one behind it`() throws {
        let house = House()
        house.domain.append((0..<300).map { event($0) })
        let now = try listen(house)
        let after = try listen(house, "/events?after=250")
        let all = try listen(house, "/events?after=0")
        let again = try listen(house, "/events?after=1", ["Last-Event-ID": "298"])
        let later = try listen(house, "/events?after=310")
        #expect(eventually { positions(all) == Array(1..<300) })
        #expect(eventually { positions(after) == Array(251..<300) })
        house.domain.append((300..<320).map { event($0) })
        #expect(eventually { positions(now) == Array(300..<320) })
        #expect(eventually { positions(all) == Array(1..<320) })
        #expect(eventually { positions(after) == Array(251..<320) })
        #expect(eventually { positions(again) == Array(299..<320) })
        #expect(eventually { positions(later) == Array(311..<320) })
        let wrong = House.head("GET", "/events", ["Last-Event-ID": "x"])
        guard case .answer(let response) = house.processor.disposition(of: wrong) else {
            Issue.record("no answer")
            return
        }
        #expect(response.status == 400)
    }

    @Test func `filters let through what concerns them`() throws {
        let house = House()
        let unit = Sample.address(3)
        let all: [New] = [
            event(0, [1]), event(1, [2]), event(2, [1, 2]), event(3),
            (.unit, Sample.unit(3).document, []), (.unit, Sample.unit(4).document, []),
            (.transaction, Array("{}".utf8), [CounterKey(Sample.address(1), Sample.address(4))]),
            (.block, Array("{}".utf8), []),
        ]
        let expected: [(String, [Int])] = [
            ("", Array(0..<8)), ("address=\(Sample.address(1))", [0, 2, 6]),
            ("unit=\(unit)", [0, 1, 2, 4]), ("address=\(Sample.address(1))&unit=\(unit)", [0, 2]),
            ("address=\(Sample.address(7))", []),
        ]
        let live = try expected.map { try listen(house, "/events?" + $0.0) }
        house.domain.append(all)
        let late = try expected.map {
            try listen(house, "/events?after=0" + ($0.0.isEmpty ? "" : "&") + $0.0)
        }
        house.domain.append(all.map { $0 })
        for (index, (query, first)) in expected.enumerated() {
            let twice = first + first.map { $0 + 8 }
            #expect(eventually { positions(live[index]) == twice }, "\(query)")
            #expect(eventually { positions(late[index]) == twice.filter { $0 > 0 } }, "\(query)")
        }
    }

    @Test func `who reads slowly is not sent far ahead, and misses nothing`() throws {
        let house = House()
        let slow = try listen(house, isQuick: false)
        let quick = try listen(house)
        for start in stride(from: 0, to: 2_000, by: 100) {
            house.domain.append((start..<start + 100).map { event($0, size: 1_000) })
        }
        #expect(eventually { positions(quick).count == 2_000 })
        let largest = slow.state.withLock { $0.largestPending }
        #expect(largest > ServiceLimits.aheadBytes / 2)
        #expect(largest <= ServiceLimits.aheadBytes + 4_096)
        #expect(
            eventually {
                slow.drain()
                return positions(slow).count == 2_000
            })
        #expect(positions(slow) == Array(0..<2_000))
        #expect(slow.state.withLock { $0.largestPending } <= ServiceLimits.aheadBytes + 4_096)
    }

    @Test func `a slow WebSocket too`() throws {
        let house = House()
        let channel = FakeChannel()
        channel.state.withLock { $0.isQuick = false }
        let sink = try connect(house, "/events?after=9", channel)
        house.domain.append((0..<1_000).map { event($0, size: 1_000) })
        #expect(eventually { channel.pendingBytes > ServiceLimits.aheadBytes / 2 })
        #expect(
            eventually {
                channel.state.withLock { $0.pending = 0 }
                sink.drained()
                return channel.state.withLock { $0.messages.count } == 990
            })
        #expect(try positions(channel) == Array(10..<1_000))
        sink.received(.text("hello"))
        sink.closed(code: 1000)
        #expect(house.processor.subscribers == 0)
    }

    @Test func `nobody misses or hears twice while others append, come, go and dawdle`() throws {
        var generator = Generator()
        for _ in 0..<4 {
            let house = House()
            house.domain.append((0..<generator.below(200)).map { event($0, [UInt8($0 % 5)]) })
            let total = house.domain.position + 1_500
            let done = Mutex(false)
            var seeds = Generator(generator.next())
            let sizes = (0..<60).map { _ in 1 + seeds.below(60) }
            DispatchQueue(label: "writer").async { [domain = house.domain] in
                var step = 0
                while domain.position < total {
                    let first = domain.position
                    let count = min(sizes[step % sizes.count], total - first)
                    domain.append(
                        (first..<first + count).map { event($0, [UInt8($0 % 5)], size: 300) })
                    step += 1
                }
                done.withLock { $0 = true }
            }
            var listeners: [(writer: FakeWriter, start: Int, owner: Int?)] = []
            for index in 0..<24 {
                let after = generator.below(house.domain.position + 1)
                let owner = index % 3 == 0 ? generator.below(5) : nil
                let filter = owner.map { "&address=\(Sample.address(UInt8($0)))" } ?? ""
                let writer = try listen(
                    house, "/events?after=\(after)" + filter, isQuick: index % 2 == 0)
                listeners.append((writer, after + 1, owner))
                if index % 5 == 4, let victim = listeners.randomElement(using: &generator) {
                    victim.writer.drain()
                }
            }
            listeners[0].writer.lose()
            #expect(eventually { done.withLock { $0 } })
            for listener in listeners.dropFirst() {
                let expected = (listener.start..<total).filter {
                    listener.owner == nil || $0 % 5 == listener.owner
                }
                #expect(
                    eventually {
                        listener.writer.drain()
                        return positions(listener.writer).count >= expected.count
                    }, generator.comment)
                #expect(positions(listener.writer) == expected, generator.comment)
            }
            let heard = positions(listeners[0].writer)
            #expect(heard == heard.sorted(), generator.comment)
        }
    }

    @Test func `while nobody listens the log is not read, and idle listeners cost nothing`() throws
    {
        let house = House()
        house.domain.append((0..<100).map { event($0, [1]) })
        #expect(house.domain.state.withLock { $0.eventReads } == 0)
        let idle = try (0..<50).map { _ in
            try listen(house, "/events?address=\(Sample.address(7))")
        }
        house.domain.append([event(100, [1])])
        house.domain.append([event(101, [7])])
        #expect(eventually { idle.allSatisfy { positions($0) == [101] } })
        // Each listener's first turn may read once; nothing is read for each of them after that.
        let reads = house.domain.state.withLock { $0.eventReads }
        house.domain.append([event(102, [7])])
        #expect(eventually { idle.allSatisfy { positions($0) == [101, 102] } })
        #expect(house.domain.state.withLock { $0.eventReads } <= reads + 2)
    }

    @Test func `a silent connection says that it lives`() throws {
        let house = House()
        let quiet = try listen(house)
        let stuck = try listen(house, isQuick: false)
        let before = stuck.text
        for _ in 0..<ServiceLimits.heartbeatSeconds { house.processor.tick() }
        #expect(quiet.text.components(":\n\n") == 1)
        #expect(stuck.text == before, "who does not read is told nothing more")
        for _ in 0..<ServiceLimits.heartbeatSeconds { house.processor.tick() }
        #expect(quiet.text.components(":\n\n") == 2)
    }

    @Test func `a tick finds what nobody was woken for`() throws {
        let house = House()
        let writer = try listen(house)
        house.domain.state.withLock { state in
            state.events.append(
                ServedEvent(
                    position: 0, kind: .block, hash: .zero, line: Array("{}".utf8), counters: []))
        }
        house.processor.tick()
        #expect(eventually { positions(writer) == [0] })
    }

    @Test func `a log that cannot be read for a while is read later`() throws {
        let house = House()
        let writer = try listen(house)
        house.domain.append([event(0)])
        #expect(eventually { positions(writer) == [0] })
        house.domain.state.withLock { $0.failure = ServiceFailure("storage", "no") }
        house.domain.append([event(1)])
        house.domain.state.withLock { $0.failure = nil }
        house.processor.tick()
        #expect(eventually { positions(writer) == [0, 1] })
    }

    @Test func `when the service ends, so do the streams`() throws {
        let house = House()
        let writer = try listen(house)
        let channel = FakeChannel()
        _ = try connect(house, "/events", channel)
        house.processor.stop()
        #expect(writer.isFinished)
        #expect(channel.state.withLock { $0.closes } == [1001])
        #expect(house.processor.subscribers == 0)
        #expect(try house.get("/events").status == 503)
        let late = FakeChannel()
        _ = try connect(house, "/events", late)
        #expect(late.state.withLock { $0.closes } == [1013])
    }

    @Test func `a protected feed is for those with a token`() throws {
        let house = House { $0.requiresAuthentication = [.reading] }
        #expect(try house.get("/events").status == 401)
        let channel = FakeChannel()
        _ = try connect(house, "/events", channel)
        #expect(channel.state.withLock { $0.closes } == [1008])
        #expect(house.processor.subscribers == 0)
    }

    @Test func `so many may listen and no more`() throws {
        let house = House()
        let hub = house.processor.context.hub
        let ids = (0..<ServiceLimits.subscribers).map { _ in hub.reserve() }
        #expect(ids.allSatisfy { $0 != nil })
        #expect(hub.reserve() == nil)
        let refused = try house.get("/events")
        #expect(refused.status == 503)
        #expect(refused.code == "busy")
        ids.first.flatMap { $0 }.map { hub.leave($0) }
        #expect(hub.reserve() != nil)
    }

    @Test func `the latest events are kept, and no more`() {
        var tail = TailCache()
        func concerned(_ position: Int, _ bytes: Int) -> ConcernedEvent {
            ConcernedEvent(
                ServedEvent(
                    position: position, kind: .block, hash: .zero,
                    line: [UInt8](repeating: 0x61, count: bytes), counters: []))
        }
        for position in 0..<5_000 { tail.append([concerned(position, 10)]) }
        #expect(tail.events(from: 4_999, limit: 9)?.map(\.served.position) == [4_999])
        let first = 5_000 - ServiceLimits.tailEvents
        #expect(tail.events(from: first, limit: 2)?.map(\.served.position) == [first, first + 1])
        #expect(tail.events(from: first - 1, limit: 2) == nil)
        #expect(tail.events(from: 5_000, limit: 2) == nil)
        tail.append([concerned(5_000, ServiceLimits.tailBytes)])
        #expect(tail.events(from: 4_999, limit: 1) == nil)
        #expect(tail.events(from: 5_000, limit: 1)?.count == 1)
        tail.append([concerned(7_000, 1)])
        #expect(tail.events(from: 5_000, limit: 1) == nil, "what does not continue begins anew")
    }
}

extension String {
    fileprivate func components(_ part: String) -> Int {
        var count = 0
        var rest = self[...]
        while let range = rest.firstRange(of: part) {
            count += 1
            rest = rest[range.upperBound...]
        }
        return count
    }
}
