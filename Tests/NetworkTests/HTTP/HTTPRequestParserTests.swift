// Requests as bytes, and what becomes of them.

import Testing

@testable import Network

/// Tests/Vectors/http_requests.json.
private struct RequestVectors: Decodable {
    struct Accepted: Decodable, CustomTestStringConvertible {
        let name: String
        let bytes: VectorBytes
        let requests: [Request?]
        var testDescription: String { name }
    }
    struct Request: Decodable {
        let method: String
        let path: String
        let query: String?
        let body: String
        let keepsAlive: Bool
        let fields: [[String]]?
    }
    struct Refused: Decodable, CustomTestStringConvertible {
        let name: String
        let bytes: VectorBytes
        let status: Int
        var testDescription: String { name }
    }
    let accepted: [Accepted]
    let refused: [Refused]

    static let all = Result { try Codec.vectors("http_requests.json") as RequestVectors }
}

@Suite struct HTTPRequestParserTests {
    @Test func `requests are read as they were meant, in any pieces`() throws {
        var random = CodecRandom()
        let vectors = try RequestVectors.all.get().accepted
        #expect(vectors.count >= 50)
        for vector in vectors {
            let read = Codec.requests([vector.bytes.bytes])
            #expect(read.fault == nil, "\(vector.name)")
            #expect(read.requests.count == vector.requests.count, "\(vector.name)")
            for (request, expected) in zip(read.requests, vector.requests) {
                #expect(request.isWhole, "\(vector.name)")
                guard let expected else { continue }
                #expect(request.head.method == expected.method, "\(vector.name)")
                #expect(request.head.path == expected.path, "\(vector.name)")
                #expect(request.head.query == expected.query, "\(vector.name)")
                #expect(request.head.keepsAlive == expected.keepsAlive, "\(vector.name)")
                #expect(request.body == (try VectorBytes.latin(expected.body)), "\(vector.name)")
                if let fields = expected.fields {
                    let found = request.head.headers.fields.map { [$0.name, $0.value] }
                    #expect(found == fields, "\(vector.name)")
                }
            }
            #expect(Codec.requests(Codec.single(vector.bytes.bytes)) == read, "\(vector.name)")
            for _ in 0..<10 {
                let pieces = random.pieces(vector.bytes.bytes)
                #expect(Codec.requests(pieces) == read, random.comment)
            }
        }
    }

    @Test func `what can be read in two ways is refused, in any pieces`() throws {
        var random = CodecRandom()
        let vectors = try RequestVectors.all.get().refused
        #expect(vectors.count >= 200)
        for vector in vectors {
            let read = Codec.requests([vector.bytes.bytes])
            #expect(read.fault?.status == vector.status, "\(vector.name): \(read.requests)")
            #expect(read.fault?.message.isEmpty == false)
            #expect(Codec.requests(Codec.single(vector.bytes.bytes)) == read, "\(vector.name)")
            for _ in 0..<4 {
                let pieces = random.pieces(vector.bytes.bytes)
                #expect(Codec.requests(pieces) == read, random.comment)
            }
        }
    }

    @Test func `every fault has its code`() throws {
        let codes = [
            400: "malformed-request", 414: "target-too-long", 417: "unsupported-expectation",
            431: "head-too-large", 501: "unsupported-transfer-coding", 505: "unsupported-version",
        ]
        var seen: Set<Int> = []
        for vector in try RequestVectors.all.get().refused {
            let fault = Codec.requests([vector.bytes.bytes]).fault
            #expect(fault?.code == codes[vector.status], "\(vector.name)")
            seen.insert(vector.status)
        }
        #expect(seen == Set(codes.keys))
    }

    @Test func `each byte of a head is judged: all 256 in nine places`() {
        // For each place, the bytes that are taken there.
        let token = Set("!#$%&'*+-.^_`|~0123456789".utf8).union(letters)
        let visible = Set(UInt8(0x21)...UInt8(0x7e))
        let target = visible.subtracting("#\"<>\\^`{|}%".utf8)
        let name = Set("0123456789_".utf8).union(letters)
        let value = visible.union([0x20, 0x09])
        let blanksAndDigits = Set("0123456789 \t".utf8)
        let places: [(String, String, Set<UInt8>)] = [
            ("G", "T / HTTP/1.1\r\nHost: a\r\n\r\n", token),
            // A question mark begins the query, and both take the rest.
            ("GET /a", "b HTTP/1.1\r\nHost: a\r\n\r\n", target),
            ("GET /?a", "b HTTP/1.1\r\nHost: a\r\n\r\n", target),
            ("GET / HTTP/1.", "\r\nHost: a\r\n\r\n", Set("01".utf8)),
            ("GET / HTTP/1.1\r\nHost: a\r\nX", "y: z\r\n\r\n", token.union([0x3a])),
            ("GET / HTTP/1.1\r\nHost: a\r\nXy", " z\r\n\r\n", [0x3a]),
            ("GET / HTTP/1.1\r\nHost: a\r\nX: y", "z\r\n\r\n", value),
            ("GET / HTTP/1.1\r\nHost: x", "y\r\n\r\n", name.union(".-".utf8)),
            ("GET / HTTP/1.1\r\nHost: a\r\nContent-Length: 0", "\r\n\r\n", blanksAndDigits),
        ]
        for (before, after, taken) in places {
            for byte in UInt8.min...UInt8.max {
                let read = Codec.requests([Array(before.utf8) + [byte] + Array(after.utf8)])
                let isTaken = read.fault == nil && read.requests.count == 1
                #expect(isTaken == taken.contains(byte), "\(before) \(byte) \(read)")
            }
        }
    }

