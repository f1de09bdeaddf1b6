// A store in a fresh directory, and randomness that can be repeated.

import Bytes
import Files
import Glibc
import Hashtable
import Testing

/// SplitMix64 (Steele, Lea, Flood 2014). The seed is in the comment of every expectation that it feeds;
/// WALLET_TEST_SEED fixes it.
struct Generator: RandomNumberGenerator {
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

    /// A line without newlines that does not begin with zero.
    mutating func line(_ count: Int) -> [UInt8] {
        [UInt8](repeating: UInt8(0x20 + below(95)), count: count)
    }

    var comment: Comment { "WALLET_TEST_SEED=\(seed)" }
}

/// A store's directory, gone with its owner.
final class Folder {
    let path: String

    init() {
        do { path = try FileSystem.makeTemporaryDirectory("wallet-store") } catch {
            fatalError("\(error)")
        }
    }

    deinit { try? FileSystem.removeTree(path) }

    var documents: String { path + "/documents" }
    var journal: String { documents + "/journal.ndjson" }

    /// A store with `lines` in its journal.
    func store(_ lines: [[UInt8]]) throws -> DocumentStore {
        try DocumentStore.create(directory: documents, lines: lines)
        return try open()
    }

    func open(forWriting: Bool = true) throws -> DocumentStore {
        try DocumentStore(directory: documents, forWriting: forWriting)
    }

    /// Makes the journal a sealed segment and begins another one with `lines`.
    func seal(_ number: Int, next lines: [[UInt8]]) throws {
        let hash = String(repeating: "0123456789abcdef", count: 4)
        let digits = String(number)
        let name = String(repeating: "0", count: 8 - digits.count) + digits
        try FileSystem.rename(journal, to: documents + "/\(name)-\(hash).ndjson")
        let file = try File(journal, .new)
        try file.write(joined(lines)[...], at: 0)
    }
}

/// The lines, each with its newline.
func joined(_ lines: [[UInt8]]) -> [UInt8] {
    lines.flatMap { $0 + [0x0a] }
}

extension DocumentStore {
    /// All lines and their places, and the place after them.
    func all(from place: Place = .start) throws -> (lines: [[UInt8]], places: [Place], end: Place) {
        var lines: [[UInt8]] = []
        var places: [Place] = []
        let end = try scan(from: place) { line, place in
            lines.append(Array(line))
            places.append(place)
            return true
        }
        return (lines, places, end)
    }

    /// All lines before `end`, the latest first.
    func allBackwards(from end: Place) throws -> (lines: [[UInt8]], places: [Place]) {
        var lines: [[UInt8]] = []
        var places: [Place] = []
        try scanBackwards(from: end) { line, place in
            lines.append(Array(line))
            places.append(place)
            return true
        }
        return (lines, places)
    }
}
