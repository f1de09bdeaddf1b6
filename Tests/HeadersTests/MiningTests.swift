import Bytes
import Synchronization
import Testing

@testable import Headers

@Suite struct MiningTests {
    /// About one hash in 512 meets these.
    private let bits: UInt32 = 0x1f7f_ffff

    @Test func `the lowest nonce is found, with any number of threads`() throws {
        var random = Generator()
        for threads in [0, 1, 2, 3, 8, Limits.miningThreads + 1] {
            for bits in [CompactTarget.regtestBits, self.bits] {
                let header = random.header(bits: bits)
                let solved = try Mining.solve(header, threads: threads, nextTime: { _ in nil })
                #expect(solved == header.mined(), random.comment)
            }
        }
    }

    @Test func `when all nonces are tried in vain, a later time is asked for`() throws {
        var random = Generator()
        for threads in [1, 2] {
            let header = random.header(bits: bits)
            var times: [UInt32] = []
            let solved = try #require(
                try Mining.solve(
                    header, threads: threads, lastNonce: 9,
                    nextTime: {
                        times.append($0)
                        return $0 + 2
                    }))
            try solved.checkWork()
            #expect(solved.nonce <= 9)
            // Every time before was tried, and held nothing.
            let steps = Int(solved.time - header.time) / 2
            #expect(times == (0..<steps).map { header.time + UInt32(2 * $0) }, random.comment)
            for time in times {
                var other = header
                other.time = time
                for nonce in UInt32(0)...9 {
                    other.nonce = nonce
                    #expect(throws: HeaderError.self, random.comment) { try other.checkWork() }
                }
            }
        }
    }

    @Test func `the search ends where no later time comes`() throws {
        var random = Generator()
        let header = random.header(bits: 0x0301_0000)
        for answer in [nil, header.time, header.time - 1] {
            #expect(
                try Mining.solve(header, threads: 2, lastNonce: 1000, nextTime: { _ in answer })
                    == nil)
        }
    }

    @Test func `a search can be cancelled and tells how far it has come`() throws {
        var random = Generator()
        let header = random.header(bits: 0x0301_0000)
        let seen = Mutex<[UInt64]>([])
        let result = try Mining.solve(
            header, threads: 2, nextTime: { $0 + 1 },
            progress: { hashes in seen.withLock { $0.append(hashes) } },
            isCancelled: { seen.withLock { $0.count >= 4 } })
        #expect(result == nil)
        let steps = seen.withLock { $0 }
        #expect(steps.count >= 4)
        #expect(zip(steps, steps.dropFirst()).allSatisfy { $0 < $1 })
    }

    @Test func `the hashes of all times are counted`() throws {
        var random = Generator()
        let header = random.header(bits: 0x0301_0000)
        let last = Mutex<UInt64>(0)
        _ = try Mining.solve(
            header, threads: 2, lastNonce: 999,
            nextTime: { $0 < header.time + 4 ? $0 + 1 : nil },
            progress: { hashes in last.withLock { $0 = hashes } })
        #expect(last.withLock { $0 } == 5000)
    }

    @Test func `bits that are no target cannot be met`() {
        var random = Generator()
        let header = random.header(bits: 0x1d80_ffff)
        #expect(throws: HeaderError.invalidBits(0x1d80_ffff, .negative)) {
            try Mining.solve(header, threads: 1, nextTime: { _ in nil })
        }
    }
}
