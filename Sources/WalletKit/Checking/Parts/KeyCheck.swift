// The files of keys: closed to others, whole, and those that the wallet says it has.
import Bytes
import Documents
import Files

/// Looks at `keys/`. Without a passphrase it sees a file's form, checksum and public part; with
/// one, that its secret gives what it claims.
struct KeyCheck {
    let keys: KeyStore
    /// Opens encrypted files; nil to leave them closed.
    let opener: KeyOpener?
    let findings: Findings

    private func file(_ name: String) -> String {
        "\(Wallet.keysName)/\(name)\(KeyStore.suffix)"
    }

    private func report(_ error: KeyError, _ file: String) {
        let code =
            switch error {
            case .permissions, .foreignOwner: "key-open-to-others"
            case .missing: "key-missing"
            case .publicPartMismatch: "key-differs"
            default: "key-damaged"
            }
        findings.damage(code, file: file, "\(error)", isRepairable: false)
    }

    /// Looks at every file.
    /// - Returns: what is public of those that can be read, by name.
    /// - Throws: what asking for a passphrase throws; `KeyError.wrongPassphrase` where it opens
    ///   none.
    func run() throws -> [String: KeyPublicPart] {
        let names: [String]
        do throws(KeyError) {
            names = try keys.names()
        } catch {
            report(error, Wallet.keysName)
            return [:]
        }
        reportStrangers(names)
        var files: [String: KeyFile] = [:]
        for name in names {
            do throws(KeyError) {
                files[name] = try keys.read(name)
            } catch {
                report(error, file(name))
            }
        }
        if let opener { try open(files, opener) }
        return files.mapValues(\.publicPart)
    }

    private func reportStrangers(_ names: [String]) {
        let known = Set(names.map { $0 + KeyStore.suffix })
        for name in (try? FileSystem.list(keys.directory)) ?? []
        where !known.contains(name) && !name.hasSuffix(Leftovers.suffix) {
            findings.note(
                "strange-file", file: Wallet.keysName + "/" + name, "no key's file",
                isRepairable: false)
        }
    }

    private func open(_ files: [String: KeyFile], _ opener: KeyOpener) throws {
        var refused: [String] = []
        var hasOpened = false
        var secrets: [String: KeySecret] = [:]
        for (name, file) in files.sorted(by: { $0.key < $1.key }) {
            do {
                secrets[name] = try file.open(opener, name: self.file(name))
                if file.isEncrypted { hasOpened = true }
            } catch KeyError.wrongPassphrase {
                refused.append(name)
            } catch KeyError.publicPartMismatch {
                report(.publicPartMismatch(file: self.file(name)), self.file(name))
            }
        }
        if let first = refused.first, !hasOpened {
            throw KeyError.wrongPassphrase(file: file(first))
        }
        for name in refused {
            findings.damage(
                "key-passphrase", file: file(name), "another passphrase than the others' opens it",
                isRepairable: false)
        }
        guard case .seed(let seed) = secrets[Wallet.KeyName.seed],
            case .key(let domain, let path) = secrets[Wallet.KeyName.domain],
            path == (try? KeyRole.domain.path), let derived = try? seed.domainKey(),
            derived.publicKey != domain.publicKey
        else { return }
        findings.damage(
            "key-differs", file: file(Wallet.KeyName.domain), "the seed gives another domain key",
            isRepairable: false)
    }

    /// Compares the wallet's own addresses with the keys.
    /// - Throws: as `run`.
    func check(_ own: [OwnAddress], against files: [String: KeyPublicPart]) throws {
        var seed: SeedKeys?
        if let opener, files[Wallet.KeyName.seed] != nil,
            case .seed(let keys)? = try? keys.open(Wallet.KeyName.seed, opener)
        {
            seed = keys
        }
        for address in own {
            switch address.key {
            case .puzzle: break
            case .derived(let scheme, let index, _):
                expect(files[Wallet.KeyName.seed] != nil, "key-missing", address, "no seed")
                guard let key = try seed?.addressKey(scheme: scheme, index: index) else { break }
                expect(
                    Address(of: key.publicKey) == address.address, "key-differs", address,
                    "the seed gives another key")
            case .file(let scheme, let publicKey):
                let name = Wallet.KeyName.imported(address.address)
                guard case .key(let got, let gotKey, _)? = files[name] else {
                    expect(false, "key-missing", address, "no key")
                    break
                }
                expect(
                    got == scheme && gotKey == publicKey, "key-differs", address,
                    "its file holds another key")
            }
        }
    }

    private func expect(
        _ holds: Bool, _ code: String, _ address: OwnAddress, _ reason: String
    ) {
        guard !holds else { return }
        findings.damage(
            code, file: Wallet.configurationName,
            "'\(address.name)' is \(address.address): \(reason)", isRepairable: false)
    }

    /// Compares the keys that sign for the domain with the log.
    func check(_ devices: DeviceRoll, against files: [String: KeyPublicPart]) {
        func address(_ name: String) -> Address? {
            guard case .key(_, let publicKey, _)? = files[name] else {
                findings.note(
                    "key-missing", file: file(name), "this copy of the wallet cannot sign by it",
                    isRepairable: false)
                return nil
            }
            return Address(of: publicKey)
        }
        if let device = address(Wallet.KeyName.device), !devices.contains(device) {
            findings.damage(
                "key-differs", file: file(Wallet.KeyName.device),
                "the log has no certificate of \(device)", isRepairable: false)
        }
        if let domain = address(Wallet.KeyName.domain), domain != devices.issuer {
            findings.damage(
                "key-differs", file: file(Wallet.KeyName.domain),
                "it is the key of \(domain), not the one that certified the first device",
                isRepairable: false)
        }
    }
}
