// Who signed a note, of those whom we know.

import Cryptography

/// What a note says of a key.
public enum SignatureCheck: Sendable {
    /// The key signed the text: every line that names it is true.
    case verified
    /// No line names the key.
    case absent
    /// A line names the key, and its signature is false.
    case failed
}

/// A known key that signed a note.
public struct VerifiedSignature: Equatable, Sendable {
    /// The key.
    public let key: VerifierKey
    /// A cosignature's time, in seconds since 1970; the latest where there are several.
    public let time: Int?
}

extension SignedNote {
    /// Whether `key` signed the text.
    public func check(_ key: VerifierKey) -> SignatureCheck {
        var check = SignatureCheck.absent
        for signature in signatures where key.isNamed(by: signature) {
            guard key.verify(signature, of: text) != nil else { return .failed }
            check = .verified
        }
        return check
    }

    /// The known keys that signed the text, in the order of their first lines; unknown keys'
    /// signatures are ignored.
    /// - Throws: `signatureFailed` where one signature of a known key is false, `notSigned` where
    ///   no known key signed, `ambiguousKey`.
    public func verified(by keys: [VerifierKey]) throws(NoteError) -> [VerifiedSignature] {
        let known = try KnownKeys(keys)
        var verified: [VerifiedSignature] = []
        for signature in signatures {
            guard let key = known.key(of: signature) else { continue }
            guard let proof = key.verify(signature, of: text) else {
                throw .signatureFailed(name: key.name.description, keyID: key.keyID)
            }
            let index = verified.firstIndex { $0.key == key }
            if let index, let time = proof.time, time > verified[index].time ?? 0 {
                verified[index] = proof
            } else if index == nil {
                verified.append(proof)
            }
        }
        guard !verified.isEmpty else { throw .notSigned }
        return verified
    }
}

/// Keys by what a signature line says of them.
private struct KnownKeys {
    private struct Identity: Hashable {
        let name: KeyName
        let keyID: UInt32
    }

    private var keys: [Identity: VerifierKey] = [:]

    init(_ list: [VerifierKey]) throws(NoteError) {
        for key in list {
            let identity = Identity(name: key.name, keyID: key.keyID)
            if let other = keys.updateValue(key, forKey: identity), other != key {
                throw .ambiguousKey(name: key.name.description, keyID: key.keyID)
            }
        }
    }

    func key(of signature: NoteSignature) -> VerifierKey? {
        keys[Identity(name: signature.name, keyID: signature.keyID)]
    }
}

extension VerifierKey {
    /// Nil where the signature is false.
    fileprivate func verify(_ signature: NoteSignature, of text: [UInt8]) -> VerifiedSignature? {
        switch kind {
        case .ed25519:
            let isTrue = Ed25519.verify(
                signature: signature.signature, message: text, publicKey: publicKey)
            return isTrue ? VerifiedSignature(key: self, time: nil) : nil
        case .cosignature:
            guard let cosignature = try? Cosignature(signature),
                cosignature.verify(text: text, by: self)
            else { return nil }
            return VerifiedSignature(key: self, time: cosignature.time)
        }
    }
}
