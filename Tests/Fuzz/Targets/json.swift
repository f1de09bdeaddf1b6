// The strict JSON parser: whatever it reads can be walked, written canonically, and is then read as the same.

import Documents

/// The value in RFC 8785.
private func write(_ value: JSONValue, to writer: inout CanonicalWriter) {
    switch value.kind {
    case .object:
        writer.beginObject()
        let members = value.members.sorted {
            $0.name.utf16.lexicographicallyPrecedes($1.name.utf16)
        }
        for (name, member) in members {
            writer.name(name)
            write(member, to: &writer)
        }
        writer.endObject()
    case .array:
        writer.beginArray()
        for element in value.elements ?? [] { write(element, to: &writer) }
        writer.endArray()
    case .string: writer.string(value.string ?? "")
    case .integer: writer.integer(value.integer ?? 0)
    case .literal: writer.raw(value.bytes)
    }
}

/// One run of libFuzzer.
func fuzzJson(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    guard let text = try? JSONText(input(start, count)) else { return 0 }
    var writer = CanonicalWriter()
    write(text.root, to: &writer)
    let isCanonical = text.root.departure == nil
    promise(isCanonical == (writer.bytes[...] == text.root.bytes), "departures are all noticed")
    guard let again = try? JSONText(writer.bytes) else { fatalError("canonical text is refused") }
    promise(again.root.departure == nil, "the writer is canonical")
    var second = CanonicalWriter()
    write(again.root, to: &second)
    promise(second.bytes == writer.bytes, "writing is stable")
    promise(text.root.stranger(to: []) == nil || text.root.count > 0, "strangers are members")
    return 0
}
