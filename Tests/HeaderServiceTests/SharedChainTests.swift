import Bytes
import Files
import Foundation
import Headers
import Synchronization
import Testing

@testable import HeaderService

/// Headers for regression tests, mined here.
func mined(_ count: Int, after parent: BlockHeader, mark: UInt8) throws -> [BlockHeader] {
    var headers: [BlockHeader] = []
    var last = parent
    for index in 0..<count {
        var root = [UInt8](repeating: mark, count: 32)
        root[0] = UInt8(truncatingIfNeeded: index)
        var header = BlockHeader(
            previous: last.hash, merkleRoot: try #require(Digest256(root)), time: last.time + 600,
            bits: CompactTarget.regtestBits)
        while (try? header.checkWork()) == nil { header.nonce += 1 }
        headers.append(header)
        last = header
    }
    return headers
}

@Suite struct SharedChainTests {
    private final class Seen: Sendable {
        let changes = Mutex<[ChainChange]>([])
    }

    private func watched(_ chain: SharedChain) -> Seen {
        let seen = Seen()
        chain.observe { change in seen.changes.withLock { $0.append(change) } }
        return seen
    }

    @Test func `observers are told what has come and what has left`() throws {
        let path = NSTemporaryDirectory() + "shared-\(UUID().uuidString)"
        defer { try? FileSystem.removeTree(path) }
        let writer = try SharedChain(path, .regtest, .writing)
        let reader = try SharedChain(path, .regtest, .reading)
        let (told, seen) = (watched(writer), watched(reader))
        let genesis = ChainNetwork.regtest.genesis
        let shared = try mined(5, after: genesis, mark: 1)
        let first = try mined(2, after: shared[4], mark: 2)
        let second = try mined(4, after: shared[4], mark: 3)
        _ = try writer.take((shared + first).flatMap(\.bytes), now: 2_000_000_000)
        // A branch with as much work changes nothing.
        _ = try writer.take(second[..<2].flatMap(\.bytes), now: 2_000_000_000)
        try reader.refresh()
        _ = try writer.take(second.flatMap(\.bytes), now: 2_000_000_000)
        try reader.refresh()
        try reader.refresh()
        for seen in [told, seen] {
            let changes = seen.changes.withLock { $0 }
            #expect(changes.count == 2)
            #expect(changes[0].added.map(\.hash) == (shared + first).map(\.hash))
            #expect(changes[0].fork == nil && changes[0].removed.isEmpty)
            #expect(changes[0].works.last == UInt256(2 * 8))
            #expect(changes[1].fork == 5)
            #expect(changes[1].removed.map(\.hash) == first.map(\.hash))
            #expect(changes[1].added.map(\.hash) == second.map(\.hash))
            #expect(changes[1].tip.height == 9)
        }
    }
}
