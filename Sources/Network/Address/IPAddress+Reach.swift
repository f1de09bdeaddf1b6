// Which addresses belong to the Internet (IANA's registries of special-purpose addresses, RFC 6890).

/// All addresses that begin as one does.
private struct Prefix {
    let bytes: [UInt8]
    let bits: Int

    init(_ bytes: [UInt8], _ bits: Int) {
        self.bytes = bytes
        self.bits = bits
    }

    func holds(_ address: [UInt8]) -> Bool {
        let whole = bits / 8
        guard address[..<whole].elementsEqual(bytes[..<whole]) else { return false }
        let left = bits % 8
        return left == 0 || (address[whole] ^ bytes[whole]) >> UInt8(8 - left) == 0
    }
}

extension IPAddress {
    /// Whether the address is one of the machine's own.
    public var isLoopback: Bool {
        if bytes.count == 4 { return bytes[0] == 127 }
        if let mapped { return mapped.isLoopback }
        return bytes[..<15].allSatisfy { $0 == 0 } && bytes[15] == 1
    }

    /// Whether the address is reachable by anybody: whoever is told an address by a stranger must
    /// not be led to his own network by it. IPv6 addresses that carry an IPv4 address are as
    /// public as that is.
    public var isPublic: Bool {
        if bytes.count == 4 { return !Self.special4.contains { $0.holds(bytes) } }
        if let mapped { return mapped.isPublic }
        if Self.translated.holds(bytes) { return Self.isPublic(bytes[12...]) }
        if Self.sixToFour.holds(bytes) { return Self.isPublic(bytes[2..<6]) }
        if Self.teredo.holds(bytes) {
            // RFC 4380 §4: the server's address, and the client's with all bits turned.
            return Self.isPublic(bytes[4..<8]) && Self.isPublic(bytes[12...].map { ~$0 }[...])
        }
        return Self.unicast.holds(bytes) && !Self.special6.contains { $0.holds(bytes) }
    }

    private static func isPublic(_ bytes: ArraySlice<UInt8>) -> Bool {
        IPAddress(bytes: Array(bytes))?.isPublic ?? false
    }

    private static let special4 = [
        Prefix([0], 8),  // this network (RFC 791)
        Prefix([10], 8),  // private (RFC 1918)
        Prefix([100, 64], 10),  // shared by a carrier (RFC 6598)
        Prefix([127], 8),  // loopback (RFC 1122)
        Prefix([169, 254], 16),  // of the link (RFC 3927)
        Prefix([172, 16], 12),  // private
        Prefix([192, 0, 0], 24),  // of protocols (RFC 6890)
        Prefix([192, 0, 2], 24),  // documentation (RFC 5737)
        Prefix([192, 88, 99], 24),  // relays of 6to4, given up (RFC 7526)
        Prefix([192, 168], 16),  // private
        Prefix([198, 18], 15),  // benchmarks (RFC 2544)
        Prefix([198, 51, 100], 24),  // documentation
        Prefix([203, 0, 113], 24),  // documentation
        Prefix([224], 4),  // multicast (RFC 5771)
        Prefix([240], 4),  // reserved, and the broadcast (RFC 1112, RFC 919)
    ]

    /// All that is given out to be reached (RFC 4291 §2.4): outside of it are the loopback, local
    /// addresses (RFC 4193), those of a link or site, multicast, the one that discards (RFC 6666).
    private static let unicast = Prefix([0x20], 3)
    /// NAT64 (RFC 6052).
    private static let translated = Prefix([0, 0x64, 0xff, 0x9b, 0, 0, 0, 0, 0, 0, 0, 0], 96)
    /// 6to4 (RFC 3056).
    private static let sixToFour = Prefix([0x20, 0x02], 16)
    /// Teredo (RFC 4380).
    private static let teredo = Prefix([0x20, 0x01, 0, 0], 32)

    private static let special6 = [
        Prefix([0x20, 0x01, 0x00], 23),  // of protocols (RFC 2928)
        Prefix([0x20, 0x01, 0x0d, 0xb8], 32),  // documentation (RFC 3849)
        Prefix([0x3f, 0xff, 0x00], 20),  // documentation (RFC 9637)
        Prefix([0x3f, 0xfe], 16),  // the 6bone, given back (RFC 3701)
    ]
}
