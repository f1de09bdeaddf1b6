// How often somebody may come.
import Documents
import Network
import Synchronization
import Testing

@testable import Service

@Suite("Admission")
struct AdmissionTests {
    @Test func `over any span no more is granted than fits the bucket and flows into it`() {
        var generator = Generator()
        for _ in 0..<60 {
            let size = BucketSize(
                capacity: 1 + generator.below(200), perSecond: 1 + generator.below(300))
            var buckets = TokenBuckets<Int>(size)
            var grants: [(time: Int64, cost: Int)] = []
            var time: Int64 = 1_000
            for _ in 0..<200 {
                time += Int64([0, 1, 7, 100, 2_000][generator.below(5)])
                let cost = generator.below(size.capacity + 1)
                if buckets.take(cost, of: 1, at: time) == nil { grants.append((time, cost)) }
            }
            for start in grants.indices {
                var sum = 0
                for end in start..<grants.count {
                    sum += grants[end].cost
                    let span = Int(grants[end].time - grants[start].time)
                    let most = size.capacity * 1_000 + size.perSecond * span
                    #expect(sum * 1_000 <= most, generator.comment)
                }
            }
        }
    }

    @Test func `whoever waits as long as he was told is served`() {
        var generator = Generator()
        for _ in 0..<300 {
            let size = BucketSize(
                capacity: 1 + generator.below(500), perSecond: 1 + generator.below(50))
            var buckets = TokenBuckets<Int>(size)
            var time = Int64(generator.below(100_000))
            for _ in 0..<20 {
                let cost = generator.below(600)
                if let seconds = buckets.take(cost, of: 1, at: time) {
                    #expect(seconds >= 1, generator.comment)
                    time += Int64(seconds) * 1_000
                    #expect(buckets.take(cost, of: 1, at: time) == nil, generator.comment)
                }
            }
        }
    }

    @Test func `one key does not use what is another's`() {
        var buckets = TokenBuckets<Int>(BucketSize(capacity: 2, perSecond: 1))
        #expect(buckets.take(2, of: 1, at: 0) == nil)
        #expect(buckets.take(1, of: 1, at: 0) == 1)
        #expect(buckets.take(2, of: 2, at: 0) == nil)
    }

    @Test func `time that goes back or leaps grants nothing more`() {
        var buckets = TokenBuckets<Int>(BucketSize(capacity: 10, perSecond: 1_000_000_000))
        #expect(buckets.take(10, of: 1, at: 5_000) == nil)
        #expect(buckets.take(1, of: 1, at: 4_000) == 1)
        #expect(buckets.take(1, of: 1, at: 5_000) == 1)
        #expect(buckets.take(11, of: 1, at: .max) == nil, "what is never there costs a full bucket")
        #expect(buckets.take(1, of: 1, at: .max) == 1)
    }

