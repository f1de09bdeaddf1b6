// Transactions, their signatures and payments.
import Bitcoin
import Bytes
import Cryptography
import Documents

extension Question {
    func transaction() throws -> BitcoinTransaction { try BitcoinTransaction(try bytes("hex")) }

    func spending() throws -> [TransactionOutput] { try list("spending").map { try $0.output() } }

    /// The hash, and the transaction written again out of its parts.
    func parse() throws -> ForeignJSON {
        let transaction = try transaction()
        let again = try BitcoinTransaction(
            version: transaction.version, inputs: transaction.inputs,
            outputs: transaction.outputs, lockTime: transaction.lockTime)
        return [
            "txid": .string(transaction.id.displayed), "hex": .hex(again.bytes),
            "coinbase": .boolean(transaction.isCoinbase),
            "satoshis": .array(transaction.outputs.map { ForeignJSON(Int($0.satoshis)) }),
            "spent": .array(transaction.inputs.map { .string("\($0.outpoint)") }),
        ]
    }

    func extended() throws -> ForeignJSON {
        let (transaction, spending) = try BitcoinTransaction.reading(extended: try bytes("hex"))
        return [
            "txid": .string(transaction.id.displayed),
            "hex": .hex(transaction.extended(spending: spending)),
        ]
    }

    func extend() throws -> ForeignJSON {
        ["hex": .hex(try transaction().extended(spending: try spending()))]
    }

    func verify() throws -> ForeignJSON {
        let transaction = try transaction()
        let spending = try spending()
        guard spending.count == transaction.inputs.count else { throw Malformed(name: "spending") }
        try ScriptVerifier.verify(transaction, spending: spending)
        for (place, output) in spending.enumerated() {
            try ScriptVerifier.verify(transaction, input: place, spending: output)
        }
        return ["verified": true]
    }

    func signatureHash() throws -> ForeignJSON {
        guard let kind = SignatureHash.Kind(UInt8(try number("kind"))) else {
            return ["error": "kind"]
        }
        let transaction = try transaction()
        let input = try number("input")
        let digest = SignatureHash.digest(
            transaction, input: input, spending: try output(), kind: kind)
        return ["digest": .hex(digest.bytes)]
    }

    /// Coins, outputs, a script for the change, a rate and private keys make a transaction.
    func pay() throws -> ForeignJSON {
        let coins = try list("coins").map { coin in
            SpendableCoin(
                outpoint: Outpoint(
                    transaction: try coin.digest("txid"), index: UInt32(try coin.number("index"))),
                output: try coin.output(), isUncompressed: coin.isTrue("uncompressed"))
        }
        let keys = try rows("keys").map { try Secp256k1.PrivateKey(SecretBytes($0)) }
        let rate = FeeRate(satoshis: UInt64(try number("rate")), bytes: 1_000)
        let quote = FeeQuote(standard: rate)
        let change = Script(try bytes("change"))
        let outputs = try list("outputs").map { try $0.output() }
        let plan =
            outputs.isEmpty
            ? try CoinSelection.sweeping(coins, to: change, fees: quote)
            : try CoinSelection.plan(paying: outputs, from: coins, change: change, fees: quote)
        let transaction = try plan.signed { _ in keys }
        return [
            "txid": .string(transaction.id.displayed), "hex": .hex(transaction.bytes),
            "fee": ForeignJSON(Int(plan.fee)),
            "wanted": ForeignJSON(Int(quote.fee(for: transaction))),
            "extended": .hex(transaction.extended(spending: plan.spending)),
        ]
    }
}
