// What a transaction will spend and pay, before it is signed.
import Bytes
import Cryptography

/// Coins and outputs whose difference is the fee.
public struct TransactionPlan: Hashable, Sendable {
    /// What it spends.
    public let inputs: [SpendableCoin]
    /// What it pays, the change included.
    public let outputs: [TransactionOutput]
    /// The change's place among the outputs; nil where there is none.
    public let changeIndex: Int?
    /// What the miner gets, in satoshis: inputs less outputs.
    public let fee: UInt64

    /// A plan.
    /// - Throws: `BitcoinError`: `.noInputs`, `.noOutputs`, `.tooManySatoshis`, `.overspent`.
    public init(
        inputs: [SpendableCoin], outputs: [TransactionOutput], changeIndex: Int?
    ) throws(BitcoinError) {
        guard !inputs.isEmpty else { throw .noInputs }
        guard !outputs.isEmpty else { throw .noOutputs }
        guard let spent = TransactionOutput.sum(inputs.lazy.map(\.output)),
            let paid = TransactionOutput.sum(outputs)
        else { throw .tooManySatoshis }
        guard paid <= spent else { throw .overspent(inputs: spent, outputs: paid) }
        precondition(changeIndex.map(outputs.indices.contains) ?? true, "the change is an output")
        self.inputs = inputs
        self.outputs = outputs
        self.changeIndex = changeIndex
        fee = spent - paid
    }

    /// The outputs that the inputs spend, in their order: for `extended(spending:)`.
    public var spending: [TransactionOutput] { inputs.map(\.output) }
}

extension TransactionPlan {
    /// The transaction, each input signed with `SignatureHash.Kind.all`: final, version 1, no lock
    /// time.
    ///
    /// - Parameter key: the private keys of a coin, in any order, more than needed or not.
    /// - Throws: `BitcoinError`: `.missingKey`, `.unspendableCoin`, and what a transaction is
    ///   refused for; whatever `key` throws.
    public func signed(
        with key: (SpendableCoin) throws -> [Secp256k1.PrivateKey]
    ) throws -> BitcoinTransaction {
        var signed = inputs.map { TransactionInput(outpoint: $0.outpoint) }
        let commitments = SignatureCommitments(
            version: 1, inputs: signed, outputs: outputs, lockTime: 0)
        for (place, coin) in inputs.enumerated() {
            let digest = commitments.digest(place, coin.output, .all)
            signed[place].script = try coin.unlocking(digest, with: try key(coin))
        }
        return try BitcoinTransaction(inputs: signed, outputs: outputs)
    }
}

extension SpendableCoin {
    /// The script that unlocks the coin in a transaction with this signature hash.
    fileprivate func unlocking(
        _ digest: Digest256, with keys: [Secp256k1.PrivateKey]
    ) throws(BitcoinError) -> Script {
        let signature = { (key: Secp256k1.PrivateKey) in
            Script.push(key.sign(digest) + [SignatureHash.Kind.all.byte])
        }
        switch output.script.kind {
        case .publicKeyHash(let hash):
            for key in keys {
                let point = key.publicKey
                let spellings = [point.compressed, point.uncompressed]
                guard let spelling = spellings.first(where: { Hash.hash160($0) == hash }) else {
                    continue
                }
                return Script(signature(key) + Script.push(spelling))
            }
            throw .missingKey(outpoint)
        case .publicKey(let bytes):
            guard let point = Secp256k1.PublicKey(bytes),
                let key = keys.first(where: { $0.publicKey == point })
            else { throw .missingKey(outpoint) }
            return Script(signature(key))
        case .multisig(let threshold, let places):
            let signing = places.compactMap { bytes in
                Secp256k1.PublicKey(bytes).flatMap { point in
                    keys.first { $0.publicKey == point }
                }
            }
            guard signing.count >= threshold else { throw .missingKey(outpoint) }
            return Script([Opcode.false] + signing.prefix(threshold).flatMap(signature))
        case .data, .other:
            throw .unspendableCoin(outpoint)
        }
    }
}
