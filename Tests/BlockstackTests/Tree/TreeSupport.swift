// A tree written down as RFC 6962 defines it, the vectors, and randomness that can be repeated.

import Bytes
import Cryptography
import Foundation
import Testing

@testable import Blockstack

/// RFC 6962 §2.1 word for word, over the data of leaves; slow, recursive, and made of nothing that
/// it is to judge.
enum NaiveTree {
    static func root(_ data: ArraySlice<[UInt8]>) -> [UInt8] {
        if data.isEmpty { return Hash.sha256([UInt8]()).bytes }
        if data.count == 1 { return Hash.sha256([0] + data[data.startIndex]).bytes }
        let (left, right) = halves(data)
        return Hash.sha256([1] + root(left) + root(right)).bytes
    }

    static func path(_ index: Int, _ data: ArraySlice<[UInt8]>) -> [[UInt8]] {
        if data.count == 1 { return [] }
        let (left, right) = halves(data)
        return index < left.count
            ? path(index, left) + [root(right)]
            : path(index - left.count, right) + [root(left)]
    }

    static func proof(_ first: Int, _ data: ArraySlice<[UInt8]>, _ isWhole: Bool = true)
        -> [[UInt8]]
    {
        if first == data.count { return isWhole ? [] : [root(data)] }
        let (left, right) = halves(data)
        return first <= left.count
            ? proof(first, left, isWhole) + [root(right)]
            : proof(first - left.count, right, false) + [root(left)]
    }

    private static func halves(
        _ data: ArraySlice<[UInt8]>
    ) -> (left: ArraySlice<[UInt8]>, right: ArraySlice<[UInt8]>) {
        var split = 1
        while split * 2 < data.count { split *= 2 }
        let middle = data.startIndex + split
        return (data[..<middle], data[middle...])
    }
}

/// Tests/Vectors/rfc6962.json.
struct TreeVectors: Decodable {
    struct Inclusion: Decodable {
        let index: Int
        let size: Int
        let path: [String]
    }

    struct Consistency: Decodable {
        let from: Int
        let to: Int
        let path: [String]
    }

    struct LeafText: Decodable {
        let text: String
        let hash: String
    }

    struct NodeText: Decodable {
        let left: String
        let right: String
        let hash: String
    }

    struct Level: Decodable, Equatable {
        let full: Int
        let partial: Int
    }

    struct Tiles: Decodable {
        let size: Int
        let levels: [Level]
    }

    let inputs: [String]
    let leafHashes: [String]
    let roots: [String]
    let inclusion: [Inclusion]
    let consistency: [Consistency]
    let leafText: LeafText
    let nodeText: NodeText
    let tiles: Tiles

    static func read() throws -> TreeVectors {
        let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
            .deletingLastPathComponent().deletingLastPathComponent()
        let file = folder.appendingPathComponent("Vectors/rfc6962.json")
        return try JSONDecoder().decode(TreeVectors.self, from: Data(contentsOf: file))
    }
}

/// The digest of 64 hexadecimal digits or of 32 bytes.
func treeDigest(_ text: String) throws -> Digest256 { try #require(Digest256(hexadecimal: text)) }
func treeDigest(_ bytes: [UInt8]) throws -> Digest256 { try #require(Digest256(bytes)) }

/// SplitMix64. WALLET_TEST_SEED fixes the seed that a failure prints.
struct TreeRandom: RandomNumberGenerator {
    let seed: UInt64
    private var state: UInt64

    init() {
        let fixed = getenv("WALLET_TEST_SEED").flatMap { UInt64(String(cString: $0)) }
        seed = fixed ?? UInt64.random(in: .min ... .max)
        state = seed
    }

    mutating func next() -> UInt64 {
        state &+= 0x9e37_79b9_7f4a_7c15
        var value = state
        value = (value ^ (value >> 30)) &* 0xbf58_476d_1ce4_e5b9
        value = (value ^ (value >> 27)) &* 0x94d0_49bb_1331_11eb
        return value ^ (value >> 31)
    }

    mutating func below(_ bound: Int) -> Int { Int(next() % UInt64(bound)) }

    mutating func digest() -> Digest256 {
        Hash.sha256(withUnsafeBytes(of: next()) { Array($0) })
    }

    var comment: Comment { "WALLET_TEST_SEED=\(seed)" }
}

/// Leaves that a test may look at: documents' hashes, their leaf hashes, and their data for the
/// naive tree.
struct SampleLeaves {
    let hashes: [Digest256]
    let leaves: [Digest256]
    let data: [[UInt8]]

    init(_ count: Int, from first: Int = 0) {
        hashes = (first..<first + count).map { Hash.sha256(Array("document \($0)".utf8)) }
        leaves = hashes.map { Hash.sha256([0] + $0.bytes) }
        data = hashes.map(\.bytes)
    }
}
