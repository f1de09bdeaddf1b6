// Times as other programs write them.

extension Timestamp {
    /// A time of RFC 3339: what is below a millisecond is cut off. Nil for anything else.
    public init?(internet text: String) {
        let bytes = Array(text.utf8)
        guard bytes.count >= 20, bytes.count <= 40 else { return nil }
        var fraction: [UInt8] = []
        var at = 19
        if bytes[at] == UInt8(ascii: ".") {
            at += 1
            while at < bytes.count, (0x30...0x39).contains(bytes[at]) {
                fraction.append(bytes[at])
                at += 1
            }
            guard !fraction.isEmpty else { return nil }
        }
        let digits = (fraction + [0x30, 0x30, 0x30]).prefix(3)
        guard let time = Timestamp(Array(bytes[..<19]) + [0x2e] + digits + [0x5a]) else {
            return nil
        }
        switch String(decoding: bytes[at...], as: UTF8.self) {
        case "Z", "z": self = time
        case let offset:
            guard let minutes = Self.offset(offset),
                let shifted = Timestamp(
                    milliseconds: time.milliseconds - Int64(minutes) * 60_000)
            else { return nil }
            self = shifted
        }
    }

    /// `+02:00` in minutes.
    private static func offset(_ text: String) -> Int? {
        let parts = text.dropFirst().split(separator: ":", omittingEmptySubsequences: false)
        guard parts.count == 2, parts.allSatisfy({ $0.utf8.count == 2 }),
            let hours = Int(parts[0]), let minutes = Int(parts[1]), (0...23).contains(hours),
            (0...59).contains(minutes)
        else { return nil }
        switch text.first {
        case "+": return hours * 60 + minutes
        case "-": return -(hours * 60 + minutes)
        default: return nil
        }
    }
}
