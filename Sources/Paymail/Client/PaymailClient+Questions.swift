// Who a handle is: its key, its name, where IOUs for it go.
import Bytes
import Cryptography
import Documents
import Network

extension PaymailClient {
    private func get(
        _ capability: Capability, _ handle: PaymailHandle, publicKey: [UInt8]? = nil
    ) throws -> [UInt8] {
        let url = try place(capability, of: handle, publicKey: publicKey)
        let response = try fetch(
            HTTPRequest("GET", url, headers: ["Accept": "application/json"]), handle.domain)
        return try Self.accepted(response)
    }

    /// The key of a handle. The first that is seen is remembered; another one later is refused,
    /// until somebody accepts it.
    /// - Throws: `PaymailError.keyChanged`, others; `NetworkError`; failures of memory.
    public func publicKey(of handle: PaymailHandle) throws -> [UInt8] {
        let key = try offeredKey(of: handle)
        if let pin = try memory.pin(of: handle) {
            guard pin.publicKey == key else {
                throw PaymailError.keyChanged(
                    handle: handle.description, known: Hex.encode(pin.publicKey),
                    offered: Hex.encode(key))
            }
        } else {
            try memory.keep(PinnedKey(publicKey: key, since: now()), of: handle)
        }
        return key
    }

    /// The key that a handle's server names now, whatever it was before; remembers nothing.
    /// - Throws: `PaymailError`, `NetworkError`.
    public func offeredKey(of handle: PaymailHandle) throws -> [UInt8] {
        try IdentityAnswer.readKey(try get(.publicKey, handle), of: handle)
    }

    /// Takes a key for the handle's from now on.
    /// - Throws: failures of memory.
    public func accept(_ publicKey: [UInt8], of handle: PaymailHandle) throws {
        try memory.keep(PinnedKey(publicKey: publicKey, since: now()), of: handle)
    }

    /// Whether a key is one of the handle's, as its server says.
    /// - Throws: `PaymailError`, `NetworkError`.
    public func verify(_ publicKey: [UInt8], of handle: PaymailHandle) throws -> Bool {
        let answer = try get(.verifyPublicKey, handle, publicKey: publicKey)
        return try IdentityAnswer.readMatch(answer, of: handle, publicKey)
    }

    /// Name and picture.
    /// - Throws: `PaymailError`, `NetworkError`.
    public func profile(of handle: PaymailHandle) throws -> PaymailProfile {
        try IdentityAnswer.readProfile(try get(.publicProfile, handle))
    }

    /// Where IOUs for a handle go: signed by the key that the handle has always had.
    /// - Throws: `PaymailError`, `NetworkError`; failures of memory.
    public func promiseDestination(of handle: PaymailHandle) throws -> PromiseDestination {
        let bytes = try get(.promiseDestination, handle)
        let signed = try SignedPromiseDestination(bytes, of: handle)
        guard signed.publicKey == (try publicKey(of: handle)) else {
            throw PaymailError.falseAnswer(
                what: "the destination of IOUs", reason: "another key than the handle's signed it")
        }
        guard now() < signed.destination.expires else {
            throw PaymailError.falseAnswer(
                what: "the destination of IOUs", reason: "it has expired")
        }
        try memory.keep(signed.bytes, of: handle)
        return signed.destination
    }

    /// The last answer about IOUs that was kept, expired or not, for when nobody can be asked; nil
    /// where there is none, or its key is not the handle's any more.
    /// - Throws: failures of memory.
    public func rememberedDestination(of handle: PaymailHandle) throws -> PromiseDestination? {
        guard let bytes = try memory.destination(of: handle), let pin = try memory.pin(of: handle),
            let signed = try? SignedPromiseDestination(bytes, of: handle),
            signed.publicKey == pin.publicKey
        else { return nil }
        return signed.destination
    }
}
