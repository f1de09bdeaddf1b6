// Requests over HTTP are signed by a device of the domain, once, now.

import Bytes
import Cryptography
import Documents
import Testing

@testable import Sync

@Suite("Signed requests")
struct SignedRequestTests {
    private let key: Secp256k1.PrivateKey
    private let now: Timestamp
    private let frames = FrameWriter.bytes([Frame(.done, []), Frame(.want, [1, 2])])

    init() throws {
        key = try .random(from: SeededRandom(seed: [1]))
        now = try #require(Timestamp(milliseconds: 1_900_000_000_000))
    }

    private func body(
        nonce: UInt8 = 7, at seconds: Int64 = 0, domain: String = "family"
    ) throws -> [UInt8] {
        SignedRequest.body(
            frames, domain: domain,
            time: try #require(now.adding(milliseconds: seconds * 1000)),
            nonce: [UInt8](repeating: nonce, count: 16), publicKey: key.publicKey.compressed,
            scheme: .ecdsaSecp256k1
        ) { key.sign($0) }
    }

    private func read(
        _ body: [UInt8], _ nonces: inout NonceCache, isCertified: Bool = true
    ) throws -> SyncError.Code? {
        try code {
            let (request, frames) = try SignedRequest.read(
                body, domain: "family", now: now, nonces: &nonces
            ) { _ in isCertified }
            #expect(request.device == Address(of: key.publicKey.compressed))
            #expect(FrameWriter.bytes(frames) == self.frames)
        }
    }

    @Test("A device of the domain is heard, once")
    func once() throws {
        var nonces = NonceCache()
        #expect(try read(try body(), &nonces) == nil)
        #expect(try read(try body(), &nonces) == .notAuthentic, "a replay")
        #expect(try read(try body(nonce: 8), &nonces) == nil)
        #expect(nonces.count == 2)
    }

    @Test("Another time, domain, device, or no signature at all")
    func refused() throws {
        var nonces = NonceCache()
        for seconds in [-301, 301, 86_400 * 365] as [Int64] {
            #expect(try read(try body(at: seconds), &nonces) == .notAuthentic)
        }
        #expect(try read(try body(domain: "others"), &nonces) == .notAuthentic)
        #expect(try read(try body(), &nonces, isCertified: false) == .notAuthentic)
        #expect(try read(frames, &nonces) == .notAuthentic)
        #expect(try read([], &nonces) == .notAuthentic)
        #expect(nonces.count == 0, "what is refused takes no room")
        for seconds in [-300, 300] as [Int64] {
            #expect(try read(try body(nonce: UInt8(seconds & 0xff), at: seconds), &nonces) == nil)
        }
    }

    @Test("Every flipped bit of a request is noticed")
    func flipped() throws {
        let good = try body()
        for index in good.indices {
            var nonces = NonceCache()
            var bad = good
            bad[index] ^= 4
            #expect(try read(bad, &nonces) != nil, "byte \(index)")
        }
    }

    @Test("Nonces are kept as long as their requests could come again, and no more than so many")
    func cache() throws {
        var nonces = NonceCache(limit: 3)
        let device = Address(of: [1])
        func insert(_ nonce: UInt8, at seconds: Int64) throws -> Bool {
            let time = try #require(now.adding(milliseconds: seconds * 1000))
            return try nonces.insert(device, [nonce], time, now: time)
        }
        for nonce in 1...3 as ClosedRange<UInt8> { #expect(try insert(nonce, at: Int64(nonce))) }
        #expect(try code { try insert(4, at: 5) } == .limitExceeded)
        #expect(try insert(2, at: 5) == false)
        #expect(try insert(4, at: 302), "the first has passed")
        #expect(try code { try insert(5, at: 302) } == .limitExceeded)
        #expect(
            try nonces.insert(
                Address(of: [2]), [4], now, now: try #require(now.adding(milliseconds: 400_000))))
    }
}
