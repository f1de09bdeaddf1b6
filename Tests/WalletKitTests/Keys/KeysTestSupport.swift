// A key store in a directory of its own, and keys that are the same each time.
import Bytes
import Cryptography
import Documents
import Files
import Glibc

@testable import WalletKit

/// A key store that goes when the test ends. Its cost is small: what is tested is not scrypt.
final class KeysDirectory {
    let path: String
    let store: KeyStore
    let random = SeededRandom(seed: [1, 2, 3])

    init() throws {
        path = try FileSystem.makeTemporaryDirectory("wallet-keys")
        store = KeyStore(directory: path + "/keys")
        try store.create()
    }

    deinit { try? FileSystem.removeTree(path) }

    func file(_ name: String) -> String { "\(path)/keys/\(name).key" }

    func write(_ name: String, _ secret: KeySecret, _ passphrase: String?) throws {
        try store.write(name, secret, protection(passphrase), random: random)
    }
}

let smallCost = StretchingCost(n: 16, r: 1, p: 1)

func opener(_ passphrase: String) -> KeyOpener { KeyOpener(SecretBytes(Array(passphrase.utf8))) }

func protection(_ passphrase: String?) -> KeyProtection {
    passphrase.map { .passphrase(opener($0), cost: smallCost) } ?? .none
}

/// A key whose secret is 32 times `byte`.
func testKey(_ byte: UInt8, _ scheme: SignatureScheme = .ecdsaSecp256k1) throws -> KeySecret {
    let secret = SecretBytes([UInt8](repeating: byte, count: 32))
    return .key(try SigningKey(scheme: scheme, secret: secret), path: nil)
}

/// The seed of BIP39's first vector, "abandon … about" with TREZOR.
func testSeed() throws -> SeedKeys {
    let text =
        "c55257c360c07c72029aebc1b53c05ed0362ada38ead3e3e9efa3708e53495531f09a6987599d18264c1e1c9"
        + "2f2cf141630c7a3c4ab7c81b2f001698e7463b04"
    return try SeedKeys(seed: SecretBytes(Hexadecimal.decode(text) ?? []))
}

/// The error that `body` throws, nil where it does none.
func keyError(_ body: () throws -> Void) -> KeyError? {
    do { try body() } catch { return error as? KeyError }
    return nil
}

func hexadecimal(_ secret: SecretBytes) -> String {
    secret.withUnsafeBytes { Hexadecimal.encode($0) }
}
