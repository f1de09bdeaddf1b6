// Names of hosts.

/// What may stand for a host in a URL and in `Host`.
enum HostName {
    /// What is wrong with a host, in lower case or not; nil where nothing is. An address of IPv6
    /// stands in brackets elsewhere and is no name.
    static func fault(_ host: String) -> String? {
        let bytes = Array(host.utf8)
        if bytes.contains(where: { $0 >= 0x80 }) {
            return "a host's name beyond ASCII is written in its 'xn--' form"
        }
        guard !bytes.isEmpty else { return "the host is missing" }
        guard bytes.count <= CodecLimits.hostBytes else {
            return "the host exceeds \(CodecLimits.hostBytes) bytes"
        }
        var start = 0
        while true {
            let end = bytes[start...].firstIndex(of: UInt8(ascii: ".")) ?? bytes.count
            let label = bytes[start..<end]
            guard (1...CodecLimits.labelBytes).contains(label.count) else {
                return "a label of the host is empty or exceeds \(CodecLimits.labelBytes) bytes"
            }
            guard label.allSatisfy(ASCIISet.host.contains), label.first != UInt8(ascii: "-"),
                label.last != UInt8(ascii: "-")
            else { return "the host has a character that no name has" }
            if end == bytes.count {
                // Resolvers read short, octal and hexadecimal numbers as addresses: nobody else
                // does.
                return isNumber(label) && IPAddress(host) == nil
                    ? "the host is neither a name nor four decimal numbers" : nil
            }
            start = end + 1
        }
    }

    /// Whether a resolver takes a label for a number.
    private static func isNumber(_ label: ArraySlice<UInt8>) -> Bool {
        let isHexadecimal =
            label.first == 0x30 && label.dropFirst().first?.lowered == UInt8(ascii: "x")
        return isHexadecimal
            ? label.dropFirst(2).allSatisfy { $0.hexadecimalValue != nil }
            : label.allSatisfy { $0.decimalValue != nil }
    }

    /// Cuts `host`, `host:port`, `[address]`, `[address]:port`.
    /// - Returns: The host without brackets, and the port, nil where there is none; nil where the
    ///   text is none of these.
    static func split(_ authority: String) -> (host: String, isBracketed: Bool, port: Int?)? {
        let bytes = authority.utf8
        let isBracketed = bytes.first == UInt8(ascii: "[")
        guard
            let end = isBracketed
                ? bytes.firstIndex(of: UInt8(ascii: "]"))
                : bytes.firstIndex(of: .colon) ?? bytes.endIndex
        else { return nil }
        let host = String(Substring(isBracketed ? bytes[..<end].dropFirst() : bytes[..<end]))
        let rest = isBracketed ? bytes[end...].dropFirst() : bytes[end...]
        guard let colon = rest.first else { return (host, isBracketed, nil) }
        let digits = rest.dropFirst()
        guard colon == .colon, (1...5).contains(digits.count), digits.first != 0x30 else {
            return nil
        }
        var port = 0
        for digit in digits {
            guard let digit = digit.decimalValue else { return nil }
            port = port * 10 + digit
        }
        guard port <= 65_535 else { return nil }
        return (host, isBracketed, port)
    }

    /// Whether a text may stand in `Host`.
    static func isAuthority(_ text: String) -> Bool {
        guard let (host, isBracketed, _) = split(text) else { return false }
        return isBracketed ? IPAddress(host)?.bytes.count == 16 : fault(host) == nil
    }
}
