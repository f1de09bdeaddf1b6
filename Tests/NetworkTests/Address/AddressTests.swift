// Addresses and URLs, as data.

import Testing

@testable import Network

/// Tests/Vectors/addresses.json.
private struct AddressVectors: Decodable {
    /// Text, description, network, whether it is public, whether it is the loopback.
    struct Address: Decodable {
        let text, description, network: String
        let isPublic, isLoopback: Bool

        init(from decoder: any Decoder) throws {
            var parts = try decoder.unkeyedContainer()
            text = try parts.decode(String.self)
            description = try parts.decode(String.self)
            network = try parts.decode(String.self)
            isPublic = try parts.decode(Bool.self)
            isLoopback = try parts.decode(Bool.self)
        }
    }
    struct URL: Decodable {
        let text, scheme, host: String
        let port: Int
        let path: String
        let query, socket: String?
        let description: String
    }
    let addresses: [Address]
    let noAddresses: [String]
    let urls: [URL]
    let noURLs: [[String]]

    enum CodingKeys: String, CodingKey {
        case addresses, urls
        case noAddresses = "no-addresses"
        case noURLs = "no-urls"
    }

    static let all = Result { try Codec.vectors("addresses.json") as AddressVectors }
}

@Suite struct IPAddressTests {
    @Test func `addresses are read, written and judged`() throws {
        let vectors = try AddressVectors.all.get().addresses
        #expect(vectors.count > 100)
        for vector in vectors {
            let address = try #require(IPAddress(vector.text), "\(vector.text)")
            #expect(address.description == vector.description)
            #expect(IPAddress(address.description) == address)
            #expect(IPAddress(bytes: address.bytes) == address)
            #expect(address.network == vector.network, "\(vector.text)")
            #expect(address.isPublic == vector.isPublic, "\(vector.text)")
            #expect(address.isLoopback == vector.isLoopback, "\(vector.text)")
        }
    }

    @Test func `odd spellings are no addresses`() throws {
        for text in try AddressVectors.all.get().noAddresses {
            #expect(IPAddress(text) == nil, "\(text)")
        }
        for count in 0..<20 where count != 4 && count != 16 {
            #expect(IPAddress(bytes: [UInt8](repeating: 1, count: count)) == nil)
        }
    }

    @Test func `what is written is read, whatever zeros it has`() {
        var random = CodecRandom()
        // Each pattern of groups that are zero.
        for pattern in 0..<256 {
            var bytes = (0..<16).map { _ in UInt8(1 + random.below(255)) }
            for group in 0..<8 where pattern >> group & 1 == 1 {
                bytes[2 * group] = 0
                bytes[2 * group + 1] = 0
            }
            let address = IPAddress(bytes: bytes)
            #expect(address.flatMap { IPAddress($0.description) } == address, random.comment)
        }
        for _ in 0..<1_000 {
            let address = IPAddress(bytes: random.bytes(random.chance(2) ? 4 : 16))
            #expect(address.flatMap { IPAddress($0.description) } == address, random.comment)
        }
    }

    @Test func `an address inside another is as public as it is`() throws {
        var random = CodecRandom()
        for round in 0..<2_000 {
            var four = random.bytes(4)
            if round % 2 == 0 { four[0] = [10, 127, 172, 192, 169, 100, 198, 203][round / 2 % 8] }
            if round % 4 == 0 { four[1] = [168, 16, 254, 64, 18, 0, 51][round / 4 % 7] }
            let inner = try #require(IPAddress(bytes: four))
            let zeros = [UInt8](repeating: 0, count: 10)
            let other: [UInt8] = [8, 8, 8, 8]
            let turned = other.map { ~$0 }
            for bytes in [
                zeros + [0xff, 0xff] + four, [0, 0x64, 0xff, 0x9b] + zeros[..<8] + four,
                [0x20, 0x02] + four + zeros, [0x20, 0x01, 0, 0] + four + [0, 0, 0, 0] + turned,
                [0x20, 0x01, 0, 0] + other + [0, 0, 0, 0] + four.map { ~$0 },
            ] {
                let address = try #require(IPAddress(bytes: bytes))
                #expect(address.isPublic == inner.isPublic, "\(random.comment): \(address)")
            }
        }
    }
}

@Suite struct WebURLTests {
    @Test func `URLs are read and written`() throws {
        for vector in try AddressVectors.all.get().urls {
            let url = try WebURL(vector.text)
            #expect(url.scheme == vector.scheme && url.host == vector.host, "\(vector.text)")
            #expect(url.port == vector.port && url.path == vector.path, "\(vector.text)")
            #expect(url.query == vector.query && url.socket == vector.socket, "\(vector.text)")
            #expect(url.description == vector.description)
            #expect(try WebURL(url.description) == url)
        }
    }

