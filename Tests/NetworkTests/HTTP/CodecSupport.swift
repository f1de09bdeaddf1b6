// Bytes in any pieces, vectors, and randomness that can be repeated.

import Foundation
import Glibc
import Testing

@testable import Network

/// SplitMix64 (Steele, Lea, Flood 2014). The seed is in the comment of every expectation that it
/// feeds; WALLET_TEST_SEED fixes it.
struct CodecRandom: RandomNumberGenerator {
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
    mutating func chance(_ one: Int) -> Bool { below(one) == 0 }
    mutating func bytes(_ count: Int) -> [UInt8] {
        (0..<count).map { _ in UInt8(truncatingIfNeeded: next()) }
    }
    /// One to `limit` characters of `alphabet`.
    mutating func text(_ alphabet: String, _ limit: Int) -> String {
        let characters = Array(alphabet)
        return String((0...below(limit)).map { _ in characters[below(characters.count)] })
    }

    /// `bytes` cut at random places, empty pieces among them.
    /// - Parameter longest: At least 1.
    mutating func pieces(_ bytes: [UInt8], longest: Int = 40) -> [[UInt8]] {
        var pieces: [[UInt8]] = []
        var start = 0
        while start < bytes.count {
            let end = min(bytes.count, start + below(longest + 1))
            pieces.append(Array(bytes[start..<end]))
            start = end
        }
        return pieces
    }

    var comment: Comment { "WALLET_TEST_SEED=\(seed)" }
}

enum Codec {
    /// A file of Tests/Vectors.
    static func vectors<Content: Decodable>(_ name: String) throws -> Content {
        let tests = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
            .deletingLastPathComponent().deletingLastPathComponent()
        let data = try Data(contentsOf: tests.appendingPathComponent("Vectors/" + name))
        return try JSONDecoder().decode(Content.self, from: data)
    }

    /// Each byte by itself.
    static func single(_ bytes: [UInt8]) -> [[UInt8]] { bytes.map { [$0] } }

    /// What is read from requests that come in `pieces`: bodies put together, the fault last.
    static func requests(
        _ pieces: [[UInt8]], limits: HTTPLimits = HTTPLimits()
    ) -> RequestTranscript {
        var parser = HTTPRequestParser(limits: limits)
        var transcript = RequestTranscript()
        do throws(HTTPFault) {
            for piece in pieces {
                piece.withUnsafeBytes { parser.append($0) }
                while let event = try parser.next() { transcript.add(event) }
                transcript.held = max(transcript.held, parser.bufferedBytes)
            }
        } catch {
            transcript.fault = error
            #expect(throws: error) { try parser.next() }
            #expect(parser.bufferedBytes == 0)
        }
        return transcript
    }

    /// What is read from a response that comes in `pieces`.
    static func response(
        _ pieces: [[UInt8]], to method: String = "GET", isClosed: Bool = false
    ) -> ResponseTranscript {
        var parser = HTTPResponseParser(method: method)
        var transcript = ResponseTranscript()
        do throws(HTTPFault) {
            for piece in pieces {
                piece.withUnsafeBytes { parser.append($0) }
                while let event = try parser.next() { transcript.add(event) }
            }
            if isClosed {
                try parser.ended()
                while let event = try parser.next() { transcript.add(event) }
            }
            transcript.rest = parser.takeRest()
        } catch {
            transcript.fault = error
            #expect(throws: error) { try parser.next() }
        }
        return transcript
    }
}

/// Requests with their bodies.
struct RequestTranscript: Equatable {
    struct Request: Equatable {
        var head: HTTPRequestHead
        var body: [UInt8] = []
        var isWhole = false
    }

    var requests: [Request] = []
    var fault: HTTPFault?
    /// Bytes that the parser held at most.
    var held = 0

    mutating func add(_ event: HTTPRequestEvent) {
        if case .head(let head) = event {
            #expect(requests.last?.isWhole != false, "a head after an end")
            requests.append(Request(head: head))
            return
        }
        let last = requests.count - 1
        guard last >= 0, !requests[last].isWhole else {
            Issue.record("\(event) outside of a request")
            return
        }
        if case .body(let bytes) = event {
            #expect(!bytes.isEmpty)
            requests[last].body += bytes
        } else {
            requests[last].isWhole = true
        }
    }

    static func == (left: Self, right: Self) -> Bool {
        left.requests == right.requests && left.fault == right.fault
    }
}

/// A response with its body.
struct ResponseTranscript: Equatable {
    var heads: [HTTPResponseHead] = []
    var body: [UInt8] = []
    var ends = 0
    var rest: [UInt8] = []
    var fault: HTTPFault?

    mutating func add(_ event: HTTPResponseEvent) {
        switch event {
        case .head(let head): heads.append(head)
        case .body(let bytes):
            #expect(!bytes.isEmpty && ends == 0)
            body += bytes
        case .end: ends += 1
        }
    }
}

/// Bytes of a vector: texts in Latin-1, and texts with a count.
struct VectorBytes: Decodable {
    let bytes: [UInt8]

    private struct Piece: Decodable {
        let bytes: [UInt8]

        init(from decoder: any Decoder) throws {
            if let text = try? decoder.singleValueContainer().decode(String.self) {
                bytes = try VectorBytes.latin(text)
                return
            }
            var pair = try decoder.unkeyedContainer()
            let unit = try VectorBytes.latin(pair.decode(String.self))
            bytes = (0..<(try pair.decode(Int.self))).flatMap { _ in unit }
        }
    }

    init(from decoder: any Decoder) throws {
        bytes = try [Piece](from: decoder).flatMap(\.bytes)
    }

    static func latin(_ text: String) throws -> [UInt8] {
        try text.unicodeScalars.map { try #require(UInt8(exactly: $0.value)) }
    }
}
