// Who a handle is: a key, a name, a picture.
import Bytes
import Cryptography
import Documents

/// What a server says of a handle.
public struct PaymailIdentity: Sendable, Hashable {
    /// A compressed key of secp256k1, the same for as long as the handle is the same person's.
    public let publicKey: [UInt8]
    /// A name for people; empty for none.
    public let name: String
    /// Where a picture is; empty for none.
    public let avatar: String

    /// An identity.
    public init(publicKey: [UInt8], name: String = "", avatar: String = "") {
        self.publicKey = publicKey
        self.name = name
        self.avatar = avatar
    }
}

/// Name and picture, as a server tells them.
public struct PaymailProfile: Sendable, Hashable {
    /// A name for people; empty for none.
    public let name: String
    /// Where a picture is; empty for none. Nothing here fetches it.
    public let avatar: String
}

/// The answers of a server about keys (0c4339ef99c2, a9f510c16bde, f12f968c92d6).
enum IdentityAnswer {
    /// `{bsvalias, handle, pubkey}`.
    static func publicKey(_ handle: PaymailHandle, _ key: [UInt8]) -> ForeignJSON {
        [
            "bsvalias": .string(CapabilityDocument.version), "handle": .string(handle.description),
            "pubkey": .string(Hex.encode(key)),
        ]
    }

    /// `{handle, pubkey, match}`.
    static func match(_ handle: PaymailHandle, _ key: String, _ isMatch: Bool) -> ForeignJSON {
        [
            "handle": .string(handle.description), "pubkey": .string(key),
            "match": .boolean(isMatch),
        ]
    }

    /// `{name, avatar}`.
    static func profile(_ identity: PaymailIdentity) -> ForeignJSON {
        [
            "name": .string(String(identity.name.prefix(PaymailLimits.nameCharacters))),
            "avatar": .string(identity.avatar),
        ]
    }

    static func readKey(
        _ bytes: [UInt8], of handle: PaymailHandle
    ) throws(PaymailError) -> [UInt8] {
        let value = try ForeignJSON.answer(bytes, "the key")
        try check(value, handle, "the key")
        guard let text = value["pubkey"]?.string, let key = key(text) else {
            throw .falseAnswer(what: "the key", reason: "it is no compressed key of 66 digits")
        }
        return key
    }

    static func readMatch(
        _ bytes: [UInt8], of handle: PaymailHandle, _ key: [UInt8]
    ) throws(PaymailError) -> Bool {
        let value = try ForeignJSON.answer(bytes, "the key")
        try check(value, handle, "the key")
        guard value["pubkey"]?.string?.lowercased() == Hex.encode(key),
            let match = value["match"]?.boolean
        else { throw .falseAnswer(what: "the key", reason: "it is about another key") }
        return match
    }

    static func readProfile(_ bytes: [UInt8]) throws(PaymailError) -> PaymailProfile {
        let value = try ForeignJSON.answer(bytes, "the profile")
        let avatar = value["avatar"]?.string ?? ""
        return PaymailProfile(
            name: value.text("name", limit: PaymailLimits.nameCharacters),
            avatar: avatar.utf8.count <= PaymailLimits.avatarBytes ? avatar : "")
    }

    /// A compressed key on the curve, from 66 digits; nil for anything else.
    static func key(_ text: String) -> [UInt8]? {
        guard text.utf8.count == 66, let bytes = Hex.decode(text.lowercased()),
            Secp256k1.PublicKey(bytes) != nil
        else { return nil }
        return bytes
    }

    /// An answer about somebody else is none.
    private static func check(
        _ value: ForeignJSON, _ handle: PaymailHandle, _ what: String
    ) throws(PaymailError) {
        guard let text = value["handle"]?.string, (try? PaymailHandle(text)) == handle else {
            throw .falseAnswer(what: what, reason: "it is about another handle than '\(handle)'")
        }
    }
}
