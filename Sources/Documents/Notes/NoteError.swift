// Why a note, a key, a checkpoint, a proof, a request or a policy is refused.

/// The one error of notes and of what is built from them; its values are the sender's own words.
public enum NoteError: Error, Equatable, Sendable {
    /// `what` has `bytes` bytes, `limit` are allowed.
    case tooLong(what: String, bytes: Int, limit: Int)
    /// There are more than `limit` of `what`.
    case tooMany(what: String, limit: Int)
    /// The bytes at `offset` are not UTF-8.
    case notUTF8(offset: Int)
    /// The byte at `offset` is a control character.
    case controlCharacter(UInt8, offset: Int)
    /// The last line of `what` has no newline: something was cut off.
    case unterminated(what: String)
    /// No text, blank line and signatures: what every note consists of.
    case unsigned
    /// A line (counted from 1) below the blank one is not a signature.
    case malformedSignature(line: Int, SignatureFlaw)
    /// A line (counted from 1) of `what` is not `expected`.
    case malformedLine(what: String, line: Int, expected: String)
    /// Empty, or with a space, a plus or a control character.
    case invalidKeyName(String)
    /// Not `<name>+<8 hexadecimal digits>+<base64>`.
    case malformedKey(String)
    /// The key id that the text states is not that of its name and key.
    case keyIDMismatch(name: String, stated: UInt32, derived: UInt32)
    /// A type of signature that is not verified here.
    case unsupportedKeyType(UInt8)
    /// A key of type `got` where one of type `expected` is needed.
    case wrongKeyType(expected: UInt8, got: UInt8)
    /// `what` has `got` bytes where `expected` are needed.
    case wrongLength(what: String, expected: Int, got: Int)
    /// A number outside of what is allowed.
    case outOfRange(what: String, got: Int, lower: Int, upper: Int)
    /// Two different known keys have one name and one key id.
    case ambiguousKey(name: String, keyID: UInt32)
    /// A known key's signature is false: the whole note is refused.
    case signatureFailed(name: String, keyID: UInt32)
    /// No known key has signed.
    case notSigned
    /// The text of a checkpoint's origin or extension is empty or has a control character.
    case invalidCheckpointText(String)
    /// No log of that origin is known.
    case unknownLog(origin: String)
    /// A log of that origin is known, and has not signed.
    case logSignatureMissing(origin: String)
    /// Too few witnesses have cosigned for the policy's quorum.
    case quorumNotMet(quorum: String, witnesses: [String])
    /// A line (counted from 1) of a policy breaks a rule.
    case policy(line: Int, PolicyFlaw)

    /// What is wrong with a signature line.
    public enum SignatureFlaw: String, Sendable {
        /// It does not begin with an em dash, a space, a name and a space.
        case shape
        /// Its key name is empty or has a space, a plus or a control character.
        case keyName = "key-name"
        /// Its last field is not base64.
        case base64
        /// It holds no byte after the key id.
        case tooShort = "too-short"
    }
}

/// Which rule of a trust policy a line breaks.
public enum PolicyFlaw: Error, Equatable, Sendable {
    /// An octet outside tab, newline, 0x20 to 0x7e and 0x80 to 0xff.
    case forbiddenOctet(UInt8)
    /// The last line has no newline: something was cut off.
    case unterminated
    /// The line begins with none of log, witness, group and quorum.
    case unknownKeyword(String)
    /// The line has `got` fields, its keyword included; `form` says which it has.
    case wrongFields(form: String, got: Int)
    /// The verifier key is refused.
    indirect case key(NoteError)
    /// The key stands in a line above, perhaps under another name.
    case duplicateKey(line: Int)
    /// A different key of the same name and key id stands in a line above.
    case ambiguousKey(line: Int)
    /// The name is defined in a line above.
    case nameTaken(String, line: Int)
    /// `none` is predefined: it can only stand as the quorum.
    case reservedName
    /// The name is not defined in a line above.
    case undefinedName(String)
    /// The name is already a member of the group of that line.
    case memberTwice(String, line: Int)
    /// Neither `all`, `any` nor a number from 1 to the number of members.
    case threshold(String, members: Int)
    /// There is a quorum line above.
    case secondQuorum(line: Int)
    /// The file ends without a quorum line.
    case missingQuorum
    /// More lines of this keyword than are allowed.
    case tooMany(keyword: String, limit: Int)
}
