// Chains that are mined here, and places for stores.
import Bytes
import Files
import Foundation
import Testing

@testable import Headers

/// A chain for regression tests, mined here.
enum MinedChain {
    /// Headers behind `parent`, told from other branches by their roots.
    static func mine(
        _ count: Int, after parent: BlockHeader, mark: UInt8, step: UInt32 = 600
    ) throws -> [BlockHeader] {
        var headers: [BlockHeader] = []
        var last = parent
        for index in 0..<count {
            var root = [UInt8](repeating: mark, count: 32)
            root[0] = UInt8(truncatingIfNeeded: index)
            root[1] = UInt8(truncatingIfNeeded: index >> 8)
            let header = BlockHeader(
                previous: last.hash, merkleRoot: try #require(Digest256(root)),
                time: last.time + step, bits: CompactTarget.regtestBits)
            last = try #require(try Mining.solve(header, threads: 1, nextTime: { _ in nil }))
            headers.append(last)
        }
        return headers
    }
}

func bytes(_ headers: some Sequence<BlockHeader>) -> [UInt8] {
    headers.flatMap(\.bytes)
}

func inDirectory(_ body: (String) throws -> Void) throws {
    let path = NSTemporaryDirectory() + "headers-\(UUID().uuidString)"
    try FileSystem.makeDirectory(path)
    defer { try? FileSystem.removeTree(path) }
    try body(path + "/chain")
}
