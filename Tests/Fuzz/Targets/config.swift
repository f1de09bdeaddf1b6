// The configuration's syntax and its edits: what is set is read, the rest stays.

import Bytes
import WalletKit

private let key = try? ConfigurationKey("fuzz.key")

/// One run of libFuzzer.
func fuzzConfig(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    let bytes = input(start, count)
    guard let file = try? ConfigurationFile(bytes, path: "fuzz"), let key else { return 0 }
    promise(file.bytes == bytes, "reading changes nothing")
    for value in ["plain", " spaced # ; ", "a\"b\\c\n\td", ""] {
        var edited = file
        guard (try? edited.set(key, to: value)) != nil else { continue }
        promise(edited.values(of: key).last == value, "what is set is read")
        let others = file.entries.filter { $0.key != key }
        let kept = edited.entries.filter { $0.key != key }
        promise(
            others.map(\.key) == kept.map(\.key) && others.map(\.value) == kept.map(\.value),
            "an edit leaves the other keys alone")
        guard let removed = try? edited.unset(key) else { continue }
        promise(removed > 0 && edited.values(of: key).isEmpty, "what is unset is gone")
    }
    return 0
}
