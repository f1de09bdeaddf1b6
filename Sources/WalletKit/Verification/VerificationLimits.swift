// The bounds of what is verified without a wallet.

/// Named bounds of verification.
enum VerificationLimits {
    // limit: a path of `HeaderLimits.bumpLeaves` hashes in hexadecimal
    /// A file that is one thing, not lines of documents.
    static let fileBytes = 8_388_608
    // limit: 64 MB where every note is as long as a note may be
    /// States of logs that are remembered within one run, to be compared with what follows.
    static let rememberedStates = 1_000
}
