// Keys out of passphrases: slow on purpose, and bounded, because the parameters come from a file.

/// scrypt (RFC 7914): costs memory as well as time.
public enum Scrypt {
    /// The most memory that one derivation may take: n = 2^18, r = 8 fits, twice that does not.
    public static let memoryMaximumBytes = 301_989_888
    /// The largest n · r · p: what a passphrase may cost in time, some seconds.
    public static let workMaximum = 16_777_216
    /// The most bytes that are derived.
    public static let outputMaximumBytes = 1_024

    /// `count` bytes from a passphrase (`EVP_PBE_scrypt`).
    /// - Parameters:
    ///   - n: cost, a power of two above 1; r: block size; p: lanes.
    ///   - count: 1 to `outputMaximumBytes`.
    /// - Throws: `invalidParameter`, `memoryLimitExceeded`, `libraryFailure`.
    public static func derive(
        passphrase: SecretBytes, salt: [UInt8], n: Int, r: Int, p: Int, count: Int
    ) throws(CryptographyError) -> SecretBytes {
        try derive(
            passphrase: passphrase, salt: salt, n: n, r: r, p: p, count: count,
            memoryMaximumBytes: memoryMaximumBytes)
    }

    /// The same within another bound of memory: formats of others may ask for more than ours.
    /// Not inlined: where it is, Swift 6.3's optimiser fails over the closure that throws.
    @inline(never)
    static func derive(
        passphrase: SecretBytes, salt: [UInt8], n: Int, r: Int, p: Int, count: Int,
        memoryMaximumBytes: Int
    ) throws(CryptographyError) -> SecretBytes {
        guard n > 1, n <= workMaximum, n & (n - 1) == 0 else {
            throw .invalidParameter(name: "n", value: n)
        }
        guard r > 0, r <= workMaximum else { throw .invalidParameter(name: "r", value: r) }
        guard p > 0, p <= workMaximum else { throw .invalidParameter(name: "p", value: p) }
        guard (1...outputMaximumBytes).contains(count) else {
            throw .invalidParameter(name: "count", value: count)
        }
        // n · r is below 2^48; with the first guard the product by p cannot overflow.
        guard n * r <= workMaximum, n * r * p <= workMaximum else {
            throw .invalidParameter(name: "n * r * p", value: n * r)
        }
        // RFC 7914: V has n blocks of 128 · r bytes, B has p, X and T have two.
        let memory = 128 * r * (n + p + 2)
        guard memory <= memoryMaximumBytes else {
            throw .memoryLimitExceeded(needed: memory, limit: memoryMaximumBytes)
        }
        return try SecretBytes(count: count) { output throws(CryptographyError) in
            let done = passphrase.withUnsafeBytes { passphrase in
                OpenSSL.scrypt(
                    passphrase, salt: salt, n: n, r: r, p: p,
                    memoryMaximumBytes: memoryMaximumBytes + 1_048_576, into: output)
            }
            guard done else { throw .libraryFailure(function: "EVP_PBE_scrypt") }
        }
    }
}

/// PBKDF2 (RFC 8018) with HMAC-SHA512: what BIP39 makes seeds with.
public enum PBKDF2 {
    /// The most rounds that are run.
    public static let iterationsMaximum = 10_000_000
    /// The most bytes that are derived.
    public static let outputMaximumBytes = 1_024

    /// `count` bytes from a password (`PKCS5_PBKDF2_HMAC` with SHA-512).
    /// - Throws: `invalidParameter` where `iterations` or `count` is not from 1 to its maximum;
    ///   `libraryFailure`.
    public static func hmacSHA512(
        password: SecretBytes, salt: SecretBytes, iterations: Int, count: Int
    ) throws(CryptographyError) -> SecretBytes {
        guard (1...iterationsMaximum).contains(iterations) else {
            throw .invalidParameter(name: "iterations", value: iterations)
        }
        guard (1...outputMaximumBytes).contains(count) else {
            throw .invalidParameter(name: "count", value: count)
        }
        for secret in [password, salt] where Int32(exactly: secret.count) == nil {
            throw .invalidParameter(name: "length", value: secret.count)
        }
        return try SecretBytes(count: count) { output throws(CryptographyError) in
            let done = password.withUnsafeBytes { password in
                salt.withUnsafeBytes { salt in
                    OpenSSL.pbkdf2SHA512(
                        password, salt: salt, iterations: Int32(iterations), into: output)
                }
            }
            guard done else { throw .libraryFailure(function: "PKCS5_PBKDF2_HMAC") }
        }
    }
}
