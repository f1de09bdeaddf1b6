// Transactions, plain and extended: what is read is written byte for byte, and nothing counts twice or too much.

import Bitcoin
import Bytes

/// One run of libFuzzer.
func fuzzTransaction(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    let bytes = input(start, count)
    do throws(BitcoinError) {
        let transaction = try BitcoinTransaction(bytes)
        promise(transaction.bytes == bytes, "a transaction is all of its bytes")
        let again = try? BitcoinTransaction(
            version: transaction.version, inputs: transaction.inputs,
            outputs: transaction.outputs, lockTime: transaction.lockTime)
        promise(again == transaction, "a transaction has one spelling")
        promise(TransactionOutput.sum(transaction.outputs) != nil, "there are so many satoshis")
        promise(
            Set(transaction.inputs.map(\.outpoint)).count == transaction.inputs.count,
            "nothing is spent twice")
        promise(!BitcoinTransaction.isAmbiguous(bytes), "it is no node of a tree")
        promise(FeeQuote.usual.fee(for: transaction) > 0, "a miner wants something")
        var rest = (bytes + [1])[...]
        promise(
            (try? BitcoinTransaction(prefixOf: &rest)) == transaction && rest == [1],
            "what follows is left")
        verify(transaction)
    } catch {
        promise(!error.message.isEmpty && !error.code.isEmpty, "a refusal has its reason")
    }
    do throws(BitcoinError) {
        let read = try BitcoinTransaction.reading(extended: bytes)
        promise(
            read.transaction.extended(spending: read.spending) == bytes,
            "the extended format has one spelling")
        try ScriptVerifier.verify(read.transaction, spending: read.spending)
    } catch {
        promise(!error.message.isEmpty, "a refusal has its reason")
    }
    return 0
}

/// Every input against every output: scripts of all sorts meet.
private func verify(_ transaction: BitcoinTransaction) {
    for place in transaction.inputs.indices.prefix(3) {
        for output in transaction.outputs.prefix(3) {
            do throws(BitcoinError) {
                try ScriptVerifier.verify(transaction, input: place, spending: output)
                promise(output.script.kind != .other, "only known forms are verified")
            } catch {
                promise(!error.message.isEmpty, "a refusal has its reason")
            }
        }
    }
}
