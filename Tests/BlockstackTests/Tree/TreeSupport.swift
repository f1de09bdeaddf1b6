// A tree written down as RFC 6962 defines it, the vectors, and randomness that can be repeated.

import Bytes
import Cryptography
import Foundation
import Testing

@testable import Blockstack

/// RFC 6962 §2.1 word for word, over the data of leaves: recursive, and made of nothing that it is
/// to judge. Roots of parts are remembered, or the larger trees would take minutes.
final class NaiveTree {
    private let data: [[UInt8]]
    private var known: [Range<Int>: [UInt8]] = [:]

    init(_ data: [[UInt8]]) { self.data = data }

    func root(_ size: Int) throws -> Digest256 { try treeDigest(root(0..<size)) }

    func path(of index: Int, size: Int) throws -> [Digest256] {
        try path(index, 0..<size).map { try treeDigest($0) }
    }

    func path(from first: Int, to second: Int) throws -> [Digest256] {
        if first == 0 || first == second { return [] }
        return try proof(first, 0..<second, true).map { try treeDigest($0) }
    }

    func root(_ part: Range<Int>) -> [UInt8] {
        if part.isEmpty { return Hash.sha256([UInt8]()).bytes }
        if part.count == 1 { return Hash.sha256([0] + data[part.lowerBound]).bytes }
        if let root = known[part] { return root }
        let (left, right) = Self.halves(part)
        let result = Hash.sha256([1] + root(left) + root(right)).bytes
        known[part] = result
        return result
    }

    private func path(_ index: Int, _ part: Range<Int>) -> [[UInt8]] {
        if part.count == 1 { return [] }
        let (left, right) = Self.halves(part)
        return left.contains(index)
            ? path(index, left) + [root(right)] : path(index, right) + [root(left)]
    }

    private func proof(_ first: Int, _ part: Range<Int>, _ isWhole: Bool) -> [[UInt8]] {
        if first == part.upperBound { return isWhole ? [] : [root(part)] }
        let (left, right) = Self.halves(part)
        return first <= left.upperBound
            ? proof(first, left, isWhole) + [root(right)]
            : proof(first, right, false) + [root(left)]
    }

    /// Below the root: the part before the largest power of two, and the part after it.
    static func halves(_ part: Range<Int>) -> (left: Range<Int>, right: Range<Int>) {
        var split = 1
        while split * 2 < part.count { split *= 2 }
        let middle = part.lowerBound + split
        return (part.lowerBound..<middle, middle..<part.upperBound)
    }

    /// On which side the siblings of the leaf `index` stand, from below. Paths are hashed alike for
    /// all sizes that have the same shape: the size itself is bound by no inclusion path.
    static func shape(of index: Int, in part: Range<Int>) -> [Side] {
        guard part.contains(index) else { return [.nowhere] }
        if part.count == 1 { return [] }
        let (left, right) = halves(part)
        return left.contains(index)
            ? shape(of: index, in: left) + [.right] : shape(of: index, in: right) + [.left]
    }

    /// The same of a consistency path: whether it begins with a node of its own, and the sides.
    static func shape(from first: Int, in part: Range<Int>, isWhole: Bool = true) -> [Side] {
        guard first > 0, first <= part.upperBound else { return [.nowhere] }
        if first == part.upperBound { return isWhole ? [] : [.start] }
        let (left, right) = halves(part)
        return first <= left.upperBound
            ? shape(from: first, in: left, isWhole: isWhole) + [.right]
            : shape(from: first, in: right, isWhole: false) + [.left]
    }

    enum Side { case left, right, start, nowhere }
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
