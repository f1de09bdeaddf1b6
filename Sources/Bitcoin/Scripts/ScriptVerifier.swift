// Whether inputs unlock what they spend, for the forms of script that wallets use. No interpreter:
// each form is a rule of its own.
import Bytes
import Cryptography

/// P2PKH, P2PK and bare multisignature, with the strict rules of the network's policy: minimal
/// pushes and nothing else, strict DER with a low S, FORKID, an empty dummy, no element left over.
public enum ScriptVerifier {
    /// Checks one input of a transaction against the output that it spends.
    /// - Throws: `BitcoinError`: `.noSuchInput`, `.unverifiableScript` for another form,
    ///   `.invalidScript`.
    public static func verify(
        _ transaction: BitcoinTransaction, input: Int, spending: TransactionOutput
    ) throws(BitcoinError) {
        guard transaction.inputs.indices.contains(input) else { throw .noSuchInput(input) }
        try InputCheck(
            place: input, script: transaction.inputs[input].script, spending: spending,
            commitments: SignatureCommitments(transaction)
        ).run()
    }

    /// Checks all inputs; `spending` has the output of each, in the inputs' order.
    /// - Throws: `BitcoinError`, as above, for the first input that is refused.
    public static func verify(
        _ transaction: BitcoinTransaction, spending: [TransactionOutput]
    ) throws(BitcoinError) {
        precondition(spending.count == transaction.inputs.count, "each input spends one output")
        let commitments = SignatureCommitments(transaction)
        for (place, output) in spending.enumerated() {
            try InputCheck(
                place: place, script: transaction.inputs[place].script, spending: output,
                commitments: commitments
            ).run()
        }
    }
}

/// One input and the output that it spends.
private struct InputCheck {
    let place: Int
    let script: Script
    let spending: TransactionOutput
    let commitments: SignatureCommitments

    func run() throws(BitcoinError) {
        switch spending.script.kind {
        case .publicKeyHash(let hash):
            let pushes = try pushes(2)
            guard Hash.hash160(pushes[1]) == hash else { throw refusal(.wrongKey) }
            try check(pushes[0], pushes[1])
        case .publicKey(let key):
            try check(try pushes(1)[0], key)
        case .multisig(let threshold, let keys):
            let pushes = try pushes(1 + threshold)
            guard pushes[0].isEmpty else { throw refusal(.dummyNotEmpty) }
            try check(pushes.dropFirst(), keys)
        case .data, .other:
            throw .unverifiableScript(input: place)
        }
    }

    /// What the script pushes, `count` elements.
    private func pushes(_ count: Int) throws(BitcoinError) -> [[UInt8]] {
        var reader = PushReader(script.bytes[...])
        var pushes: [[UInt8]] = []
        while pushes.count <= count, let push = reader.next() {
            guard push.isMinimal else { throw refusal(.pushNotMinimal) }
            pushes.append(push.bytes)
        }
        guard pushes.count <= count else { throw refusal(.wrongCount) }
        guard reader.isAtEnd else { throw refusal(.notPushOnly) }
        guard pushes.count == count else { throw refusal(.wrongCount) }
        return pushes
    }

    private func check(_ signature: [UInt8], _ key: [UInt8]) throws(BitcoinError) {
        guard let key = Secp256k1.PublicKey(key) else { throw refusal(.invalidKey) }
        guard try isValid(signature, key) else { throw refusal(.wrongSignature) }
    }

    /// Every signature fits a key, in the keys' order. A key that is no point fits nothing.
    private func check(_ signatures: ArraySlice<[UInt8]>, _ keys: [[UInt8]]) throws(BitcoinError) {
        var keys = keys[...]
        for signature in signatures {
            var isFound = false
            while !isFound, let bytes = keys.popFirst() {
                guard let key = Secp256k1.PublicKey(bytes) else { continue }
                isFound = try isValid(signature, key)
            }
            guard isFound else { throw refusal(.wrongSignature) }
        }
    }

    private func isValid(
        _ signature: [UInt8], _ key: Secp256k1.PublicKey
    ) throws(BitcoinError) -> Bool {
        guard let last = signature.last, let kind = SignatureHash.Kind(last) else {
            throw refusal(.invalidHashKind)
        }
        let digest = commitments.digest(place, spending, kind)
        return key.isValid(signature: Array(signature.dropLast()), digest: digest)
    }

    private func refusal(_ defect: BitcoinError.ScriptDefect) -> BitcoinError {
        .invalidScript(input: place, defect)
    }
}
