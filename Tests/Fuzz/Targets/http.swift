// Requests and responses: read the same in any pieces, and what is read can be written.

import Bytes

@testable import Network

/// What was read, each byte of it.
private struct Reading: Equatable {
    var heads: [HTTPRequestHead] = []
    var answers: [HTTPResponseHead] = []
    var body: [UInt8] = []
    var ends: [Int] = []
    var fault: HTTPFault?
    var rest: [UInt8] = []

    static func request(_ pieces: [ArraySlice<UInt8>]) -> Reading {
        var parser = HTTPRequestParser()
        var reading = Reading()
        do throws(HTTPFault) {
            for piece in pieces {
                piece.withUnsafeBytes { parser.append($0) }
                while let event = try parser.next() {
                    switch event {
                    case .head(let head): reading.heads.append(head)
                    case .body(let bytes): reading.body += bytes
                    case .end: reading.ends.append(reading.body.count)
                    }
                }
                promise(parser.bufferedBytes <= 32_768, "a head at most is held")
            }
        } catch {
            reading.fault = error
        }
        promise(reading.heads.count - reading.ends.count <= 1, "a request ends before the next")
        return reading
    }

    static func response(_ pieces: [ArraySlice<UInt8>], _ method: String) -> Reading {
        var parser = HTTPResponseParser(method: method)
        var reading = Reading()
        do throws(HTTPFault) {
            for piece in pieces {
                piece.withUnsafeBytes { parser.append($0) }
                while let event = try parser.next() { reading.add(event) }
            }
            try parser.ended()
            while let event = try parser.next() { reading.add(event) }
            promise(reading.ends.count == 1, "what is not refused is whole")
            reading.rest = parser.takeRest()
        } catch {
            reading.fault = error
        }
        return reading
    }

    mutating func add(_ event: HTTPResponseEvent) {
        switch event {
        case .head(let head): answers.append(head)
        case .body(let bytes): body += bytes
        case .end: ends.append(body.count)
        }
    }
}

/// The head as a writer spells it, read again.
private func check(_ head: HTTPRequestHead) {
    promise(!head.path.contains("\0") && head.path.first == "/" || head.path == "*", "a path")
    let segments = PercentCoding.decode(head.path)?.split(separator: "/")
    promise(segments?.contains("..") != true, "no way up")
    guard head.path != "*", let host = head.headers["Host"], var url = try? WebURL("http://" + host)
    else { return }
    url.path = head.path
    url.query = head.query
    let request = HTTPRequest(head.method, url, headers: head.headers)
    let bytes = HTTPWriter.requestHead(request, bodyBytes: head.bodyBytes ?? 0)
    let again = Reading.request([bytes[...]])
    promise(again.fault == nil && again.heads.count == 1, "what is written is read")
    // Brackets are taken as they come, and written encoded.
    promise(again.heads.first?.path == PercentCoding.repaired(head.path, .path), "a path")
    let query = head.query.map { PercentCoding.repaired($0, .query) }
    promise(again.heads.first?.query == query, "a query")
    promise(again.heads.first?.method == head.method, "a method comes back")
}

/// One run of libFuzzer: the first byte says where the input is cut.
func fuzzHttp(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    let bytes = input(start, count)
    guard let first = bytes.first else { return 0 }
    let message = bytes.dropFirst()
    let cut = message.startIndex + min(message.count, Int(first))
    let pieces = [message[..<cut], message[cut...]]
    let single = message.indices.map { message[$0...$0] }
    let request = Reading.request([message])
    promise(Reading.request(pieces) == request, "a cut changes nothing")
    promise(Reading.request(single) == request, "bytes one by one are the same")
    for head in request.heads { check(head) }
    let method = first & 1 == 0 ? "GET" : "HEAD"
    let response = Reading.response([message], method)
    promise(Reading.response(pieces, method) == response, "a cut changes nothing")
    promise(Reading.response(single, method) == response, "bytes one by one are the same")
    return 0
}
