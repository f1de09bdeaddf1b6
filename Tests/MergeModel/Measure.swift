// How long a fold of many records takes. Nothing asserts it.
import Bytes
import Documents
import Graphstore
import Merge

/// A state that nothing has touched.
private struct Untouched: LedgerView {
    func counter(_ key: CounterKey) -> Counter { .fresh(key) }
    func clearedIn(_ instruction: Digest256) -> ClearedIn? { nil }
    func scale(of symbol: Address) -> Int? { nil }
}

/// Records of five devices that pay a thousand people.
struct Measure {
    private let records: [ClearingRecord]

    init(count: Int) throws {
        func person(_ number: Int) -> Address {
            // Of something, not of a number: tables expect addresses to be hashes.
            Address(of: [UInt8(number >> 8 & 255), UInt8(number & 255)])
        }
        let one = try Amount(Array("1".utf8))
        records = try (0..<count).map { number in
            let payment = Instruction.iou(
                IOU(
                    .init(
                        domain: "d", source: person(1), target: person(10 + number % 1000),
                        amount: one, symbol: person(1), random: String(number), expiry: .latest)))
            guard let time = Timestamp(milliseconds: Int64(number)) else {
                throw SetError(reason: "no time")
            }
            let transaction = Transaction(
                clock: .init(
                    device: person(2000 + number % 5), sequence: 1 + number / 5, tick: 0,
                    time: time),
                domain: "d", inputs: [payment.hash], outputs: [])
            return ClearingRecord(
                transaction: transaction, request: Request([payment]), signatures: nil,
                document: [])
        }.reversed()
    }

    /// One sentence for each of three runs.
    func run() throws -> [String] {
        try (0..<3).map { _ in
            var applied = 0
            let time = try ContinuousClock().measure {
                applied = try MergeFold(
                    MergeBase(domain: "d"), over: Untouched(), records: records, now: .latest
                ).merged.applied.count
            }
            return "\(applied) records in \(time)"
        }
    }
}
