// Who may ask, register and manage: tokens that are random, and on disk only as hashes.
import Bytes
import Cryptography
import Files
import Synchronization

/// The tokens of a service.
final class AccessTokens: Sendable {
    enum Role: String, Sendable {
        case administrator = "admin"
        case member = "user"
    }

    struct Token: Sendable, Equatable {
        let digest: Digest256
        let role: Role
        /// Seconds since 1970.
        let created: Int64
    }

    private let path: String
    private let random: any RandomSource
    private let tokens: Mutex<[Digest256: Token]>

    private static let fileBytes = HeaderServiceLimits.tokens * 128

    /// Opens the file of tokens.
    /// - Throws: `FileError`.
    init(_ path: String, _ random: any RandomSource) throws(FileError) {
        self.path = path
        self.random = random
        var known: [Digest256: Token] = [:]
        if try FileSystem.status(path) != nil {
            let text = String(
                decoding: try FileSystem.read(path, limit: Self.fileBytes), as: UTF8.self)
            for line in text.split(separator: "\n") {
                let words = line.split(separator: " ")
                guard words.count == 3, let digest = Digest256(hexadecimal: String(words[0])),
                    let role = Role(rawValue: String(words[1])), let created = Int64(words[2])
                else { continue }
                known[digest] = Token(digest: digest, role: role, created: created)
            }
        }
        tokens = Mutex(known)
    }

    /// Whether somebody can manage the service.
    var hasAdministrator: Bool {
        tokens.withLock { $0.values.contains { $0.role == .administrator } }
    }

    /// Makes a token. It is told this once.
    /// - Returns: nil where there are too many.
    /// - Throws: failures of storage and of randomness.
    func make(_ role: Role, now: Int64) throws -> String? {
        let text = Base64.encodeURL(try random.bytes(32))
        return try tokens.withLock { tokens in
            guard tokens.count < HeaderServiceLimits.tokens else { return nil }
            var changed = tokens
            let digest = Hash.sha256(Array(text.utf8))
            changed[digest] = Token(digest: digest, role: role, created: now)
            try write(changed)
            tokens = changed
            return text
        }
    }

    /// The role of a token; nil where there is none.
    func role(_ text: String) -> Role? {
        let digest = Hash.sha256(Array(text.utf8))
        return tokens.withLock { $0[digest]?.role }
    }

    /// Ends a token.
    /// - Returns: whether there was one, and it was no administrator's.
    /// - Throws: failures of storage.
    func remove(_ text: String) throws -> Bool {
        let digest = Hash.sha256(Array(text.utf8))
        return try tokens.withLock { tokens in
            guard tokens[digest]?.role == .member else { return false }
            var changed = tokens
            changed[digest] = nil
            try write(changed)
            tokens = changed
            return true
        }
    }

    private func write(_ tokens: [Digest256: Token]) throws(FileError) {
        let lines = tokens.values.sorted { $0.digest < $1.digest }
            .map { "\($0.digest.hexadecimal) \($0.role.rawValue) \($0.created)\n" }
        try FileSystem.replace(path, with: Array(lines.joined().utf8))
    }
}
