// Threads for what may block.
import Dispatch
import Network
import Synchronization
import Testing

@testable import Service

@Suite("The pool")
struct WorkPoolTests {
    @Test func `no more work runs at once than there are threads`() {
        let pool = WorkPool(width: 3, limit: 1_000)
        let running = Mutex((now: 0, most: 0, done: 0))
        for _ in 0..<300 {
            let isTaken = pool.submit {
                running.withLock {
                    $0.now += 1
                    $0.most = max($0.most, $0.now)
                }
                for _ in 0..<50 { _ = running.withLock { $0.now } }
                running.withLock {
                    $0.now -= 1
                    $0.done += 1
                }
            }
            #expect(isTaken)
        }
        #expect(eventually { running.withLock { $0.done } == 300 })
        #expect(running.withLock { $0.most } <= 3)
    }

    @Test func `so much waits and no more, but for what there is only one of`() {
        let pool = WorkPool(width: 1, limit: 2)
        let gate = DispatchSemaphore(value: 0)
        let done = Mutex<[Int]>([])
        let started = DispatchSemaphore(value: 0)
        #expect(
            pool.submit {
                started.signal()
                gate.wait()
            })
        started.wait()
        for index in 0..<2 { #expect(pool.submit { done.withLock { $0.append(index) } }) }
        #expect(!pool.submit { done.withLock { $0.append(99) } })
        pool.submitAlways { done.withLock { $0.append(2) } }
        #expect(pool.waiting == 3)
        gate.signal()
        #expect(eventually { done.withLock { $0.count } == 3 })
        #expect(done.withLock { $0 } == [0, 1, 2])
    }

    @Test func `when too much waits it is 503`() throws {
        let house = House { $0.poolWidth = 1 }
        let gate = DispatchSemaphore(value: 0)
        let started = DispatchSemaphore(value: 0)
        let pool = house.processor.context.pool
        _ = pool.submit {
            started.signal()
            gate.wait()
        }
        started.wait()
        for _ in 0..<ServiceLimits.waitingWork { _ = pool.submit {} }
        let response = try house.get("/unit")
        #expect(response.status == 503)
        #expect(response.code == "busy")
        #expect(response.headers["Retry-After"] == "1")
        gate.signal()
        #expect(eventually { pool.waiting == 0 })
        #expect(try house.get("/unit").status == 200)
    }

    @Test func `a queue gives back what it was given, in order`() {
        var generator = Generator()
        var queue = Fifo<Int>()
        var model: [Int] = []
        for step in 0..<20_000 {
            if generator.below(5) < (step / 4_000 % 2 == 0 ? 3 : 2) {
                queue.append(step)
                model.append(step)
            } else {
                #expect(queue.first == model.first)
                #expect(queue.popFirst() == (model.isEmpty ? nil : model.removeFirst()))
            }
            #expect(queue.count == model.count)
            #expect(queue.isEmpty == model.isEmpty)
        }
    }
}
