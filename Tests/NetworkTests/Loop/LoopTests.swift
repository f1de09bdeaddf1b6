// The loop, its timers and its queues, each for itself.
import Dispatch
import Synchronization
import Testing

@testable import Network

@Suite struct EventLoopTests {
    @Test func `work is done in the order in which each thread asks for it`() throws {
        let loop = try EventLoop()
        let seen = Mutex<[[Int]]>([[], [], [], []])
        DispatchQueue.concurrentPerform(iterations: 4) { thread in
            for number in 0..<500 {
                loop.execute { seen.withLock { $0[thread].append(number) } }
            }
        }
        loop.stop()
        // What was asked before the end is done before the end.
        #expect(seen.withLock { $0 } == [[Int]](repeating: Array(0..<500), count: 4))
        loop.execute { Issue.record("it is over") }
    }

    @Test func `a loop may be stopped from within, and again from without`() throws {
        let loop = try EventLoop()
        let core = loop.core
        let done = DispatchSemaphore(value: 0)
        loop.execute {
            core.stop()
            done.signal()
        }
        done.wait()
        loop.stop()
        #expect(eventually { core.ask { true } == nil })
    }

    @Test func `what a loop is asked, it answers`() throws {
        let loop = try EventLoop()
        #expect(loop.core.ask { 7 } == 7)
        let core = loop.core
        let isInside = core.ask { core.isCurrent }
        #expect(isInside == true)
        #expect(!core.isCurrent)
    }

    @Test func `timers run in their order, and those taken back never`() throws {
        let loop = try EventLoop()
        let order = Mutex<[Int]>([])
        let done = DispatchSemaphore(value: 0)
        let core = loop.core
        loop.execute {
            let timers = (0..<4).map { number in
                LoopTimer {
                    order.withLock { $0.append(number) }
                    if number == 3 { done.signal() }
                }
            }
            core.set(timers[3], milliseconds: 40)
            core.set(timers[1], milliseconds: 1)
            core.set(timers[0], milliseconds: 20)
            core.set(timers[2], milliseconds: 10)
            core.set(timers[1], milliseconds: nil)
        }
        done.wait()
        #expect(order.withLock { $0 } == [2, 0, 3])
    }
}

@Suite struct TimerQueueTests {
    @Test func `timers come up as a list that is searched each time would have them`() {
        var random = CodecRandom()
        var queue = TimerQueue()
        let fired = Mutex<[Int]>([])
        let timers = (0..<20).map { number in
            LoopTimer { fired.withLock { $0.append(number) } }
        }
        var deadlines = [Int64?](repeating: nil, count: timers.count)
        var now: Int64 = 0
        for _ in 0..<5_000 {
            if random.chance(3) {
                now += Int64(random.below(50))
                while let timer = queue.due(at: now) { timer.run() }
                let due = deadlines.indices.filter { deadlines[$0].map { $0 <= now } ?? false }
                for index in due { deadlines[index] = nil }
                #expect(Set(fired.withLock { $0 }) == Set(due), random.comment)
                #expect(fired.withLock { $0.count } == due.count, random.comment)
                fired.withLock { $0 = [] }
            } else {
                let index = random.below(timers.count)
                deadlines[index] = random.chance(4) ? nil : now + Int64(random.below(200))
                queue.set(timers[index], to: deadlines[index])
            }
            // The alarm is never later than the first deadline.
            if let first = deadlines.compactMap({ $0 }).min() {
                #expect((queue.next ?? .max) <= first, random.comment)
            }
        }
    }
}

@Suite struct WriteQueueTests {
    @Test func `bytes come out as they went in`() {
        var random = CodecRandom()
        for _ in 0..<200 {
            var queue = WriteQueue()
            var expected: [UInt8] = []
            for _ in 0..<100 {
                if random.chance(2) {
                    let bytes = random.bytes(1 + random.below(random.chance(5) ? 9_000 : 50))
                    queue.append(bytes)
                    expected += bytes
                } else if !queue.isEmpty {
                    let limit = 1 + random.below(3_000)
                    let front = queue.withFront(limit) { Array($0) }
                    #expect(!front.isEmpty && front.count <= limit, random.comment)
                    #expect(expected.starts(with: front), random.comment)
                    let taken = 1 + random.below(front.count)
                    queue.drop(taken)
                    expected.removeFirst(taken)
                }
                #expect(queue.count == expected.count, random.comment)
                #expect(queue.isEmpty == expected.isEmpty, random.comment)
            }
        }
    }
}

@Suite struct PeerAddressTests {
    @Test(arguments: [
        ("203.0.113.7", "203.0.113.7", "203.0.113.7", false),
        ("127.0.0.2", "127.0.0.2", "127.0.0.2", true),
        ("::ffff:203.0.113.7", "203.0.113.7", "203.0.113.7", false),
        ("::ffff:127.0.0.1", "127.0.0.1", "127.0.0.1", true),
        ("2001:db8::1:2:3:4", "2001:db8::1:2:3:4", "2001:db8::/64", false),
        ("::1", "::1", "::/64", true),
    ])
    func `a peer is who it is, however the kernel writes it`(
        given: String, text: String, network: String, isLocal: Bool
    ) throws {
        let address = try #require(IPAddress(given))
        #expect(
            PeerAddress(SocketAddress(address, port: 80))
                == PeerAddress(text: text, network: network, isLocal: isLocal))
    }
}
