// The one salt of files that are made together, and another passphrase for them.
import Cryptography

extension KeyStore {
    /// Encrypts keys anew, or not any more: those named, or all that are encrypted. Each file is
    /// replaced atomically, not all at once; after a crash the same call goes on where it stopped,
    /// because files that the new passphrase opens are taken for done.
    /// - Parameter opener: that of the passphrase so far.
    /// - Throws: `KeyError.wrongPassphrase`, before anything is written; as `open` and `write`.
    public func changePassphrase(
        of names: [String]? = nil, from opener: KeyOpener, to protection: KeyProtection,
        random: any RandomSource = SystemRandom()
    ) throws {
        var pending: [(path: String, secret: KeySecret)] = []
        var stretching: KeyStretching?
        for name in try names ?? list().filter(\.file.isEncrypted).map(\.name) {
            let (path, file) = (try path(name), try read(name))
            do {
                pending.append((path, try file.open(opener, name: path)))
            } catch KeyError.wrongPassphrase {
                guard case .passphrase(let new, let cost) = protection,
                    let old = file.stretching, old.cost.covers(cost)
                else { throw KeyError.wrongPassphrase(file: path) }
                _ = try file.open(new, name: path)
                stretching = old
            }
        }
        for (path, secret) in pending {
            switch protection {
            case .none: try KeyFile(plain: secret).write(to: path)
            case .passphrase(let new, let cost):
                let chosen = try stretching ?? fresh(cost, random)
                stretching = chosen
                try seal(secret, chosen, new, random).write(to: path)
            }
        }
    }

    /// Cost and salt of the first encrypted file, if it costs enough; the opener's passphrase must
    /// open it.
    func sharedStretching(_ opener: KeyOpener, _ cost: StretchingCost) throws -> KeyStretching? {
        try check(cost)
        for key in try list() {
            guard let stretching = key.file.stretching else { continue }
            // Two passphrases in one wallet would be a slip of the finger, found out when it is too
            // late.
            _ = try key.file.open(opener, name: try path(key.name))
            return stretching.cost.covers(cost) ? stretching : nil
        }
        return nil
    }

    func fresh(_ cost: StretchingCost, _ random: any RandomSource) throws(KeyError)
        -> KeyStretching
    {
        try check(cost)
        do throws(CryptographyError) {
            return KeyStretching(cost: cost, salt: try random.bytes(KeyStretching.saltBytes))
        } catch { throw .cryptography(error) }
    }

    private func check(_ cost: StretchingCost) throws(KeyError) {
        guard let excess = cost.excess else { return }
        throw .limitExceeded(
            file: directory, name: excess.name, value: excess.value, limit: excess.limit)
    }

    func seal(
        _ secret: KeySecret, _ stretching: KeyStretching, _ opener: KeyOpener,
        _ random: any RandomSource
    ) throws -> KeyFile {
        try KeyFile(
            sealing: secret, stretching, key: try opener.key(stretching), random: random)
    }
}
