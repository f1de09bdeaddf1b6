// The one error of this module: values that help, never a secret.

/// Why an operation on keys, digests or ciphertexts was refused.
public enum CryptographyError: Error, Equatable, Sendable {
    /// `what` has `got` bytes where `expected` are needed.
    case wrongLength(what: String, expected: Int, got: Int)
    /// The parameter `name` has a value outside what the function takes.
    case invalidParameter(name: String, value: Int)
    /// The work asked for needs `needed` bytes of memory, `limit` are allowed.
    case memoryLimitExceeded(needed: Int, limit: Int)
    /// The bytes are not a private key of the curve: zero, or not below the group's order.
    case invalidPrivateKey
    /// The bytes are not a public key of the curve in an encoding that is accepted.
    case invalidPublicKey
    /// The system gave no random bytes.
    case randomnessUnavailable
    /// A C function failed where the specification gives it no reason to.
    case libraryFailure(function: String)
    /// The ciphertext, its tag, nonce or associated data is not what was sealed under this key.
    case authenticationFailed
    /// A mnemonic has 12, 15, 18, 21 or 24 words (BIP39).
    case mnemonicWordCount(got: Int)
    /// The word at `position` (the first is 1) is not of the list; `suggestions` begin as it does.
    case mnemonicUnknownWord(position: Int, suggestions: [String])
    /// The words are all of the list, but their checksum is wrong: a word is mistaken or misplaced.
    case mnemonicChecksum
    /// A BIP39 passphrase outside printable ASCII: its normal form (NFKD) is not computed here.
    case passphraseNotASCII
    /// The text is not a derivation path such as `m/44'/0'/0'/0/1` (BIP32).
    case invalidPath(String)
    /// A hardened child needs the private parent.
    case hardenedFromPublic(index: UInt32)
    /// The derivation gives no valid key at this index (chance below 2^-127): take the next.
    case invalidChild(index: UInt32)
    /// A key cannot be derived below depth 255.
    case depthExceeded
    /// The text is not an extended key: checksum, length, version or content.
    case invalidExtendedKey
    /// The text is not a key in wallet import format: checksum, length, version or content.
    case invalidWalletImportFormat
}
