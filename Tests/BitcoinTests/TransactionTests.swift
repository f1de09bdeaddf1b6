import Bytes
import Cryptography
import Testing

@testable import Bitcoin

@Suite struct TransactionTests {
    @Test func `known transactions are read, and written as they were`() throws {
        let all = try KnownTransaction.all()
        #expect(all.count == 3)
        for known in all {
            let transaction = try BitcoinTransaction(known.bytes)
            #expect(transaction.id == known.id, "\(known.name)")
            #expect(transaction.outputs.map(\.satoshis) == known.outputs)
            #expect(transaction.isCoinbase == known.isCoinbase)
            #expect(transaction.version == 1 && transaction.lockTime == 0)
            #expect(transaction.bytes == known.bytes)
            let again = try BitcoinTransaction(
                inputs: transaction.inputs, outputs: transaction.outputs)
            #expect(again == transaction)
            #expect(try BitcoinTransaction(hexadecimal: transaction.hexadecimal) == transaction)
        }
    }

    @Test func `what is made comes back`() throws {
        var random = Generator()
        for _ in 0..<500 {
            let made = try random.transaction()
            let read = try BitcoinTransaction(made.bytes)
            #expect(read == made && read.id == made.id, random.comment)
            #expect(read.inputs == made.inputs && read.outputs == made.outputs, random.comment)
            #expect(read.version == made.version && read.lockTime == made.lockTime)
            var rest = (made.bytes + [7, 8])[...]
            #expect(try BitcoinTransaction(prefixOf: &rest) == made && rest == [7, 8])
        }
    }

