import Bytes
import Cryptography
import Testing

@testable import Bitcoin

@Suite struct SignatureHashTests {
    /// The transaction that a node accepted, and what it spends.
    private func known() throws -> (BitcoinTransaction, TransactionOutput, [String: Any]) {
        let spend = try vectors("spend", as: [String: Any].self)
        let bytes = try #require(try KnownTransaction.all().last).bytes
        let output = TransactionOutput(
            satoshis: try #require(spend["value"] as? UInt64),
            script: BitcoinAddress(try key(1).publicKey).script)
        return (try BitcoinTransaction(bytes), output, spend)
    }

    @Test func `the transaction that a node accepted is made again, and verified`() throws {
        let (transaction, output, spend) = try known()
        let preimage = SignatureHash.preimage(transaction, input: 0, spending: output)
        #expect(Hexadecimal.encode(preimage) == spend["preimage"] as? String)
        #expect(
            SignatureHash.digest(transaction, input: 0, spending: output).hexadecimal
                == spend["sighash"] as? String)
        try ScriptVerifier.verify(transaction, input: 0, spending: output)

        let one = try key(1)
        let coin = SpendableCoin(outpoint: transaction.inputs[0].outpoint, output: output)
        let plan = try TransactionPlan(
            inputs: [coin], outputs: transaction.outputs, changeIndex: nil)
        #expect(plan.fee == 1_000)
        #expect(try plan.signed { _ in [one] } == transaction)
    }

    @Test func `kinds are the bytes with FORKID`() {
        var good: [UInt8] = []
        for byte in UInt8.min...UInt8.max {
            guard let kind = SignatureHash.Kind(byte) else { continue }
            #expect(kind.byte == byte)
            good.append(byte)
        }
        #expect(good == [0x41, 0x42, 0x43, 0xc1, 0xc2, 0xc3])
        #expect(SignatureHash.Kind.all.byte == 0x41)
    }

    /// What each kind leaves out: only then does a change leave the hash as it was.
    @Test func `each kind commits to what it says`() throws {
        var random = Generator()
        let spending = TransactionOutput(satoshis: 77, script: random.script())
        let inputs = (0..<3).map { _ in TransactionInput(outpoint: random.outpoint()) }
        let outputs = (0..<2).map { _ in
            TransactionOutput(satoshis: 5, script: Script.publicKeyHash(random.bytes(20)))
        }
        func digest(
            _ inputs: [TransactionInput], _ outputs: [TransactionOutput], _ place: Int,
            _ kind: SignatureHash.Kind, version: Int32 = 1, lockTime: UInt32 = 0,
            spending other: TransactionOutput? = nil
        ) throws -> Digest256 {
            SignatureHash.digest(
                try BitcoinTransaction(
                    version: version, inputs: inputs, outputs: outputs, lockTime: lockTime),
                input: place, spending: other ?? spending, kind: kind)
        }
        for base in SignatureHash.Kind.Base.allCases {
            for anyone in [false, true] {
                let kind = SignatureHash.Kind(base: base, anyoneCanPay: anyone)
                for place in 0..<3 {
                    let hash = try digest(inputs, outputs, place, kind)
                    #expect(try digest(inputs, outputs, place, kind, version: 2) != hash)
                    #expect(try digest(inputs, outputs, place, kind, lockTime: 1) != hash)
                    var other = spending
                    other.satoshis += 1
                    #expect(try digest(inputs, outputs, place, kind, spending: other) != hash)
                    for changed in 0..<3 {
                        var sequence = inputs
                        sequence[changed].sequence = 1
                        let tellsSequence = changed == place || (base == .all && !anyone)
                        #expect(
                            try (digest(sequence, outputs, place, kind) != hash) == tellsSequence)
                        var outpoint = inputs
                        outpoint[changed].outpoint = random.outpoint()
                        let tellsOutpoint = changed == place || !anyone
                        #expect(
                            try (digest(outpoint, outputs, place, kind) != hash) == tellsOutpoint)
                        var script = inputs
                        script[changed].script = Script([1, 2])
                        #expect(try digest(script, outputs, place, kind) == hash)
                    }
                    for changed in 0..<2 {
                        var amounts = outputs
                        amounts[changed].satoshis = 6
                        let tells = base == .all || (base == .single && changed == place)
                        #expect(try (digest(inputs, amounts, place, kind) != hash) == tells)
                    }
                }
            }
        }
    }
}
