// What is wrong with a key, its file or its passphrase. No case can hold a secret.
import Cryptography
import Documents
import Files

/// Why a key was not read, opened, written or made. `file` is a file's path, or what stands for it.
public enum KeyError: Error, Sendable, Equatable {
    /// The operating system refused.
    case file(FileError)
    /// Not what it must be: a key's file is a regular file, and no link to one; keys are in a
    /// directory.
    case notRegular(file: String)
    /// It belongs to somebody else than the user of this process.
    case foreignOwner(file: String, owner: UInt32)
    /// Others than the owner have a right to it: `mode` should be 0600, a directory's 0700.
    case permissions(file: String, mode: UInt32)
    /// Not a key's file of ours, from `line` on (the first is 1).
    case malformed(file: String, line: Int, reason: SyntaxReason)
    /// A number in a file is outside what we work with.
    case limitExceeded(file: String, name: String, value: Int, limit: Int)
    /// A file's checksum is wrong: it was cut off or changed.
    case damaged(file: String)
    /// A file's public key or fingerprint is not that of its secret.
    case publicPartMismatch(file: String)
    /// The passphrase does not open a file.
    case wrongPassphrase(file: String)
    /// A passphrase is needed and there is nobody to ask.
    case passphraseMissing
    /// The passphrase is empty.
    case passphraseEmpty
    /// The passphrase is longer than `limit` bytes.
    case passphraseTooLong(got: Int, limit: Int)
    /// There is no key of that name.
    case missing(name: String)
    /// There is a key of that name, and nobody said to replace it.
    case exists(name: String)
    /// A key cannot be called that.
    case invalidName(String)
    /// A secret has `got` bytes instead of `expected`.
    case secretLength(expected: Int, got: Int)
    /// A text is not a key to import.
    case invalidText(TextReason)
    /// A scheme has no such text: WIF is of secp256k1 keys.
    case noWalletImportFormat
    /// Keys of a scheme sign hashes only.
    case noMessages(SignatureScheme)
    /// Derived keys are numbered from 0 to 2^31 - 1.
    case indexOutOfRange(Int)
    /// The cryptography refused.
    case cryptography(CryptographyError)

    /// How a file differs from a key's file.
    public enum SyntaxReason: String, Sendable, CaseIterable {
        /// The first line is not that of a key's file.
        case notAKeyFile = "not a key's file"
        /// The format's version is not 1.
        case version = "unknown version"
        /// Another name was expected in this line, or the line ends early.
        case order = "missing or misplaced line"
        /// The kind is neither seed nor key.
        case kind = "unknown kind"
        /// The scheme is none of ours.
        case scheme = "unknown scheme"
        /// The public key is not one of its scheme.
        case publicKey = "malformed public key"
        /// Not a derivation path in its one spelling.
        case path = "malformed derivation path"
        /// The encryption is neither none nor scrypt-aes256gcm.
        case encryption = "unknown encryption"
        /// Not a decimal number in its one spelling.
        case number = "malformed number"
        /// Not lower-case hexadecimal of the right length.
        case hexadecimal = "malformed hexadecimal"
        /// More follows the last line.
        case trailing = "text behind the last line"
    }

    /// What a text to import is not.
    public enum TextReason: String, Sendable, CaseIterable {
        /// Neither 64 hexadecimal digits nor, for secp256k1, wallet import format.
        case format = "expected 64 hexadecimal digits, or wallet import format"
        /// Digits of a number that is no key of the curve.
        case notAKey = "not a private key of the curve"
        /// A key that is meant to be used with the uncompressed public key, whose address is
        /// another.
        case uncompressed = "the key of an uncompressed public key"
    }
}

extension KeyError: CustomStringConvertible {
    /// In words, for people.
    public var description: String {
        switch self {
        case .file(let error): "cannot \(error.call) '\(error.path)': \(error.reason)"
        case .notRegular(let file): "'\(file)' is a link or of the wrong kind"
        case .foreignOwner(let file, let owner): "'\(file)' belongs to user \(owner)"
        case .permissions(let file, let mode):
            "'\(file)' is open to others than its owner (mode 0\(String(mode, radix: 8)))"
        case .malformed(let file, let line, let reason): "\(file):\(line): \(reason.rawValue)"
        case .limitExceeded(let file, let name, let value, let limit):
            "\(file): \(name) is \(value), the limit \(limit)"
        case .damaged(let file): "'\(file)' is damaged: its checksum is wrong"
        case .publicPartMismatch(let file): "'\(file)': the public key is not that of the secret"
        case .wrongPassphrase(let file): "wrong passphrase for '\(file)'"
        case .passphraseMissing: "a passphrase is needed"
        case .passphraseEmpty: "the passphrase is empty"
        case .passphraseTooLong(let got, let limit):
            "the passphrase has \(got) bytes, the limit is \(limit)"
        case .missing(let name): "no key '\(name)'"
        case .exists(let name): "there is a key '\(name)' already"
        case .invalidName(let name): "a key cannot be called '\(name)'"
        case .secretLength(let expected, let got):
            "a secret of \(expected) bytes is needed, got \(got)"
        case .invalidText(let reason): "not a private key: \(reason.rawValue)"
        case .noWalletImportFormat: "wallet import format is for secp256k1 keys"
        case .noMessages(let scheme): "a key of \(scheme.rawValue) signs documents only"
        case .indexOutOfRange(let index): "a derived key is numbered 0 to 2147483647, got \(index)"
        case .cryptography(let error): "\(error)"
        }
    }
}
