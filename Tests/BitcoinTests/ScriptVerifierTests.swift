import Bytes
import Cryptography
import Testing

@testable import Bitcoin

@Suite struct ScriptVerifierTests {
    private func defect(
        _ transaction: BitcoinTransaction, _ spending: TransactionOutput
    ) -> BitcoinError.ScriptDefect? {
        do throws(BitcoinError) {
            try ScriptVerifier.verify(transaction, input: 0, spending: spending)
        } catch {
            if case .invalidScript(0, let defect) = error { return defect }
            Issue.record("\(error)")
        }
        return nil
    }

    /// A signed transaction of one input of a form, and what it spends.
    private func signed(_ form: Int) throws -> (BitcoinTransaction, TransactionOutput) {
        let purse = try Purse()
        let coin = purse.coin(form, 5_000, Outpoint(transaction: Hash.sha256([1]), index: 2))
        let plan = try CoinSelection.plan(
            paying: [TransactionOutput(satoshis: 1_000, script: purse.script(0))], from: [coin],
            change: purse.script(2), fees: .usual)
        return (try plan.signed { _ in purse.keys }, coin.output)
    }

    private func with(
        _ script: [UInt8], _ transaction: BitcoinTransaction
    ) throws -> BitcoinTransaction {
        var input = transaction.inputs[0]
        input.script = Script(script)
        return try BitcoinTransaction(inputs: [input], outputs: transaction.outputs)
    }

