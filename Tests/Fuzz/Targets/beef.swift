// Transactions with their ancestors (BRC-62, 95, 96): what is read is in order and comes back in every form, and its
// paths give roots or reasons.

import Bitcoin
import Bytes
import Headers

private func check(_ beef: BEEF) {
    promise(!beef.entries.isEmpty, "there is a subject")
    for entry in beef.entries {
        promise(entry.path.map { beef.paths.indices.contains($0) } ?? true, "a path is there")
        promise(entry.transaction.map { $0.id == entry.id } ?? true, "an id is its transaction's")
    }
    promise(Set(beef.entries.map(\.id)).count == beef.entries.count, "nothing stands twice")
    promise(beef.entries.contains { $0.id == beef.subject }, "the subject is there")
    for form in BEEF.Form.allCases {
        guard let binary = try? beef.binary(form) else { continue }
        guard let again = try? BEEF(binary) else { fatalError("broken promise: it is read again") }
        promise(
            again.entries == beef.entries && again.paths == beef.paths
                && again.subject == beef.subject, "every form says the same")
    }
}

/// One run of libFuzzer.
func fuzzBeef(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    let bytes = input(start, count)
    do throws(HeaderError) {
        let beef = try BEEF(bytes)
        promise(BEEF.begins(bytes), "what is read begins as one")
        check(beef)
        let roots = try beef.roots()
        promise(roots.count == beef.paths.count, "every path has its root")
        let merged = try beef.merged()
        promise(merged.entries.map(\.id) == beef.entries.map(\.id), "nothing is lost in merging")
        promise((try? merged.roots()) != nil, "what is merged is as true as before")
        check(merged)
    } catch {
        promise(!error.message.isEmpty, "a refusal has its reason")
    }
    return 0
}
