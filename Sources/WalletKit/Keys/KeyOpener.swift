// The passphrase of a run: asked for once at most, stretched once a salt.
import Bytes
import Cryptography
import Synchronization

/// Opens keys' files. Share one among all that a process opens: files that were made together have
/// one salt, so that one stretching opens them all. Safe to use from several threads; one
/// stretches, others wait.
public final class KeyOpener: Sendable {
    private struct State {
        /// The closure's answer, its refusal included.
        var passphrase: Result<SecretBytes, any Error>?
        var keys: [KeyStretching: SecretBytes] = [:]
    }

    private let ask: @Sendable () throws -> SecretBytes
    private let state = Mutex(State())

    /// An opener that calls `passphrase` when the first encrypted file is opened, and never again,
    /// whatever came of it. The bytes are taken as they are; whoever reads a file or a terminal
    /// removes one newline.
    public init(passphrase: @escaping @Sendable () throws -> SecretBytes) {
        ask = passphrase
    }

    /// An opener of a passphrase that is there already.
    public convenience init(_ passphrase: SecretBytes) {
        self.init { passphrase }
    }

    /// An opener where there is nobody to ask: encrypted files are refused with
    /// `passphraseMissing`.
    public convenience init() {
        self.init { throw KeyError.passphraseMissing }
    }

    /// The key of the passphrase for a cost and a salt.
    /// - Throws: what the closure throws; `KeyError` for an empty or too long passphrase.
    func key(_ stretching: KeyStretching) throws -> SecretBytes {
        try state.withLock { state in
            if let key = state.keys[stretching] { return key }
            let answer = state.passphrase ?? Result { try checked(ask()) }
            state.passphrase = answer
            let cost = stretching.cost
            do {
                let key = try Scrypt.derive(
                    passphrase: answer.get(), salt: stretching.salt, n: cost.n, r: cost.r,
                    p: cost.p, count: AES256GCM.keyBytes)
                state.keys[stretching] = key
                return key
            } catch let error as CryptographyError { throw KeyError.cryptography(error) }
        }
    }

    private func checked(_ passphrase: SecretBytes) throws -> SecretBytes {
        if passphrase.count == 0 { throw KeyError.passphraseEmpty }
        let limit = Limits.passphraseBytes
        if passphrase.count > limit {
            throw KeyError.passphraseTooLong(got: passphrase.count, limit: limit)
        }
        return passphrase
    }
}