    @Test func `what is signed is verified, and nothing of it can be changed`() throws {
        for form in 0..<Purse.forms {
            let (transaction, spending) = try signed(form)
            try ScriptVerifier.verify(transaction, input: 0, spending: spending)
            try ScriptVerifier.verify(transaction, spending: [spending])
            for place in transaction.bytes.indices {
                for bit in [0, 3, 7] {
                    var bytes = transaction.bytes
                    bytes[place] ^= 1 << UInt8(bit)
                    guard let other = try? BitcoinTransaction(bytes) else { continue }
                    #expect(throws: BitcoinError.self, "form \(form), byte \(place), bit \(bit)") {
                        try ScriptVerifier.verify(other, input: 0, spending: spending)
                    }
                }
            }
            for bit in 0..<64 {
                var other = spending
                other.satoshis ^= 1 << UInt64(bit)
                #expect(throws: BitcoinError.invalidScript(input: 0, .wrongSignature)) {
                    try ScriptVerifier.verify(transaction, input: 0, spending: other)
                }
            }
            for place in spending.script.bytes.indices {
                var bytes = spending.script.bytes
                bytes[place] ^= 1
                let other = TransactionOutput(satoshis: 5_000, script: Script(bytes))
                #expect(throws: BitcoinError.self, "form \(form), byte \(place)") {
                    try ScriptVerifier.verify(transaction, input: 0, spending: other)
                }
            }
        }
    }

    @Test func `every kind of signature hash is verified`() throws {
        let (transaction, spending) = try signed(0)
        let one = try key(1)
        for byte in UInt8.min...UInt8.max {
            let kind = SignatureHash.Kind(byte)
            let digest = SignatureHash.digest(
                transaction, input: 0, spending: spending, kind: kind ?? .all)
            let other = try with(
                Script.push(one.sign(digest) + [byte]) + Script.push(one.publicKey.compressed),
                transaction)
            #expect(defect(other, spending) == (kind == nil ? .invalidHashKind : nil), "\(byte)")
        }
    }

    @Test func `each defect has its name`() throws {
        let (transaction, spending) = try signed(0)
        let script = transaction.inputs[0].script.bytes
        let count = Int(script[0])
        let signature = Array(script[1...count])
        let key = Array(script[(count + 2)...])
        let (first, second) = (Script.push(signature), Script.push(key))
        let cases: [([UInt8], BitcoinError.ScriptDefect?)] = [
            (first + second, nil), ([], .wrongCount), (first, .wrongCount),
            (first + first + second, .wrongCount), (first + second + [0x61], .notPushOnly),
            ([0x61] + first + second, .notPushOnly), (first + second + [0x50], .notPushOnly),
            ([0x4c] + first + second, .pushNotMinimal), ([0] + second, .invalidHashKind),
            (first + Array(second.dropLast()), .notPushOnly),
            (Script.push([0x41]) + second, .wrongSignature),
            (first + Script.push(try point(2)), .wrongKey),
            (Script.push(signature.dropLast() + [0x01]) + second, .invalidHashKind),
            (Script.push([0] + signature) + second, .wrongSignature),
        ]
        for (script, expected) in cases {
            #expect(defect(try with(script, transaction), spending) == expected, "\(script)")
        }
    }

    private func point(_ number: Int) throws -> [UInt8] {
        try key(number).publicKey.compressed
    }

    @Test func `a high S and a key that is no point are refused`() throws {
        let (transaction, spending) = try signed(0)
        let one = try key(1)
        let digest = SignatureHash.digest(transaction, input: 0, spending: spending)
        let der = one.sign(digest)
        // S becomes the order less S: what the equation of the signature takes as well.
        let rCount = Int(der[3])
        let s = Array(der[(6 + rCount)...])
        let order = hex("fffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141")
        var high = [UInt8](repeating: 0, count: 32)
        let padded = [UInt8](repeating: 0, count: 32 - s.count) + s
        var borrow = 0
        for place in (0..<32).reversed() {
            let difference = Int(order[place]) - Int(padded[place]) - borrow
            high[place] = UInt8(truncatingIfNeeded: difference)
            borrow = difference < 0 ? 1 : 0
        }
        let body = Array(der[2..<(4 + rCount)]) + [2, 33, 0] + high
        let other = [0x30, UInt8(body.count)] + body
        let script = Script.push(other + [0x41]) + Script.push(one.publicKey.compressed)
        #expect(defect(try with(script, transaction), spending) == .wrongSignature)

        // 5 is no abscissa of the curve; 6 begins the hybrid spelling.
        let none = [2] + [UInt8](repeating: 0, count: 31) + [5]
        let hybrid = [6 | one.publicKey.uncompressed[64] & 1] + one.publicKey.uncompressed[1...]
        for bytes in [none, hybrid] {
            let output = TransactionOutput(
                satoshis: 5_000, script: .publicKeyHash(Hash.hash160(bytes)))
            let unlocking = Script.push(der + [0x41]) + Script.push(bytes)
            #expect(defect(try with(unlocking, transaction), output) == .invalidKey)
        }
        let bare = TransactionOutput(satoshis: 5_000, script: .publicKey(none))
        #expect(defect(try with(Script.push(der + [0x41]), transaction), bare) == .invalidKey)
    }

    @Test func `signatures of several stand in the order of their keys`() throws {
        let (transaction, spending) = try signed(4)
        let purse = try Purse()
        let digest = SignatureHash.digest(transaction, input: 0, spending: spending)
        let pushes = purse.keys.map { Script.push($0.sign(digest) + [0x41]) }
        func check(_ places: [Int], dummy: [UInt8] = [0]) throws -> BitcoinError.ScriptDefect? {
            defect(try with(dummy + places.flatMap { pushes[$0] }, transaction), spending)
        }
        for first in 0..<3 {
            for second in 0..<3 {
                #expect(
                    try check([first, second]) == (first < second ? nil : .wrongSignature),
                    "\(first) \(second)")
            }
        }
        #expect(try check([0]) == .wrongCount)
        #expect(try check([0, 1, 2]) == .wrongCount)
        #expect(try check([0, 1], dummy: [0x51]) == .dummyNotEmpty)
        #expect(try check([0, 1], dummy: [1, 0]) == .dummyNotEmpty)
        #expect(try check([0, 1], dummy: []) == .wrongCount)
    }

    @Test func `other forms are not verified, and inputs that are not there neither`() throws {
        let (transaction, _) = try signed(0)
        for script in [
            [], [0x51], [0, 0x6a, 1, 7], [0xa9, 20] + [UInt8](repeating: 1, count: 20),
        ] {
            let output = TransactionOutput(satoshis: 1, script: Script(script))
            #expect(throws: BitcoinError.unverifiableScript(input: 0)) {
                try ScriptVerifier.verify(transaction, input: 0, spending: output)
            }
        }
        let output = TransactionOutput(satoshis: 1, script: Script([]))
        for place in [-1, 1] {
            #expect(throws: BitcoinError.noSuchInput(place)) {
                try ScriptVerifier.verify(transaction, input: place, spending: output)
            }
        }
    }
}
