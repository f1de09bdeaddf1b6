// What a processor answers: read in bounds, or refused; whatever is read is as it came.

import Bytes
import Documents
import Network
import Service

/// A transport that answers everything alike.
private struct Parrot: HTTPSender {
    let status: Int
    let body: [UInt8]

    func send(_ request: HTTPRequest) throws(NetworkError) -> HTTPResponse {
        HTTPResponse(status: status, body: body)
    }
}

/// What was answered; errors keep to their bounds.
private func asked<Answer>(_ body: () throws(ClientError) -> Answer) -> Answer? {
    do throws(ClientError) { return try body() } catch {
        if case .stated(let error) = error {
            promise(!error.code.isEmpty && error.code.utf8.count <= 64, "a code is short")
            promise(error.message.utf8.count <= 4_096, "a message is bounded")
            promise(error.details.count <= 32, "details are few")
            promise((try? JSONText(error.json)) != nil, "an error can be written")
        }
        return nil
    }
}

/// One run of libFuzzer.
func fuzzAnswer(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    let bytes = input(start, count)
    guard let url = try? WebURL("https://shop.example") else { return 0 }
    for status in [200, 404, 422] {
        let client = DomainClient(url, over: Parrot(status: status, body: bytes))
        let address = Address(of: [1])
        if let identity = asked({ () throws(ClientError) in try client.identity() }) {
            promise(identity.domain.utf8.count <= Limits.domainBytes, "a domain is short")
            promise(
                identity.certificates.allSatisfy { (try? JSONText($0)) != nil },
                "certificates are JSON")
        }
        let unit = asked { () throws(ClientError) in try client.unit(address) }
        if let definition = unit??.definition {
            promise((try? JSONText(definition)) != nil, "a definition is JSON")
        }
        let page = Page(skip: 0, limit: 3)
        if let units = asked({ () throws(ClientError) in try client.units(page) }) {
            promise(units.count <= page.limit, "no more than was asked for")
        }
        let counters = asked { () throws(ClientError) in
            try client.balances(of: address, symbol: address)
        }
        for counter in counters ?? [] {
            promise(counter.key.address == address, "of whom was asked")
        }
        if let taken = asked({ () throws(ClientError) in try client.submit([]) }) {
            promise(bytes.starts(with: taken.line), "the document as it came")
        }
    }
    return 0
}
