// Messages of set reconciliation: answered within the limit, or refused; ids that one side is said
// to have alone are its own.

import Bytes
import Cryptography

@testable import Sync

private let items = (0..<300).map {
    SyncItem(timestamp: UInt64($0 / 4), id: Hash.sha256([UInt8($0 & 0xff), UInt8($0 >> 8)]))
}
private let vector = ReconciledVector(items)
private let own = Set(items.map(\.id))

/// One run of libFuzzer.
func fuzzReconciliation(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    let bytes = input(start, count)
    for limit in [SyncLimits.reconciliationLeastBytes, SyncLimits.reconciliationBytes] {
        let side = Reconciliation(vector, limit: limit)
        if let answer = try? side.answer(bytes[...]) {
            promise(answer.count <= limit, "an answer is within the limit")
            var difference = SetDifference()
            let isRead = (try? { _ = try side.proceed(answer[...], &difference) }()) != nil
            promise(isRead, "an answer can be read")
        }
        var difference = SetDifference()
        if let next = try? side.proceed(bytes[...], &difference) {
            promise(next.count <= limit, "a question is within the limit")
        }
        promise(difference.have.allSatisfy(own.contains), "what we have alone is ours")
    }
    guard var reader = try? ReconciliationReader(bytes[...]) else { return 0 }
    var writer = ReconciliationWriter()
    var last = SyncBound.zero
    while let range = try? reader.next() {
        promise(range.end >= last, "ranges ascend")
        last = range.end
        writer.append(range.end, range.payload)
    }
    var again = try? ReconciliationReader(writer.bytes[...])
    var copy = ReconciliationWriter()
    while let range = try? again?.next() { copy.append(range.end, range.payload) }
    promise(copy.bytes == writer.bytes, "a message comes back from its bytes")
    return 0
}
