// Keys on their way to another device of the same person: encrypted to it, and only on request.
import Bytes
import Cryptography
import Documents
import Files

extension Wallet {
    /// The files of all keys but this device's, encrypted to an age recipient. Files that a
    /// passphrase protects stay protected by it.
    /// - Throws: `KeyError`, `ReplicaError.badRecipient`; failures of storage.
    func exportKeys(to text: String) throws -> [UInt8] {
        guard let recipient = try? AgeRecipient(text) else {
            throw ReplicaError.badRecipient(text: text)
        }
        var writer = CanonicalWriter(capacity: 4096)
        writer.beginObject()
        for stored in try keys.list() where stored.name != KeyName.device {
            let bytes = try FileSystem.read(
                try keys.path(stored.name), limit: Limits.secretFileBytes)
            writer.name(stored.name)
            writer.string(Base64.encode(bytes))
        }
        writer.endObject()
        var encryptor = try AgeEncryptor(to: [recipient], from: surroundings.random)
        return try encryptor.update(writer.bytes) + encryptor.finish()
    }
}

extension KeyStore {
    /// Takes in what `exportKeys` has made.
    /// - Throws: `KeyError`; `AgeError`; `ReplicaError.noKeys`.
    func importKeys(_ encrypted: [UInt8], _ identity: AgeIdentity) throws {
        var decryptor = AgeDecryptor(identities: [identity])
        let text = try decryptor.update(encrypted) + decryptor.finish()
        guard let root = try? JSONText(text).root, root.kind == .object, root.count > 0 else {
            throw ReplicaError.noKeys
        }
        for (name, value) in root.members {
            guard let bytes = value.string.flatMap({ Base64.decode($0) }) else {
                throw ReplicaError.noKeys
            }
            let path = try path(name)
            try KeyFile(bytes, name: path).write(to: path)
        }
    }
}
