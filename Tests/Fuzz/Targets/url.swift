// URLs, addresses, queries: one spelling each, and none of them ends a line.

import Bytes

@testable import Network

/// One run of libFuzzer.
func fuzzUrl(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    guard let text = String(validating: input(start, count), as: UTF8.self) else { return 0 }
    if let url = try? WebURL(text) {
        promise((try? WebURL(url.description)) == url, "a URL comes back from its text")
        promise(!url.description.utf8.contains { $0 < 0x20 || $0 == 0x7f }, "a URL has one line")
        promise(url.socket != nil || HostName.isAuthority(url.authority), "an authority is one")
        promise(url.path.first == "/", "a path begins with a slash")
        let line = HTTPWriter.requestLine("GET", url)
        promise(line.count { $0 == 0x0a } == 2, "a request's beginning has two lines")
        let below = url.appending(path: text, query: text)
        promise(
            HTTPWriter.requestLine("GET", below).count { $0 == 0x0a } == 2,
            "no path and no query adds a line")
        let isNumber = url.host.utf8.allSatisfy { ($0 >= 0x30 && $0 <= 0x39) || $0 == 0x2e }
        promise(
            !isNumber || url.socket != nil || IPAddress(url.host)?.description == url.host,
            "a number is an address in its one spelling")
    }
    if let address = IPAddress(text) {
        promise(IPAddress(address.description) == address, "an address comes back")
        promise(IPAddress(bytes: address.bytes) == address, "an address comes back from its bytes")
        promise(!(address.isPublic && address.isLoopback), "the loopback is nobody's")
        promise(address.bytes.count == 16 || address.description == text, "IPv4 has one spelling")
    }
    if let decoded = PercentCoding.decode(text) {
        promise(PercentCoding.decode(PercentCoding.encode(decoded)) == decoded, "text comes back")
    }
    if let items = QueryItems(query: text) {
        promise(QueryItems(query: items.encoded) == items, "items come back")
    }
    return 0
}
