// Requests that nobody thought of.

import Testing

@testable import Network

@Suite struct HTTPPropertyTests {
    /// A request and its bytes.
    private struct Sample {
        var expected: RequestTranscript.Request
        var bytes: [UInt8]
    }

    private static let token = "abcXYZ0189!#$%&'*+-.^_`|~"
    private static let value = "abc XYZ\t0189\"(),/:;<=>?@[\\]{}ü€😀"

    private func sample(_ random: inout CodecRandom) throws -> Sample {
        let method = random.text(Self.token, 10)
        let segments = (0..<random.below(4)).map { _ in "/a" + random.text("az09-_~:;@%", 9) }
        let path = PercentCoding.encode(segments.joined()).replacing("%2F", with: "/")
        var url = try WebURL("http://h\(random.text("az09", 9)):8\(random.below(1_000))" + path)
        if random.chance(2) {
            url.query =
                QueryItems([.init(random.text(Self.value, 9), random.text(Self.value, 9))])
                .encoded
        }
        var request = HTTPRequest(method, url)
        for _ in 0..<random.below(8) {
            let value = random.chance(6) ? "" : random.text(Self.value, 60)
            request.headers.add("x" + random.text(Self.token, 20), value)
        }
        let body = random.chance(2) ? [] : random.bytes(random.below(300))
        let isChunked = random.chance(2)
        var bytes = HTTPWriter.requestHead(request, bodyBytes: isChunked ? nil : body.count)
        if isChunked {
            for piece in random.pieces(body, longest: 100) { bytes += HTTPWriter.chunk(piece) }
            bytes += HTTPWriter.lastChunk
        } else {
            bytes += body
        }
        var fields = [HTTPHeaders.Field("Host", url.authority)]
        fields += request.headers.fields.map { .init($0.name, $0.value.trimmingBlanks()) }
        if isChunked {
            fields.append(.init("Transfer-Encoding", "chunked"))
        } else if !body.isEmpty || ["POST", "PUT", "PATCH"].contains(method) {
            fields.append(.init("Content-Length", "\(body.count)"))
        }
        let head = HTTPRequestHead(
            method: method, path: url.path, query: url.query, headers: HTTPHeaders(fields),
            bodyBytes: isChunked ? nil : body.count)
        return Sample(expected: .init(head: head, body: body, isWhole: true), bytes: bytes)
    }

    @Test func `what is written is read, in any pieces`() throws {
        var random = CodecRandom()
        for _ in 0..<400 {
            let samples = try (0...random.below(3)).map { _ in try sample(&random) }
            let stream = samples.flatMap(\.bytes)
            let read = Codec.requests(random.pieces(stream, longest: 1 + random.below(200)))
            #expect(read.fault == nil, random.comment)
            #expect(read.requests == samples.map(\.expected), random.comment)
        }
    }

    @Test func `no mutation is read differently in other pieces`() throws {
        var random = CodecRandom()
        let dictionary = [
            "\r\n", "\n", "\r", " ", ":", "\0", "0", "Content-Length: 5\r\n", "chunked", "\r\n\r\n",
            "Transfer-Encoding: chunked\r\n", ";", "HTTP/1.0", "%2e", "..", "1", "f", ",", "close",
        ].map { Array($0.utf8) }
        var faults = 0
        for _ in 0..<700 {
            var stream = try (0...1).flatMap { _ in try sample(&random).bytes }
            for _ in 0...random.below(4) where !stream.isEmpty {
                let place = random.below(stream.count)
                switch random.below(4) {
                case 0: stream[place] = UInt8(random.below(256))
                case 1: stream.remove(at: place)
                case 2:
                    stream.insert(
                        contentsOf: dictionary[random.below(dictionary.count)], at: place)
                default: stream.removeSubrange(place..<min(stream.count, place + random.below(20)))
                }
            }
            let whole = Codec.requests([stream])
            #expect(Codec.requests(random.pieces(stream)) == whole, random.comment)
            #expect(Codec.requests(Codec.single(stream)) == whole, random.comment)
            faults += whole.fault == nil ? 0 : 1
        }
        #expect(faults > 150 && faults < 700, random.comment)
    }

    @Test func `any bytes at all are a fault or wait for more`() {
        var random = CodecRandom()
        for _ in 0..<500 {
            let bytes = random.bytes(random.below(200))
            #expect(Codec.requests(Codec.single(bytes)) == Codec.requests([bytes]), random.comment)
            let response = Codec.response([bytes])
            #expect(Codec.response(Codec.single(bytes)) == response, random.comment)
        }
    }
}