    @Test func `what is no URL of ours is refused, and the reason says why`() throws {
        let vectors = try AddressVectors.all.get().noURLs
        #expect(vectors.count > 100)
        for vector in vectors {
            do throws(NetworkError) {
                let url = try WebURL(vector[0])
                Issue.record("\(vector[0]) is read as \(url)")
            } catch {
                guard case .invalidURL(_, let reason) = error else {
                    Issue.record("\(vector[0]): \(error)")
                    continue
                }
                #expect(reason.contains(vector[1]), "\(vector[0])")
            }
        }
    }

    @Test func `a path is put behind another`() throws {
        let base = try WebURL("https://a.example/b?c")
        #expect(base.appending(path: "d").description == "https://a.example/b/d")
        #expect(base.appending(path: "/d/", query: "e=f").path == "/b/d/")
        #expect(base.appending(path: "d", query: "e=f").query == "e=f")
        let root = try WebURL("https://a.example")
        #expect(root.appending(path: "/d%20e").description == "https://a.example/d%20e")
        let odd = root.appending(path: "d e?f#g\r\n", query: "h i#")
        #expect(odd.description == "https://a.example/d%20e%3Ff%23g%0D%0A?h%20i%23")
        #expect(try WebURL(odd.description) == odd)
        let local = try WebURL("unix:/run/w").appending(path: "/v1/state")
        #expect(local.socket == "/run/w" && local.path == "/v1/state")
    }

    @Test func `a Host is what may stand there`() {
        for text in ["a", "a:1", "[::1]", "[::1]:65535", "127.0.0.1:80", "A.B"] {
            #expect(HostName.isAuthority(text))
        }
        for text in ["", ":1", "a:", "[a]", "::1", "[::1", "a@b", "127.1", "a b", "a/", "ü"] {
            #expect(!HostName.isAuthority(text))
        }
    }
}

@Suite struct PercentCodingTests {
    @Test func `every byte has its encoding`() {
        let kept = Set(
            "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-._~".utf8)
        for byte in UInt8(0)..<128 {
            let text = String(Unicode.Scalar(byte))
            let digits = String(byte, radix: 16, uppercase: true)
            let encoded = "%" + (byte < 16 ? "0" : "") + digits
            #expect(PercentCoding.encode(text) == (kept.contains(byte) ? text : encoded))
            #expect(PercentCoding.decode(encoded) == text)
            #expect(PercentCoding.decode(encoded.lowercased()) == text)
        }
        #expect(PercentCoding.encode("ü€😀") == "%C3%BC%E2%82%AC%F0%9F%98%80")
    }

    @Test func `what is encoded comes back`() {
        var random = CodecRandom()
        for _ in 0..<500 {
            let text = random.text("ab%+&=?#/ \n\0ü€😀", 30)
            #expect(PercentCoding.decode(PercentCoding.encode(text)) == text, random.comment)
        }
        #expect(PercentCoding.decode("") == "")
        #expect(PercentCoding.decode("a+b") == "a+b")
    }

    @Test func `half digits and other bytes are refused`() {
        for text in ["%", "a%", "%4", "%zz", "%4z", "%%41", "%C3", "%FF", "%C0%80", "%ED%A0%80"] {
            #expect(PercentCoding.decode(text) == nil, "\(text)")
        }
    }
}

@Suite struct QueryItemsTests {
    @Test func `names and values are decoded`() throws {
        let items = try #require(
            QueryItems(query: "a=b&c&d=&a=e%3Df+g%2B%26&h==i&%C3%BC=%F0%9F%98%80"))
        #expect(
            items.items == [
                .init("a", "b"), .init("c", ""), .init("d", ""), .init("a", "e=f g+&"),
                .init("h", "=i"), .init("ü", "😀"),
            ])
        #expect(items["a"] == "b" && items["x"] == nil)
        #expect(items.values("a") == ["b", "e=f g+&"])
        #expect(QueryItems(query: nil)?.items == [])
        #expect(QueryItems(query: "")?.items == [])
    }

    @Test func `what is malformed is refused`() {
        for query in [
            "&", "a&&b", "a&", "&a", "=b", "a=%", "a=%4", "%zz=b", "a=%FF", "a=%00", "%00",
        ] {
            #expect(QueryItems(query: query) == nil, "\(query)")
        }
        let hundred = (0..<100).map { "a\($0)=b" }.joined(separator: "&")
        #expect(QueryItems(query: hundred)?.items.count == 100)
        #expect(QueryItems(query: hundred + "&c") == nil)
    }

    @Test func `what is encoded comes back`() {
        var random = CodecRandom()
        for _ in 0..<300 {
            let items = QueryItems(
                (0..<random.below(5)).map { _ in
                    .init(random.text("ab%+&=?# \nü😀", 9), random.text("ab%+&=?# \nü😀", 9))
                })
            #expect(QueryItems(query: items.encoded) == items, random.comment)
        }
    }
}
