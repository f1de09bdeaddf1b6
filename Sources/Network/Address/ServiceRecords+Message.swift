// Reading a resolver's answer (RFC 1035 §4): bytes of strangers.

extension ServiceRecords {
    // limit: records of one answer
    static let recordsLimit = 16
    // limit: records that are looked at, of whatever kind
    static let entriesLimit = 128
    // limit: jumps within one name
    private static let jumpsLimit = 32
    // limit: bytes of a name (RFC 1035 §2.3.4)
    private static let nameLimit = 255

    private static let service = 33
    private static let alias = 5
    private static let internet = 1

    /// Reads the answer to a question for the SRV records of `name`. Records of other names, kinds
    /// and classes say nothing here, but for aliases, which are followed within the answer.
    /// - Returns: nil for what is no such answer: cut short, with false lengths, with names that
    ///   lead in circles, or to another question.
    public init?(message: [UInt8], name: String) {
        guard message.count >= 12, message.count <= 65_535, message[2] & 0x80 != 0,
            message[2] & 0x02 == 0
        else { return nil }
        var reader = Reader(bytes: message, at: 12)
        let (questions, answers) = (reader.number(at: 4), reader.number(at: 6))
        guard questions == 1, answers <= Self.entriesLimit, let asked = reader.name(),
            asked == name.lowercased(), reader.number() == Self.service,
            reader.number() == Self.internet
        else { return nil }
        var owner = asked
        var found: [ServiceRecord] = []
        for _ in 0..<answers {
            guard let entry = reader.entry() else { return nil }
            guard entry.owner == owner, entry.space == Self.internet else { continue }
            var inner = Reader(bytes: message, at: entry.start)
            switch entry.kind {
            case Self.alias:
                guard let next = inner.name(), inner.at == entry.end else { return nil }
                owner = next
            case Self.service:
                guard let priority = inner.number(), let weight = inner.number(),
                    let port = inner.number(), let target = inner.name(), inner.at == entry.end
                else { return nil }
                guard target.isEmpty || HostName.fault(target) == nil else { continue }
                guard found.count < Self.recordsLimit else { continue }
                found.append(
                    ServiceRecord(
                        priority: UInt16(priority), weight: UInt16(weight), port: UInt16(port),
                        target: target))
            default: continue
            }
        }
        self.init(found, isAuthenticated: message[3] & 0x20 != 0)
    }

    private struct Entry {
        let owner: String
        let kind: Int
        let space: Int
        let start: Int
        let end: Int
    }

    private struct Reader {
        let bytes: [UInt8]
        var at: Int

        func number(at place: Int) -> Int { Int(bytes[place]) << 8 | Int(bytes[place + 1]) }

        mutating func number() -> Int? {
            guard at + 2 <= bytes.count else { return nil }
            defer { at += 2 }
            return number(at: at)
        }

        mutating func entry() -> Entry? {
            guard let owner = name(), let kind = number(), let space = number(),
                number() != nil, number() != nil, let length = number(),
                at + length <= bytes.count
            else { return nil }
            defer { at += length }
            return Entry(owner: owner, kind: kind, space: space, start: at, end: at + length)
        }

        /// A name in lower case, without a dot at its end. Pointers lead backwards alone, so that
        /// none leads in a circle.
        mutating func name() -> String? {
            var (labels, place, jumps, count): ([String], Int, Int, Int) = ([], at, 0, 0)
            var end: Int?
            while true {
                guard place < bytes.count else { return nil }
                let length = Int(bytes[place])
                if length >= 0xc0 {
                    guard place + 1 < bytes.count, jumps < ServiceRecords.jumpsLimit else {
                        return nil
                    }
                    let target = number(at: place) & 0x3fff
                    guard target < place else { return nil }
                    if end == nil { end = place + 2 }
                    (place, jumps) = (target, jumps + 1)
                    continue
                }
                guard length < 64, place + 1 + length <= bytes.count else { return nil }
                if length == 0 { break }
                count += length + 1
                guard count < ServiceRecords.nameLimit else { return nil }
                let label = bytes[place + 1..<place + 1 + length]
                // A dot or a zero within a label would read as another name.
                guard label.allSatisfy({ (0x21...0x7e).contains($0) && $0 != 0x2e }) else {
                    return nil
                }
                labels.append(String(decoding: label.map(\.lowered), as: UTF8.self))
                place += 1 + length
            }
            at = end ?? place + 1
            return labels.joined(separator: ".")
        }
    }
}
