// What payments carry of the transactions that they spend.
import Bitcoin
import Bytes
import DirectPayment
import Headers
import Testing

@Suite struct TransactionAncestryTests {
    private func transaction(_ number: UInt8) throws -> BitcoinTransaction {
        let parent = Digest256([UInt8](repeating: number, count: 32)) ?? .zero
        return try BitcoinTransaction(
            inputs: [TransactionInput(outpoint: Outpoint(transaction: parent, index: 0))],
            outputs: [TransactionOutput(satoshis: UInt64(number), script: Bitcoin.Script([0x51]))])
    }

    private func proof(_ transaction: BitcoinTransaction) throws -> TSCProof {
        try TSCProof(
            subject: .hash(transaction.id),
            branch: try BitcoinTree.branch(at: 1, of: [.zero, transaction.id]),
            target: .hash(.zero))
    }

    private func sample() throws -> TransactionAncestry {
        let mined = try transaction(1)
        return TransactionAncestry([
            .init(mined, proof: try proof(mined)), .init(try transaction(2), proof: nil),
        ])
    }

    private func refused(_ bytes: [UInt8]) -> Bool {
        do throws(DirectPaymentError) {
            _ = try TransactionAncestry(hexadecimal: Hexadecimal.encode(bytes))
            return false
        } catch { return true }
    }

    @Test func `it is read as it was written`() throws {
        let sample = try sample()
        #expect(try TransactionAncestry(hexadecimal: sample.hexadecimal) == sample)
        #expect(try TransactionAncestry(hexadecimal: sample.hexadecimal.uppercased()) == sample)
        #expect(try TransactionAncestry(hexadecimal: "01") == TransactionAncestry([]))
        #expect(TransactionAncestry([]).hexadecimal == "01")
        // Version, tag, length, transaction.
        let raw = try transaction(2)
        #expect(
            TransactionAncestry([.init(raw, proof: nil)]).hexadecimal
                == "0101" + Hexadecimal.encode([UInt8(raw.bytes.count)]) + raw.hexadecimal)
    }

    @Test func `what stands twice counts once, and what miners have said is no proof`() throws {
        let raw = try transaction(3)
        let one: [UInt8] = [1, UInt8(raw.bytes.count)] + raw.bytes
        let once = TransactionAncestry([.init(raw, proof: nil)])
        #expect(try TransactionAncestry(hexadecimal: Hexadecimal.encode([1] + one + one)) == once)
        let answers: [UInt8] = [3, 2, 3, 7, 7, 7, 0]
        #expect(
            try TransactionAncestry(hexadecimal: Hexadecimal.encode([1] + one + answers)) == once)
        let both = [1] + one + answers + [2] + framed(try proof(raw).binary)
        #expect(
            try TransactionAncestry(hexadecimal: Hexadecimal.encode(both)).ancestors[0].proof
                == proof(raw))
    }

    private func framed(_ bytes: [UInt8]?) -> [UInt8] { [UInt8(bytes?.count ?? 0)] + (bytes ?? []) }

    @Test func `no part of it is taken for all of it, but where an ancestor ends`() throws {
        let sample = try sample()
        let bytes = try #require(Hexadecimal.decode(sample.hexadecimal))
        var whole: [Int] = []
        for count in 0..<bytes.count where !refused(Array(bytes[..<count])) { whole.append(count) }
        let raw = sample.ancestors[0].transaction.bytes.count
        #expect(
            whole == [1, 3 + raw, bytes.count - 2 - sample.ancestors[1].transaction.bytes.count])
    }

    @Test func `what is malformed is refused`() throws {
        let raw = try transaction(3)
        let one: [UInt8] = [1, UInt8(raw.bytes.count)] + raw.bytes
        for bytes: [UInt8] in [
            [], [0], [2], [1, 2], [1, 3], [1, 1], [1, 1, 0], [1] + one + [4], [1] + one + [2, 0],
            [1] + one + [3, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff],
            [1, 1, 0xfe, 0xff, 0xff, 0xff, 0x7f] + raw.bytes, [1, 1, 4, 0, 0, 0, 0],
            [1] + one + [3, 1, 200],
        ] {
            #expect(refused(bytes), "\(bytes)")
        }
        for text in ["", "0", "xy", "01 01", "０１"] {
            #expect(throws: DirectPaymentError.self) { try TransactionAncestry(hexadecimal: text) }
        }
    }

    @Test func `every byte that is changed makes it another one, or none`() throws {
        let sample = try sample()
        let bytes = try #require(Hexadecimal.decode(sample.hexadecimal))
        for place in bytes.indices {
            var changed = bytes
            changed[place] ^= 1
            let read = try? TransactionAncestry(hexadecimal: Hexadecimal.encode(changed))
            #expect(read != sample, "byte \(place)")
        }
    }
}