    private var letters: Set<UInt8> {
        Set(UInt8(ascii: "a")...UInt8(ascii: "z")).union(UInt8(ascii: "A")...UInt8(ascii: "Z"))
    }

    @Test func `a head tells how its body comes`() throws {
        func head(_ fields: String) throws -> HTTPRequestHead {
            let text = "POST / HTTP/1.1\r\nHost: a\r\n\(fields)\r\n"
            return try #require(Codec.requests([Array(text.utf8)]).requests.first).head
        }
        #expect(try head("").bodyBytes == 0)
        #expect(try head("Content-Length: 999999999999999\r\n").bodyBytes == 999_999_999_999_999)
        #expect(try head("Transfer-Encoding: chunked\r\n").bodyBytes == nil)
        #expect(try head("").takesChunks)
        let old = Codec.requests([Array("GET / HTTP/1.0\r\n\r\n".utf8)])
        #expect(old.requests.first?.head.takesChunks == false)
    }

    @Test func `what follows an upgrade is handed over, what follows a close is dropped`() throws {
        var parser = HTTPRequestParser()
        let head = Array("GET / HTTP/1.1\r\nHost: a\r\nConnection: upgrade\r\n\r\n".utf8)
        (head + [0x81, 0x00, 0x0a]).withUnsafeBytes { parser.append($0) }
        guard case .head = try parser.next() else { throw HTTPFault(500, "", "no head") }
        #expect(try parser.next() == .end)
        #expect(parser.bufferedBytes == 3)
        #expect(parser.takeRest() == [0x81, 0x00, 0x0a])
        #expect(parser.bufferedBytes == 0)

        let closing = Codec.requests([Array("GET / HTTP/1.0\r\n\r\n".utf8), [0, 1, 2], [3]])
        #expect(closing.requests.count == 1 && closing.fault == nil && closing.held == 0)
    }

    @Test func `no more is held than a head and a piece`() {
        let head = Array("GET / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n".utf8)
        let chunk = HTTPWriter.chunk([UInt8](repeating: 0x61, count: 10_000))
        let trailer = Array("a: ".utf8) + [UInt8](repeating: 0x62, count: 4_000) + [0x0d, 0x0a]
        let whole = head + chunk + chunk + Array("0\r\n".utf8) + trailer + [0x0d, 0x0a]
        let stream = (0..<5).flatMap { _ in whole }
        for size in [1, 7, 1_000, 4_096] {
            let pieces = stride(from: 0, to: stream.count, by: size).map {
                Array(stream[$0..<min(stream.count, $0 + size)])
            }
            let read = Codec.requests(pieces)
            #expect(
                read.requests.count == 5 && read.requests.allSatisfy { $0.body.count == 20_000 })
            #expect(read.held <= 4_100 + size, "\(size): \(read.held)")
        }
    }

    @Test func `limits are the caller's`() {
        let limits = HTTPLimits(lineBytes: 20, headBytes: 60, fields: 2, trailerBytes: 10)
        func status(_ text: String) -> Int? {
            let read = Codec.requests([Array(text.utf8)], limits: limits)
            #expect(Codec.requests(Codec.single(Array(text.utf8)), limits: limits) == read)
            return read.fault?.status
        }
        #expect(status("GET /123456 HTTP/1.1\r\nHost: a\r\nb: c\r\n\r\n") == nil)
        #expect(status("GET /1234567 HTTP/1.1\r\nHost: a\r\nb: c\r\n\r\n") == 414)
        #expect(status("GET / HTTP/1.1\r\nHost: a\r\nb: 123456789012345678\r\n\r\n") == 431)
        #expect(status("GET / HTTP/1.1\r\nHost: a\r\nb: c\r\nd: e\r\n\r\n") == 431)
        // 22 + 22 + 14 + 2 bytes, and one more.
        let first = "GET /123456 HTTP/1.1\r\nHost: abcdefghijklmn\r\n"
        #expect(status(first + "b: 123456789\r\n\r\n") == nil)
        #expect(status(first + "b: 1234567890\r\n\r\n") == 431)
    }
}
