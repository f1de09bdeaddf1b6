// Comparison that does not tell by its duration where two secrets differ.

/// Equality in time that depends on the length alone (`CRYPTO_memcmp`).
public enum ConstantTime {
    /// Whether the bytes are the same; lengths are no secret.
    public static func equal(_ left: [UInt8], _ right: [UInt8]) -> Bool {
        left.withUnsafeBytes { left in
            right.withUnsafeBytes { right in OpenSSL.equal(left, right) }
        }
    }

    /// Whether the bytes are the same; lengths are no secret.
    public static func equal(
        _ left: UnsafeRawBufferPointer, _ right: UnsafeRawBufferPointer
    ) -> Bool {
        OpenSSL.equal(left, right)
    }
}
