// What a file of the age format may cost whoever reads it.

/// Named bounds of age files; one past each is refused and tested.
public enum AgeLimits {
    /// A header, from the version to the MAC: a thousand recipients fit.
    public static let headerBytes = 131_072
    /// Stanzas of a header. Each of X25519 costs a multiplication for every identity.
    public static let stanzas = 1_024
    /// Recipients of one file that we write.
    public static let recipients = 1_000
    /// Identities of one key file.
    public static let identities = 256
    /// A key file.
    public static let keyFileBytes = 65_536
    /// The text of a recipient or an identity: ours have 62 and 74 characters.
    public static let keyTextBytes = 128
    /// A passphrase.
    public static let passphraseBytes = 1_024
    /// The binary logarithm of scrypt's cost in a file that is read: 1 GiB, some seconds.
    public static let workFactor = 20
    /// White space before and behind ASCII armor.
    public static let armorSpaceBytes = 1_024
}
