// Why an age file or key was refused: what and where, never a secret.

/// Why an age file, recipient, identity or passphrase was refused.
public enum AgeError: Error, Equatable, Sendable {
    /// The text is not `age1…`; recipients are public.
    case invalidRecipient(String, KeyTextDefect)
    /// The text is not `AGE-SECRET-KEY-1…`.
    case invalidIdentity(KeyTextDefect)
    /// A line of a key file (the first is 1) is neither an identity nor a comment.
    case invalidKeyFileLine(Int, KeyTextDefect)
    /// A file is written for one recipient at least.
    case noRecipients
    /// There are `got` of `what` where at most `limit` are taken.
    case limitExceeded(what: String, got: Int, limit: Int)
    /// A passphrase has 1 to `AgeLimits.passphraseBytes` bytes.
    case invalidPassphrase(bytes: Int)
    /// The work factor of a passphrase that is written with is from 1 to `limit`.
    case invalidWorkFactor(got: Int, limit: Int)

    /// The first byte is that of no age file, binary or armored.
    case notAge
    /// A later version of the format.
    case unsupportedVersion(String)
    /// The line of the header (the first is 1) breaks its grammar.
    case malformedHeader(line: Int, HeaderDefect)
    /// The file asks for more of scrypt than `limit`, both binary logarithms.
    case workFactorExceeded(got: Int, limit: Int)
    /// No stanza opens with what was given; `stanzas` names their types in order.
    case noMatch(stanzas: [String])
    /// A stanza opened, but the header is not the one that its writer made.
    case headerChanged
    /// The line of the armor (the first is 1, that of BEGIN) breaks its grammar.
    case malformedArmor(line: Int, ArmorDefect)
    /// The chunk of the payload (the first is 0) is not what was written.
    case malformedPayload(chunk: Int, PayloadDefect)

    /// What lies below has failed.
    case cryptography(CryptographyError)

    /// What is wrong with the text of a key (Bech32, BIP173).
    public enum KeyTextDefect: Error, Equatable, Sendable {
        /// Longer than `AgeLimits.keyTextBytes`.
        case tooLong(bytes: Int)
        /// A character, the first is at 0, that is not of the alphabet.
        case invalidCharacter(at: Int)
        /// Upper case and lower case together.
        case mixedCase
        /// There is no `1` with six characters at least behind it.
        case noSeparator
        /// The checksum is wrong: something is mistyped.
        case checksum
        /// A key of another kind: what stands before the `1` is not `expected`.
        case wrongPrefix(expected: String)
        /// The data has another length, or bits left over that are not zero.
        case wrongLength
        /// A point of small order: whatever is encrypted to it, anybody can read.
        case smallOrder
    }

    /// What is wrong with a line of a header.
    public enum HeaderDefect: Error, Equatable, Sendable {
        /// The file ends before the header or the payload's nonce does.
        case truncated
        /// It is no stanza and no MAC.
        case unknownLine
        /// A stanza's arguments are not words of visible ASCII with one space between.
        case arguments
        /// A stanza of a known type has `got` arguments.
        case argumentCount(got: Int, expected: Int)
        /// A stanza of a known type has an argument (the first is 0) that is not of its form.
        case argument(Int)
        /// A body's line is longer than 64 characters, or not canonical base64 without padding.
        case body
        /// A body of a known type has `got` bytes.
        case bodyLength(got: Int, expected: Int)
        /// There is no stanza.
        case noStanzas
        /// A passphrase's stanza does not stand alone.
        case passphraseNotAlone
        /// The share is a point of small order.
        case smallOrder
        /// The MAC is not 43 characters of canonical base64 behind one space.
        case mac
    }

    /// What is wrong with a line of armor.
    public enum ArmorDefect: Equatable, Sendable {
        /// It is not `-----BEGIN AGE ENCRYPTED FILE-----`.
        case begin
        /// It is not base64 in the one spelling, of 64 characters unless it is the last.
        case base64
        /// Another line follows one that could only be the last.
        case afterLast
        /// The file ends before `-----END AGE ENCRYPTED FILE-----`.
        case truncated
        /// Something other than white space stands behind the end.
        case trailing
        /// More white space around the armor than `AgeLimits.armorSpaceBytes`.
        case tooMuchSpace
    }

    /// What is wrong with a chunk.
    public enum PayloadDefect: Equatable, Sendable {
        /// Its tag does not fit: it was changed, moved, or cut off.
        case authentication
        /// The file ends before its final chunk.
        case truncated
        /// The final chunk is empty behind another.
        case emptyFinal
        /// Something follows the final chunk.
        case trailing
    }
}

extension AgeError {
    /// What `body` makes; its errors as ours.
    static func lifting<Value>(
        _ body: () throws(CryptographyError) -> Value
    ) throws(AgeError) -> Value {
        do {
            return try body()
        } catch {
            throw .cryptography(error)
        }
    }
}