    @Test func `few keys are remembered, and those that are used stay`() {
        var buckets = TokenBuckets<Int>(BucketSize(capacity: 3, perSecond: 1), limit: 100)
        #expect(buckets.take(3, of: -1, at: 0) == nil)
        for key in 0..<10_000 {
            #expect(buckets.take(1, of: key, at: 0) == nil)
            if key % 25 == 0 { #expect(buckets.take(1, of: -1, at: 0) == 1) }
            #expect(buckets.count <= 101)
        }
        #expect(buckets.take(3, of: 0, at: 0) == nil, "the first ones are forgotten")
    }

    private final class Clock: Sendable {
        let nanoseconds = Mutex<UInt64>(0)
        func advance(seconds: UInt64) { nanoseconds.withLock { $0 += seconds * 1_000_000_000 } }
    }

    @Test func `who asks too often is 429, and told when to come back`() throws {
        let clock = Clock()
        let house = House {
            $0.peerAllowance = BucketSize(capacity: 3, perSecond: 1)
            $0.nanoseconds = { clock.nanoseconds.withLock { $0 } }
        }
        for _ in 0..<3 { #expect(try house.get("/unit").status == 200) }
        let refused = try house.get("/unit")
        #expect(refused.status == 429)
        #expect(refused.code == "too-many-requests")
        let seconds = try #require(refused.headers["Retry-After"].flatMap { UInt64($0) })
        #expect(try house.get("/health").status == 200, "health costs nothing")
        let other = PeerAddress(text: "::1:2", network: "other", isLocal: false)
        #expect(try house.ask("GET", "/unit", peer: other).status == 200)
        for _ in 0..<9 { #expect(try house.ask("GET", "/unit", peer: .unix).status == 200) }
        clock.advance(seconds: seconds)
        #expect(try house.get("/unit").status == 200)
        #expect(try house.get("/unit").status == 429)
    }

    @Test func `a proof costs more than a question`() throws {
        let house = House {
            $0.peerAllowance = BucketSize(capacity: 25, perSecond: 1)
            $0.nanoseconds = { 0 }
        }
        let path = "/proof/" + String(repeating: "0", count: 64)
        #expect(try house.get(path).status == 404)
        #expect(try house.get(path).status == 429)
        for _ in 0..<5 { #expect(try house.get("/unit").status == 200) }
        #expect(try house.get("/unit").status == 429)
    }

    @Test func `an address may send so much, whoever carries it`() throws {
        let house = House {
            $0.addressAllowance = BucketSize(capacity: 120, perSecond: 1)
            $0.nanoseconds = { 0 }
        }
        for index in 0..<2 {
            let line = Sample.iou(from: 1, random: "\(index)").document
            #expect(try house.post("/transaction", line).status == 201)
        }
        let third = try house.ask(
            "POST", "/transaction", body: Sample.iou(from: 1, random: "2").document, peer: .unix)
        #expect(third.status == 429)
        #expect(try house.post("/transaction", Sample.iou(from: 2).document).status == 201)
        #expect(house.domain.state.withLock { $0.cleared.count } == 3)
    }

    @Test func `a proxy says who asks, if it may`() throws {
        for (fields, network) in [
            (["203.0.113.9"], "203.0.113.9"), (["10.0.0.1, 203.0.113.9"], "203.0.113.9"),
            (["1.1.1.1", "2001:db8:1:2:3::4"], "2001:db8:1:2::/64"),
            (["::ffff:1.2.3.4"], "1.2.3.4"),
            (["1.2.3.4,"], nil), (["unknown"], nil), (["1.2.3.4:80"], nil), ([], nil), ([""], nil),
            (["127.0.0.1"], "127.0.0.1"), (["1.2.3"], nil), (["::1"], "0:0:0:0::/64"),
        ] as [([String], String?)] {
            let headers = HTTPHeaders(fields.map { .init("x-forwarded-for", $0) })
            #expect(PeerAddress(forwarded: headers)?.network == network, "\(fields)")
        }
        #expect(PeerAddress(ip: "127.9.9.9")?.isLocal == true)
        #expect(PeerAddress(ip: "::1")?.isLocal == true)
        #expect(PeerAddress(ip: "::2")?.isLocal == false)
        let remote: HTTPHeaders = ["X-Forwarded-For": "203.0.113.9"]
        for (isBehindProxy, expected) in [(true, 429), (false, 200)] {
            let house = House {
                $0.isBehindProxy = isBehindProxy
                $0.peerAllowance = BucketSize(capacity: 1, perSecond: 1)
                $0.nanoseconds = { 0 }
            }
            #expect(try house.ask("GET", "/unit", remote, peer: .unix).status == 200)
            #expect(try house.ask("GET", "/unit", remote, peer: .unix).status == expected)
        }
        // Somebody from outside says nothing about others.
        let house = House {
            $0.isBehindProxy = true
            $0.peerAllowance = BucketSize(capacity: 1, perSecond: 1)
            $0.nanoseconds = { 0 }
        }
        for (number, status) in [(1, 200), (2, 429)] {
            let response = try house.get("/unit", ["X-Forwarded-For": "203.0.113.\(number)"])
            #expect(response.status == status)
        }
    }
}
