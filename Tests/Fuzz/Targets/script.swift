// Scripts: every one has a form, known forms are made again as they were, signed messages recover or do not.

import Bitcoin
import Bytes
import Cryptography

private let key: Secp256k1.PublicKey? = Secp256k1.PublicKey(
    [2]
        + (Hexadecimal.decode("79be667ef9dcbbac55a06295ce870b07029bfcdb2dce28d959f2815b16f81798")
            ?? []))

/// One run of libFuzzer.
func fuzzScript(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    let bytes = input(start, count)
    let script = Script(bytes)
    switch script.kind {
    case .publicKeyHash(let hash):
        promise(Script.publicKeyHash(hash) == script, "a form has one spelling")
        promise(BitcoinAddress(hash: hash).script == script, "an address is such a script")
    case .publicKey(let key): promise(Script.publicKey(key) == script, "a form has one spelling")
    case .multisig(let threshold, let keys):
        promise(
            Script.multisig(threshold: threshold, keys: keys) == script, "a form has one spelling")
    case .data(let pieces):
        promise(pieces.reduce(0) { $0 + $1.count } <= bytes.count, "data is what stands there")
        promise(Script.data(pieces).kind == .data(pieces), "data is read as it is made")
    case .other: break
    }
    promise(Script(hexadecimal: script.hexadecimal) == script, "digits are a script's")

    // The bytes as what unlocks: half of them the script, half of them the output.
    let half = count / 2
    let output = TransactionOutput(satoshis: 1, script: Script(Array(bytes[half...])))
    let transaction = try? BitcoinTransaction(
        inputs: [
            TransactionInput(
                outpoint: Outpoint(transaction: .zero, index: 1),
                script: Script(Array(bytes[..<half])))
        ], outputs: [output])
    if let transaction {
        do throws(BitcoinError) {
            try ScriptVerifier.verify(transaction, input: 0, spending: output)
        } catch {
            promise(error.code.hasSuffix("-script"), "a script is refused as one")
        }
    }

    let text = String(decoding: bytes, as: UTF8.self)
    if let address = try? BitcoinAddress(text) {
        promise(address.text == text, "an address has one spelling")
    }
    if let key {
        promise(!SignedMessage.verify(text, message: bytes, key: key), "nobody signs by chance")
    }
    if bytes.count == 65 { _ = SignedMessage.recover(Base64.encode(bytes), message: []) }
    return 0
}
