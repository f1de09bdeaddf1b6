// JSON of others: whatever is read comes back from what is written, and names are found however they are spelt.

import Bytes
import Documents

/// One run of libFuzzer.
func fuzzForeign(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    let bytes = input(start, count)
    let value: ForeignJSON
    do throws(JSONError) { value = try ForeignJSON(bytes) } catch {
        promise(!error.reason.isEmpty, "a refusal has its reason")
        promise(error.offset >= 0 && error.offset <= count, "a refusal has its place")
        // What the strict parser reads is JSON.
        promise(
            (try? JSONText(bytes)).map { $0.root.kind } == nil || error.reason.contains("twice")
                || error.reason.contains("too "), "strict JSON is JSON")
        return 0
    }
    promise((try? ForeignJSON(value.bytes)) == value, "a value comes back")
    for member in value.members ?? [] where member.value != .null {
        promise(value[member.name.uppercased()] == member.value, "a name has any case")
    }
    return 0
}
