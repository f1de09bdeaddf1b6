// Transactions with their ancestors (BRC-62, BRC-96): what is read is in order, and its paths give roots or reasons.

import Bytes
import Headers

/// One run of libFuzzer.
func fuzzBeef(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    let bytes = input(start, count)
    if let transaction = try? BitcoinTransaction(bytes) {
        promise(transaction.bytes == bytes, "a transaction is all of its bytes")
    }
    do throws(HeaderError) {
        let beef = try BEEF(bytes)
        promise(BEEF.begins(bytes), "what is read begins as one")
        promise(!beef.entries.isEmpty, "there is a subject")
        for entry in beef.entries {
            promise(entry.path.map { beef.paths.indices.contains($0) } ?? true, "a path is there")
            promise(
                entry.transaction.map { $0.id == entry.id } ?? true, "an id is its transaction's")
        }
        promise(beef.entries.contains { $0.id == beef.subject }, "the subject is there")
        _ = try beef.roots()
    } catch {
        promise(!error.message.isEmpty, "a refusal has its reason")
    }
    return 0
}
