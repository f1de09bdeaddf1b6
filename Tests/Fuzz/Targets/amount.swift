// Amounts, bounds and times: one spelling each.

import Bytes
import Documents

/// One run of libFuzzer.
func fuzzAmount(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    let bytes = input(start, count)
    for form in [Amount.Form.canonical, .signed] {
        guard let amount = try? Amount(bytes, form) else { continue }
        promise(Array(amount.text.utf8) == bytes, "an amount has one spelling")
        promise(amount.decimals <= Limits.amountDecimals, "at most 18 decimals")
    }
    if let amount = try? Amount(bytes, .typed) {
        promise((try? Amount(Array(amount.text.utf8))) == amount, "what is typed can be written")
        promise(!amount.grouped(decimals: 2).isEmpty, "what is typed can be shown")
        promise(amount.negated.negated == amount, "negation")
        promise(amount.subtracting(amount) == .zero, "difference")
    }
    if let bound = Bound(bytes) {
        promise(Array(bound.text.utf8) == bytes, "a bound has one spelling")
    }
    if let time = Timestamp(bytes) {
        promise(Array(time.text.utf8) == bytes, "a time has one spelling")
    }
    _ = Timestamp(typed: String(decoding: bytes, as: UTF8.self))
    return 0
}
