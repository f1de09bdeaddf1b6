// The sentences and the codes of refused notes: no capital, no full stop.

import Bytes

extension NoteError: CustomStringConvertible {
    /// A sentence for people.
    public var description: String {
        switch self {
        case .tooLong(let what, let bytes, let limit):
            "\(what) has \(bytes) bytes, at most \(limit) are allowed"
        case .tooMany(let what, let limit): "more than \(limit) \(what)"
        case .notUTF8(let offset): "not UTF-8, at byte \(offset)"
        case .controlCharacter(let byte, let offset):
            "control character 0x\(Hexadecimal.encode([byte])), at byte \(offset)"
        case .unterminated(let what): "\(what) does not end in a newline"
        case .unsigned: "no text, blank line and signatures, as a note has them"
        case .malformedSignature(let line, let flaw): "line \(line): \(flaw.sentence)"
        case .malformedLine(let what, let line, let expected):
            "line \(line) of \(what) is not \(expected)"
        case .invalidKeyName(let name): "'\(name.shown)' cannot be a key's name"
        case .malformedKey(let text): "'\(text.shown)' is no verifier key"
        case .keyIDMismatch(let name, let stated, let derived):
            "the key of '\(name.shown)' has the id \(derived.hexadecimal), not "
                + stated.hexadecimal
        case .policy(let line, let flaw): "line \(line) of the policy: \(flaw)"
        default: sentenceOfVerification
        }
    }

    private var sentenceOfVerification: String {
        switch self {
        case .unsupportedKeyType(let type): "unsupported key type 0x\(Hexadecimal.encode([type]))"
        case .wrongKeyType(let expected, let got):
            "a key of type 0x\(Hexadecimal.encode([got])), 0x\(Hexadecimal.encode([expected])) "
                + "is needed"
        case .wrongLength(let what, let expected, let got):
            "\(what) has \(got) bytes, \(expected) are needed"
        case .outOfRange(let what, let got, let lower, let upper):
            lower > upper
                ? "\(what) is \(got), of an empty tree"
                : "\(what) is \(got), \(lower) to \(upper) are allowed"
        case .ambiguousKey(let name, let keyID):
            "two known keys are '\(name.shown)' with the id \(keyID.hexadecimal)"
        case .signatureFailed(let name, let keyID):
            "the signature of '\(name.shown)' (key id \(keyID.hexadecimal)) is false"
        case .notSigned: "no known key has signed"
        case .invalidCheckpointText(let text): "'\(text.shown)' cannot be a line of a checkpoint"
        case .unknownLog(let origin): "no log '\(origin.shown)' is known"
        case .logSignatureMissing(let origin): "the log '\(origin.shown)' has not signed"
        case .quorumNotMet(let quorum, let witnesses):
            witnesses.isEmpty
                ? "no witness has cosigned, the quorum is '\(quorum.shown)'"
                : "'\(witnesses.map(\.shown).joined(separator: "', '"))' cosigned, "
                    + "which is not the quorum '\(quorum.shown)'"
        default: code
        }
    }

    /// A name that will not change, for programs.
    public var code: String {
        switch self {
        case .tooLong: "too-long"
        case .tooMany: "too-many"
        case .notUTF8: "not-utf8"
        case .controlCharacter: "control-character"
        case .unterminated: "unterminated"
        case .unsigned: "unsigned"
        case .malformedSignature(_, let flaw): "malformed-signature-\(flaw.rawValue)"
        case .malformedLine: "malformed-line"
        case .invalidKeyName: "invalid-key-name"
        case .malformedKey: "malformed-key"
        case .keyIDMismatch: "key-id-mismatch"
        case .unsupportedKeyType: "unsupported-key-type"
        case .wrongKeyType: "wrong-key-type"
        case .wrongLength: "wrong-length"
        case .outOfRange: "out-of-range"
        case .ambiguousKey: "ambiguous-key"
        case .signatureFailed: "signature-failed"
        case .notSigned: "not-signed"
        case .invalidCheckpointText: "invalid-checkpoint-text"
        case .unknownLog: "unknown-log"
        case .logSignatureMissing: "log-signature-missing"
        case .quorumNotMet: "quorum-not-met"
        case .policy(_, let flaw): "policy-\(flaw.code)"
        }
    }
}

extension NoteError.SignatureFlaw {
    fileprivate var sentence: String {
        switch self {
        case .shape: "not a signature: an em dash, a key name and base64 with spaces between"
        case .keyName: "a key name is empty or has a space, a plus or a control character"
        case .base64: "the signature is not base64"
        case .tooShort: "the signature has no byte after the key id"
        }
    }
}

extension PolicyFlaw: CustomStringConvertible {
    /// A sentence for people, without its line's number.
    public var description: String {
        switch self {
        case .forbiddenOctet(let octet): "the octet 0x\(Hexadecimal.encode([octet])) is forbidden"
        case .unterminated: "it does not end in a newline"
        case .unknownKeyword(let word):
            "'\(word.shown)' is none of 'log', 'witness', 'group', 'quorum'"
        case .wrongFields(let form, let got): "'\(form)' is needed, there are \(got) fields"
        case .key(let error): "\(error)"
        case .duplicateKey(let line): "the key stands in line \(line) already"
        case .ambiguousKey(let line): "another key of line \(line) has this name and key id"
        case .nameTaken(let name, let line): "'\(name.shown)' is defined in line \(line) already"
        case .reservedName: "'none' can only be the quorum"
        case .undefinedName(let name): "'\(name.shown)' is not defined above"
        case .memberTwice(let name, let line):
            "'\(name.shown)' is a member of the group of line \(line) already"
        case .threshold(let text, let members):
            "'\(text.shown)' is none of 'all', 'any' and the numbers from 1 to \(members)"
        case .secondQuorum(let line): "the quorum stands in line \(line) already"
        case .missingQuorum: "the file ends without a quorum"
        case .tooMany(let keyword, let limit): "more than \(limit) lines '\(keyword)'"
        }
    }

    /// A name that will not change, for programs.
    public var code: String {
        switch self {
        case .forbiddenOctet: "forbidden-octet"
        case .unterminated: "unterminated"
        case .unknownKeyword: "unknown-keyword"
        case .wrongFields: "wrong-fields"
        case .key(let error): error.code
        case .duplicateKey: "duplicate-key"
        case .ambiguousKey: "ambiguous-key"
        case .nameTaken: "name-taken"
        case .reservedName: "reserved-name"
        case .undefinedName: "undefined-name"
        case .memberTwice: "member-twice"
        case .threshold: "threshold"
        case .secondQuorum: "second-quorum"
        case .missingQuorum: "missing-quorum"
        case .tooMany: "too-many"
        }
    }
}

extension UInt32 {
    /// Eight lower-case digits: how a key id is written.
    var hexadecimal: String { Hexadecimal.encode(bigEndianBytes) }
}

extension String {
    /// The beginning of a word that came from outside, on one line: a sentence stays a sentence.
    fileprivate var shown: String {
        let limit = 100
        var text = ""
        for scalar in unicodeScalars.prefix(limit) {
            text.unicodeScalars.append(scalar.properties.generalCategory == .control ? "�" : scalar)
        }
        return unicodeScalars.count <= limit ? text : text + "…"
    }
}