    @Test func `what ends early or goes on is refused`() throws {
        for known in try KnownTransaction.all() {
            for count in known.bytes.indices {
                #expect(throws: BitcoinError.self) {
                    try BitcoinTransaction(Array(known.bytes[..<count]))
                }
            }
            #expect(throws: BitcoinError.trailingBytes(offset: known.bytes.count)) {
                try BitcoinTransaction(known.bytes + [0])
            }
        }
    }

    @Test func `a changed byte is refused, or read as another transaction`() throws {
        for known in try KnownTransaction.all() {
            // One of them with every byte, the others with every bit.
            let changes = (UInt8(1)...255).filter {
                known.name == "accepted by a node" || $0.nonzeroBitCount == 1
            }
            for place in known.bytes.indices {
                let wrong = try changes.filter { change in
                    var bytes = known.bytes
                    bytes[place] ^= change
                    guard let read = try? BitcoinTransaction(bytes) else { return false }
                    let again = try BitcoinTransaction(
                        version: read.version, inputs: read.inputs, outputs: read.outputs,
                        lockTime: read.lockTime)
                    return read.bytes != bytes || again.bytes != bytes || read.id == known.id
                }
                #expect(wrong.isEmpty, "\(known.name), byte \(place)")
            }
        }
    }

    @Test func `the extended format brings what is spent`() throws {
        var random = Generator()
        for _ in 0..<20 {
            let made = try random.transaction()
            let spending = made.inputs.map { _ in
                TransactionOutput(satoshis: UInt64(random.below(1_000)), script: random.script())
            }
            let bytes = made.extended(spending: spending)
            let read = try BitcoinTransaction.reading(extended: bytes)
            #expect(read.transaction == made && read.spending == spending, random.comment)
            for count in bytes.indices {
                #expect(throws: BitcoinError.self, random.comment) {
                    try BitcoinTransaction.reading(extended: Array(bytes[..<count]))
                }
            }
            #expect(throws: BitcoinError.trailingBytes(offset: bytes.count)) {
                try BitcoinTransaction.reading(extended: bytes + [1])
            }
            #expect(throws: BitcoinError.self, random.comment) { try BitcoinTransaction(bytes) }
            #expect(throws: BitcoinError.self, random.comment) {
                try BitcoinTransaction.reading(extended: made.bytes)
            }
        }
    }

    @Test func `the rules that need no other transaction`() throws {
        let input = TransactionInput(outpoint: Outpoint(transaction: .zero, index: 3))
        let output = TransactionOutput(satoshis: 1, script: Script([0x51]))
        func make(
            _ inputs: [TransactionInput], _ outputs: [TransactionOutput]
        ) throws(BitcoinError) {
            _ = try BitcoinTransaction(inputs: inputs, outputs: outputs)
        }
        #expect(throws: BitcoinError.noInputs) { try make([], [output]) }
        #expect(throws: BitcoinError.noOutputs) { try make([input], []) }
        #expect(throws: BitcoinError.duplicateInput(input.outpoint)) {
            try make([input, input], [output])
        }
        let all = UInt64(Limits.satoshis)
        try make([input], [TransactionOutput(satoshis: all, script: output.script)])
        for amounts in [[all + 1], [all, 1], [.max, 2], [.max, .max]] {
            #expect(throws: BitcoinError.tooManySatoshis) {
                try make(
                    [input], amounts.map { TransactionOutput(satoshis: $0, script: output.script) })
            }
        }
        #expect(throws: BitcoinError.notHexadecimal) { try BitcoinTransaction(hexadecimal: "0g") }
        #expect(throws: BitcoinError.notHexadecimal) { try BitcoinTransaction(hexadecimal: "AA") }
    }

    @Test func `sixty-four bytes are no transaction`() throws {
        for locking in 0...4 {
            let input = TransactionInput(
                outpoint: Outpoint(transaction: .zero, index: 1),
                script: Script(Array(repeating: 0x51, count: 4 - locking)))
            func output(_ satoshis: UInt64, _ extra: Int = 0) -> TransactionOutput {
                TransactionOutput(
                    satoshis: satoshis,
                    script: Script(Array(repeating: 0x51, count: locking + extra)))
            }
            #expect(throws: BitcoinError.ambiguousTransaction) {
                try BitcoinTransaction(inputs: [input], outputs: [output(1)])
            }
            let longer = try BitcoinTransaction(inputs: [input], outputs: [output(1, 1)])
            #expect(longer.bytes.count == 65 && !BitcoinTransaction.isAmbiguous(longer.bytes))
            // The bytes alone: an amount beyond all satoshis is none.
            var bytes = longer.bytes
            bytes.remove(at: 47 + input.script.bytes.count + 8 + 1)
            bytes[47 + input.script.bytes.count + 8] -= 1
            #expect(bytes.count == 64 && BitcoinTransaction.isAmbiguous(bytes))
            bytes[47 + input.script.bytes.count + 7] = 0xff
            #expect(!BitcoinTransaction.isAmbiguous(bytes))
        }
        #expect(!BitcoinTransaction.isAmbiguous(Array(repeating: 0, count: 64)))
    }

    @Test func `a transaction of the limit is read, one byte more is not`() throws {
        let input = TransactionInput(outpoint: Outpoint(transaction: .zero, index: 1))
        func make(_ count: Int) throws(BitcoinError) -> BitcoinTransaction {
            let script = Script(Array(repeating: 0, count: count))
            return try BitcoinTransaction(
                inputs: [input], outputs: [TransactionOutput(satoshis: 0, script: script)])
        }
        let frame = try make(100_000).bytes.count - 100_000
        let largest = try make(Limits.transactionBytes - frame)
        #expect(largest.bytes.count == Limits.transactionBytes)
        #expect(try BitcoinTransaction(largest.bytes) == largest)
        #expect(
            throws: BitcoinError.tooLarge(
                what: "transaction", limit: Limits.transactionBytes,
                got: UInt64(Limits.transactionBytes + 1))
        ) { try make(Limits.transactionBytes - frame + 1) }
    }

    @Test func `counts that cannot be are refused before anything is made`() throws {
        let start: [UInt8] = [1, 0, 0, 0]
        let many: [UInt8] = [0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x7f]
        let few: [UInt8] = [0xfd, 0x01, 0x00]
        #expect(throws: BitcoinError.self) { try BitcoinTransaction(start + many) }
        #expect(throws: BitcoinError.varintNotMinimal(offset: 4)) {
            try BitcoinTransaction(start + few + [UInt8](repeating: 0, count: 99))
        }
        let input = [1] + [UInt8](repeating: 9, count: 36)
        #expect(
            throws: BitcoinError.tooLarge(
                what: "script", limit: Limits.transactionBytes, got: 0x7fff_ffff_ffff_ffff)
        ) { try BitcoinTransaction(start + input + [0xff] + many[1...]) }
    }

    @Test func `outpoints are in order and shown as explorers do`() throws {
        let known = try #require(try KnownTransaction.all().first)
        let transaction = try BitcoinTransaction(known.bytes)
        #expect(
            "\(transaction.inputs[0].outpoint)"
                == "0437cd7f8525ceed2324359c2d0ba26006d92d856a9c20fa0241106ee5a597c9:0")
        let first = Outpoint(transaction: .zero, index: 9)
        let second = Outpoint(transaction: known.id, index: 0)
        #expect(first < second && second < Outpoint(transaction: known.id, index: 1))
    }
}
