// Reads a header as its bytes arrive, strictly: a header has one spelling, its MAC depends on it.

/// The state of a header that is being read.
struct AgeHeaderReader {
    /// The stanzas that are complete.
    private(set) var stanzas: [AgeStanza] = []
    /// Everything up to and including `---`.
    private(set) var signed: [UInt8] = []
    /// The MAC; nil until the header is complete.
    private(set) var mac: [UInt8]?

    /// The line that is being read, the first is 1.
    private(set) var number = 1
    private var line: [UInt8] = []
    private var count = 0
    /// The arguments of the stanza whose body is being read.
    private var arguments: [ArraySlice<UInt8>]?
    private var argumentsLine = 0
    private var body: [UInt8] = []

    private static let lineFeed = UInt8(ascii: "\n")

    /// Takes in the next bytes up to the end of the header; how many these were. There are fewer
    /// than given only where the header is complete.
    mutating func take(_ bytes: UnsafeRawBufferPointer) throws(AgeError) -> Int {
        var taken = 0
        while mac == nil, taken < bytes.count {
            let end = bytes[taken...].firstIndex(of: Self.lineFeed)
            let piece = bytes[taken..<(end ?? bytes.count)]
            count += piece.count + (end == nil ? 0 : 1)
            guard count <= AgeLimits.headerBytes else {
                throw .limitExceeded(
                    what: "header bytes", got: count, limit: AgeLimits.headerBytes)
            }
            line.append(contentsOf: piece)
            taken += piece.count
            guard end != nil else { break }
            taken += 1
            try takeLine()
            line.removeAll(keepingCapacity: true)
            number += 1
        }
        return taken
    }

    private mutating func takeLine() throws(AgeError) {
        if number == 1 {
            try takeVersion()
        } else if arguments != nil {
            try takeBody()
        } else if line.starts(with: "---".utf8) {
            try takeMAC()
            signed += "---".utf8
            return
        } else if line.starts(with: "->".utf8) {
            try takeArguments()
        } else {
            throw .malformedHeader(line: number, .unknownLine)
        }
        signed += line
        signed.append(Self.lineFeed)
    }

    private func takeVersion() throws(AgeError) {
        guard line.starts(with: AgeHeader.versionPrefix.utf8) else { throw .notAge }
        let version = line.dropFirst(AgeHeader.versionPrefix.utf8.count)
        guard !version.elementsEqual(AgeHeader.version.utf8) else { return }
        guard !version.isEmpty, version.count <= AgeStanza.bodyLineBytes,
            version.allSatisfy(Self.isVisible)
        else { throw .notAge }
        throw .unsupportedVersion(String(decoding: version, as: UTF8.self))
    }

    private static func isVisible(_ byte: UInt8) -> Bool { (0x21...0x7e).contains(byte) }

    private mutating func takeArguments() throws(AgeError) {
        let words = line.dropFirst(2).split(
            separator: UInt8(ascii: " "), omittingEmptySubsequences: false)
        // What stands between `->` and the first space is nothing.
        guard words.count > 1, words[0].isEmpty,
            words.dropFirst().allSatisfy({ !$0.isEmpty && $0.allSatisfy(Self.isVisible) })
        else { throw .malformedHeader(line: number, .arguments) }
        guard stanzas.count < AgeLimits.stanzas else {
            throw .limitExceeded(
                what: "stanzas", got: stanzas.count + 1, limit: AgeLimits.stanzas)
        }
        arguments = Array(words.dropFirst())
        argumentsLine = number
        body = []
    }

    private mutating func takeBody() throws(AgeError) {
        guard line.count <= AgeStanza.bodyLineBytes, let bytes = UnpaddedBase64.decode(line[...])
        else { throw .malformedHeader(line: number, .body) }
        body += bytes
        guard line.count < AgeStanza.bodyLineBytes, let arguments else { return }
        do {
            stanzas.append(try AgeStanza(arguments, body: body))
        } catch {
            throw .malformedHeader(line: argumentsLine, error)
        }
        self.arguments = nil
    }

    private mutating func takeMAC() throws(AgeError) {
        guard line.starts(with: "--- ".utf8), let mac = UnpaddedBase64.decode(line[4...]),
            mac.count == AgeHeader.macBytes
        else { throw .malformedHeader(line: number, .mac) }
        guard !stanzas.isEmpty else { throw .malformedHeader(line: number, .noStanzas) }
        let hasPassphrase = stanzas.contains { if case .scrypt = $0 { true } else { false } }
        guard !hasPassphrase || stanzas.count == 1 else {
            throw .malformedHeader(line: number, .passphraseNotAlone)
        }
        self.mac = mac
    }

    /// The file key that one of the identities or passphrases opens, with the MAC checked.
    /// - Throws: `noMatch`, `headerChanged`, `malformedHeader`, `workFactorExceeded`.
    func fileKey(
        _ identities: [AgeIdentity], _ passphrases: [AgePassphrase]
    ) throws(AgeError) -> SecretBytes {
        for stanza in stanzas {
            guard let fileKey = try unwrap(stanza, identities, passphrases) else { continue }
            guard let mac, ConstantTime.equal(mac, AgeHeader.mac(of: signed, fileKey)) else {
                throw .headerChanged
            }
            return fileKey
        }
        throw .noMatch(stanzas: stanzas.map(\.type))
    }

    private func unwrap(
        _ stanza: AgeStanza, _ identities: [AgeIdentity], _ passphrases: [AgePassphrase]
    ) throws(AgeError) -> SecretBytes? {
        switch stanza {
        case .x25519(let share, let body):
            for identity in identities {
                do {
                    if let key = try identity.unwrap(share: share, body: body) { return key }
                } catch {
                    throw .malformedHeader(line: number, error)
                }
            }
        case .scrypt(let salt, let workFactor, let body):
            for passphrase in passphrases {
                let key = try passphrase.unwrap(
                    salt: salt, workFactor: workFactor, body: body)
                if let key { return key }
            }
        case .other: break
        }
        return nil
    }
}

extension AgeStanza {
    /// The stanza of these arguments and this body. One of a type that we know is of its form, or
    /// the whole header is refused.
    init(_ arguments: [ArraySlice<UInt8>], body: [UInt8]) throws(AgeError.HeaderDefect) {
        let type = String(decoding: arguments[0], as: UTF8.self)
        let expected = ["X25519": 2, "scrypt": 3][type]
        guard let expected else {
            self = .other(type: type)
            return
        }
        guard arguments.count == expected else {
            throw .argumentCount(got: arguments.count, expected: expected)
        }
        let bytes = UnpaddedBase64.decode(arguments[1])
        let length = type == "scrypt" ? AgePassphrase.saltBytes : X25519.keyBytes
        guard let bytes, bytes.count == length else { throw .argument(1) }
        guard body.count == Self.bodyBytes else {
            throw .bodyLength(got: body.count, expected: Self.bodyBytes)
        }
        if type == "X25519" {
            self = .x25519(share: bytes, body: body)
        } else {
            guard let workFactor = Self.decimal(arguments[2]) else { throw .argument(2) }
            self = .scrypt(salt: bytes, workFactor: workFactor, body: body)
        }
    }

    /// A number without sign, leading zeros or more than nine digits.
    private static func decimal(_ text: ArraySlice<UInt8>) -> Int? {
        guard text.count <= 9, text.first != UInt8(ascii: "0"),
            text.allSatisfy({ (0x30...0x39).contains($0) })
        else { return nil }
        return Int(String(decoding: text, as: UTF8.self))
    }
}
