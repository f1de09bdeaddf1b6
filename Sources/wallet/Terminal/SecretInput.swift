// Secrets on standard input.
import Cryptography
import Glibc

enum SecretInput {
    /// Zeroes bytes that held a secret.
    static func wipe(_ bytes: inout [UInt8]) {
        bytes.withUnsafeMutableBytes { buffer in
            if let start = buffer.baseAddress { explicit_bzero(start, buffer.count) }
        }
    }

    /// All of standard input, at most `limit` bytes.
    static func read(_ what: String, limit: Int) throws -> SecretBytes {
        var bytes = [UInt8](repeating: 0, count: limit + 1)
        defer { wipe(&bytes) }
        var count = 0
        while count <= limit {
            let got = bytes.withUnsafeMutableBytes {
                Glibc.read(STDIN_FILENO, $0.baseAddress.map { $0 + count }, limit + 1 - count)
            }
            if got < 0 && errno == EINTR { continue }
            if got < 0 {
                throw PassphraseFailure.unreadable(
                    "standard input", String(cString: strerror(errno)))
            }
            if got == 0 { break }
            count += got
        }
        guard count > 0 else {
            throw Failure(
                .usage, "missing-input", "standard input is empty; \(what) should be there")
        }
        guard count <= limit else {
            throw Failure(.usage, "invalid-input", "standard input is too long to be \(what)")
        }
        return SecretBytes(Array(bytes[..<count]))
    }

    /// The text of a secret, for as long as the caller holds it.
    static func text(_ secret: SecretBytes) -> String {
        secret.withUnsafeBytes { String(decoding: $0, as: UTF8.self) }
    }

    /// The secret without blanks around it.
    static func trimmed(_ secret: SecretBytes) -> SecretBytes {
        secret.withUnsafeBytes { buffer in
            let isBlank: (UInt8) -> Bool = { $0 == 0x20 || (0x09...0x0d).contains($0) }
            let start = buffer.firstIndex { !isBlank($0) } ?? buffer.endIndex
            let end = buffer.lastIndex { !isBlank($0) }.map { $0 + 1 } ?? start
            return SecretBytes(UnsafeRawBufferPointer(rebasing: buffer[start..<end]))
        }
    }
}
