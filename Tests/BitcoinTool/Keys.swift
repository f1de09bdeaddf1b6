// Keys, addresses, scripts and messages.
import Bitcoin
import Bytes
import Cryptography
import Documents

extension Question {
    func secret(_ name: StaticString = "secret") throws -> Secp256k1.PrivateKey {
        try Secp256k1.PrivateKey(SecretBytes(try bytes(name)))
    }

    func key() throws -> ForeignJSON {
        let key = try secret()
        func wif(_ network: BitcoinNetwork, _ isCompressed: Bool) throws -> ForeignJSON {
            let text = WalletImportFormat(key: key, network: network, isCompressed: isCompressed)
                .text.withUnsafeBytes { String(decoding: $0, as: UTF8.self) }
            guard try WalletImportFormat(text).key.secret == key.secret else {
                throw Malformed(name: "wif")
            }
            return .string(text)
        }
        func address(_ network: BitcoinNetwork, _ isCompressed: Bool) -> ForeignJSON {
            .string(
                BitcoinAddress(key.publicKey, network: network, isCompressed: isCompressed).text)
        }
        return [
            "public": .hex(key.publicKey.compressed),
            "uncompressed": .hex(key.publicKey.uncompressed),
            "addresses": [
                address(.main, true), address(.main, false), address(.test, true),
                address(.test, false),
            ],
            "wif": [
                try wif(.main, true), try wif(.main, false), try wif(.test, true),
                try wif(.test, false),
            ],
        ]
    }

    func derive() throws -> ForeignJSON {
        let key = try ExtendedKey(seed: SecretBytes(try bytes("seed")))
            .derived(along: DerivationPath(try text("path")))
        guard let secret = key.privateText else { throw Malformed(name: "path") }
        return [
            "private": .string(secret.withUnsafeBytes { String(decoding: $0, as: UTF8.self) }),
            "public": .string(key.publicText),
            "address": .string(BitcoinAddress(key.publicKey).text),
        ]
    }

    func address() throws -> ForeignJSON {
        let address = try BitcoinAddress(try text("text"))
        return [
            "hash": .hex(address.hash), "script": .hex(address.script.bytes),
            "network": address.network == .main ? "main" : "test",
        ]
    }

    /// A script of a form, and whether it is read as it was made.
    func lock() throws -> ForeignJSON {
        let keys = try rows("parts")
        let (script, kind): (Script, Script.Kind) =
            switch try text("kind") {
            case "publicKeyHash": (.publicKeyHash(keys[0]), .publicKeyHash(keys[0]))
            case "publicKey": (.publicKey(keys[0]), .publicKey(keys[0]))
            case "data": (.data(keys), .data(keys))
            case "multisig":
                (
                    .multisig(threshold: try number("threshold"), keys: keys),
                    .multisig(threshold: try number("threshold"), keys: keys)
                )
            default: throw Malformed(name: "kind")
            }
        guard script.kind == kind else { throw Malformed(name: "kind") }
        return ["script": .hex(script.bytes)]
    }

    func sign() throws -> ForeignJSON {
        let signature = SignedMessage.sign(
            try bytes("message"), with: try secret(), isCompressed: isTrue("compressed"))
        return ["signature": .string(signature)]
    }

    func check() throws -> ForeignJSON {
        let isGood = SignedMessage.verify(
            try text("signature"), message: try bytes("message"),
            address: try BitcoinAddress(try text("address")))
        return ["verified": .boolean(isGood)]
    }
}
