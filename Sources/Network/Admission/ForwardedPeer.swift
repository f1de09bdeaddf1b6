// Who asks, where a proxy stands in between.
import Glibc

extension PeerAddress {
    /// The peer that a proxy on this machine has written into the last entry of
    /// `X-Forwarded-For`; nil where it has written none.
    public init?(forwarded headers: HTTPHeaders) {
        guard let list = headers.values("X-Forwarded-For").last,
            let last = list.split(separator: ",", omittingEmptySubsequences: false).last
        else { return nil }
        let blanks: Set<Character> = [" ", "\t"]
        var text = last.drop { blanks.contains($0) }
        while let end = text.last, blanks.contains(end) { text.removeLast() }
        self.init(ip: String(text))
    }

    /// The peer of an IP address in text; nil for anything else.
    public init?(ip text: String) {
        guard text.utf8.count <= 45 else { return nil }
        var four = in_addr()
        if inet_pton(AF_INET, text, &four) == 1 {
            let isLocal = withUnsafeBytes(of: four) { $0.first == 127 }
            self.init(text: text, network: text, isLocal: isLocal)
            return
        }
        var six = in6_addr()
        guard inet_pton(AF_INET6, text, &six) == 1 else { return nil }
        let bytes = withUnsafeBytes(of: six) { Array($0) }
        // ::ffff:a.b.c.d is the IPv4 address.
        if bytes.prefix(12).elementsEqual([0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff]) {
            self.init(ip: bytes.suffix(4).map(String.init).joined(separator: "."))
            return
        }
        let groups = stride(from: 0, to: 8, by: 2).map {
            String(Int(bytes[$0]) << 8 | Int(bytes[$0 + 1]), radix: 16)
        }
        self.init(
            text: text, network: groups.joined(separator: ":") + "::/64",
            isLocal: bytes.dropLast().allSatisfy { $0 == 0 } && bytes.last == 1)
    }
}
