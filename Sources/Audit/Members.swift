// Strict reading of blocks and stacks: every member that is expected, and none else.
import Bytes
import Cryptography
import Documents

/// An object with exactly the members that are named.
struct Members {
    private let object: JSONValue

    init(_ object: JSONValue, _ names: [StaticString]) throws(Refusal) {
        // No name stands twice, or the line would not have been read.
        guard object.kind == .object, object.count == names.count,
            object.stranger(to: names) == nil
        else {
            let list = names.map { "'\($0)'" }.joined(separator: ", ")
            throw Refusal(
                .malformedDocument,
                "the object at byte \(object.offset) must have exactly the members \(list)")
        }
        self.object = object
    }

    private func read<Value>(
        _ name: StaticString, _ value: (JSONValue) -> Value?
    ) throws(Refusal) -> Value {
        guard let value = object[name].flatMap(value) else {
            throw Refusal(.malformedDocument, "'\(name)' is not what it must be")
        }
        return value
    }

    func value(_ name: StaticString) throws(Refusal) -> JSONValue { try read(name) { $0 } }
    func text(_ name: StaticString) throws(Refusal) -> String { try read(name) { $0.string } }
    func integer(_ name: StaticString) throws(Refusal) -> Int { try read(name) { $0.integer } }

    func time(_ name: StaticString) throws(Refusal) -> Timestamp {
        try read(name) { $0.plainString.flatMap { Timestamp($0) } }
    }

    func digest(_ name: StaticString) throws(Refusal) -> Digest256 {
        try read(name) { $0.plainString.flatMap { Digest256(hexadecimal: $0) } }
    }

    /// `count` bytes in hexadecimal.
    func bytes(_ name: StaticString, _ count: Int) throws(Refusal) -> [UInt8] {
        try read(name) {
            $0.plainString.flatMap { $0.count == 2 * count ? Hexadecimal.decode($0) : nil }
        }
    }

    /// `{"root","size"}`.
    func tree(_ name: StaticString) throws(Refusal) -> TreeHead {
        let members = try Members(try value(name), ["root", "size"])
        return TreeHead(size: try members.integer("size"), root: try members.digest("root"))
    }

    /// The one signature under a block or a stack, verified: which Ed25519 key has signed `hash`.
    func signer(_ name: StaticString, of hash: Digest256) throws(Refusal) -> [UInt8] {
        guard let signatures = try value(name).elements, signatures.count == 1 else {
            throw Refusal(.signatureMissing, "it must have one signature, the domain key's")
        }
        let members = try Members(signatures[0], ["public", "scheme", "signer", "string"])
        let key = try members.bytes("public", Ed25519.publicKeyBytes)
        let signature = try members.bytes("string", Ed25519.signatureBytes)
        guard try members.text("scheme") == SignatureScheme.eddsaEd25519.rawValue,
            try members.text("signer") == Address(of: key).text,
            Ed25519.verify(signature: signature, message: hash.bytes, publicKey: key)
        else { throw Refusal(.signatureInvalid, "the signature is false") }
        return key
    }
}
