// Reads a trust policy line by line.

import Bytes

/// The lines of a policy file so far.
struct TrustPolicyReader {
    private(set) var logs: [TrustPolicy.Log] = []
    private(set) var witnesses: [TrustPolicy.Witness] = []
    private(set) var groups: [TrustPolicy.Group] = []
    private(set) var quorum: TrustPolicy.Word?

    private var quorumLine: Int?
    /// Where witnesses and groups, which share their names, are defined.
    private var defined: [TrustPolicy.Word: Int] = [:]
    /// In which line a name is a member of a group.
    private var grouped: [TrustPolicy.Word: Int] = [:]
    private var keys: [(key: VerifierKey, line: Int)] = []
    private var line = 0

    private static let none = TrustPolicy.Word(Array("none".utf8)[...])

    /// - Throws: `tooLong`, `policy`.
    mutating func read(_ bytes: [UInt8]) throws(NoteError) {
        guard bytes.count <= Limits.policyBytes else {
            throw .tooLong(
                what: "the policy", bytes: bytes.count, limit: Limits.policyBytes)
        }
        var lines = NoteLines(bytes[...])
        do throws(PolicyFlaw) {
            line = 1
            while let text = lines.next() {
                try read(text)
                line = lines.number + 1
            }
            guard lines.rest.isEmpty else { throw .unterminated }
            guard quorumLine != nil else { throw .missingQuorum }
        } catch {
            throw .policy(line: line, error)
        }
    }

    private mutating func read(_ text: ArraySlice<UInt8>) throws(PolicyFlaw) {
        if let octet = text.first(where: { $0 < 0x20 && $0 != 0x09 || $0 == 0x7f }) {
            throw .forbiddenOctet(octet)
        }
        let fields = text.split { $0 == 0x20 || $0 == 0x09 }
        guard let keyword = fields.first, keyword.first != UInt8(ascii: "#") else { return }
        switch String(decoding: keyword, as: UTF8.self) {
        case "log": try readLog(fields)
        case "witness": try readWitness(fields)
        case "group": try readGroup(fields)
        case "quorum": try readQuorum(fields)
        case let word: throw .unknownKeyword(word)
        }
    }

    private mutating func readLog(_ fields: [ArraySlice<UInt8>]) throws(PolicyFlaw) {
        try require(fields, 2...3, "log <vkey> [<url>]")
        try requirePlace("log", logs.count)
        let key = try key(fields[1], .ed25519)
        logs.append(.init(key: key, url: fields.count > 2 ? .init(fields[2]) : nil))
    }

    private mutating func readWitness(_ fields: [ArraySlice<UInt8>]) throws(PolicyFlaw) {
        try require(fields, 3...4, "witness <name> <vkey> [<url>]")
        try requirePlace("witness", witnesses.count)
        let name = try define(fields[1])
        let key = try key(fields[2], .cosignature)
        witnesses.append(
            .init(name: name, key: key, url: fields.count > 3 ? .init(fields[3]) : nil))
    }

    private mutating func readGroup(_ fields: [ArraySlice<UInt8>]) throws(PolicyFlaw) {
        try require(fields, 4...Int.max, "group <name> all|any|<k> <name>...")
        try requirePlace("group", groups.count)
        let words = fields[3...].map { TrustPolicy.Word($0) }
        let threshold = try threshold(fields[2], of: words.count)
        for member in words {
            // Before the group has its own name, so that it cannot be its own member.
            try requireDefined(member)
            if let other = grouped.updateValue(line, forKey: member) {
                throw .memberTwice(member.description, line: other)
            }
        }
        let name = try define(fields[1])
        groups.append(.init(name: name, threshold: threshold, members: words))
    }

    private mutating func readQuorum(_ fields: [ArraySlice<UInt8>]) throws(PolicyFlaw) {
        try require(fields, 2...2, "quorum <name>")
        if let quorumLine { throw .secondQuorum(line: quorumLine) }
        let name = TrustPolicy.Word(fields[1])
        if name != Self.none {
            try requireDefined(name)
            quorum = name
        }
        quorumLine = line
    }

    private func require(
        _ fields: [ArraySlice<UInt8>], _ count: ClosedRange<Int>, _ form: String
    ) throws(PolicyFlaw) {
        guard count.contains(fields.count) else {
            throw .wrongFields(form: form, got: fields.count)
        }
    }

    private func requirePlace(_ keyword: String, _ count: Int) throws(PolicyFlaw) {
        guard count < Limits.policyEntries else {
            throw .tooMany(keyword: keyword, limit: Limits.policyEntries)
        }
    }

    private func requireDefined(_ name: TrustPolicy.Word) throws(PolicyFlaw) {
        guard name != Self.none else { throw .reservedName }
        guard defined[name] != nil else { throw .undefinedName(name.description) }
    }

    private mutating func define(_ octets: ArraySlice<UInt8>) throws(PolicyFlaw) -> TrustPolicy.Word
    {
        let name = TrustPolicy.Word(octets)
        guard name != Self.none else { throw .reservedName }
        if let other = defined.updateValue(line, forKey: name) {
            throw .nameTaken(name.description, line: other)
        }
        return name
    }

    /// A key of the type that its line needs, that no line of this kind has yet.
    private mutating func key(
        _ text: ArraySlice<UInt8>, _ kind: VerifierKey.Kind
    ) throws(PolicyFlaw) -> VerifierKey {
        let key: VerifierKey
        do {
            key = try VerifierKey(text)
            try key.require(kind)
        } catch {
            throw .key(error)
        }
        for (other, line) in keys {
            if other.kind == kind && other.publicKey == key.publicKey {
                throw .duplicateKey(line: line)
            }
            if other.name == key.name && other.keyID == key.keyID {
                throw .ambiguousKey(line: line)
            }
        }
        keys.append((key, line))
        return key
    }

    private func threshold(
        _ text: ArraySlice<UInt8>, of members: Int
    ) throws(PolicyFlaw) -> Int {
        switch String(decoding: text, as: UTF8.self) {
        case "all": return members
        case "any": return 1
        case let word:
            guard let number = NoteText.decimal(text, limit: members), number > 0 else {
                throw .threshold(word, members: members)
            }
            return number
        }
    }
}
