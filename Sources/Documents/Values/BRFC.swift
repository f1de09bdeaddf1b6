// Names of specifications: the first digits of a digest of what they say of themselves.
import Bytes
import Cryptography

/// BRFC ids (BRFC 57dd1f54fc67).
public enum BRFC {
    /// Twelve hexadecimal digits: the beginning of the reversed double SHA-256 of title, author and
    /// version, one after the other without blanks around them.
    public static func identifier(title: String, author: String, version: String) -> String {
        let digest = Hash.sha256d(Array((title + author + version).utf8))
        return Hexadecimal.encode(digest.bytes.reversed().prefix(6))
    }
}
