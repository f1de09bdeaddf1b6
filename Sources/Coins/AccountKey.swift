// From an account's public key to the scripts that pay it. No secret is needed to be paid.
import Bitcoin
import Bytes
import Cryptography

/// What an account derives its scripts from.
enum AccountKey {
    case extended(ExtendedKey)
    case single([UInt8])

    /// - Throws: `CoinError.invalidPath`.
    init(_ name: String, _ text: String) throws {
        if name.hasPrefix("key:") {
            guard let bytes = Hexadecimal.decode(text), Secp256k1.PublicKey(bytes) != nil else {
                throw CoinError.invalidPath(path: name, reason: "its key is none")
            }
            self = .single(bytes)
            return
        }
        do {
            self = .extended(try ExtendedKey(text))
        } catch {
            throw CoinError.invalidPath(path: name, reason: "its key is none")
        }
    }

    var isExtended: Bool {
        if case .extended = self { true } else { false }
    }

    /// P2PKH of the key at a place.
    func script(branch: Int, number: Int) throws -> Script {
        switch self {
        case .single(let key): return .publicKeyHash(Hash.hash160(key))
        case .extended(let key):
            let child = try key.child(.normal(UInt32(branch))).child(.normal(UInt32(number)))
            return .publicKeyHash(Hash.hash160(child.publicKey.compressed))
        }
    }
}
