// Edits of a configuration file: each names a byte range, the rest is copied.

extension ConfigurationFile {
    /// Makes `value` the one value of `key`: the last is rewritten where it stands, earlier ones
    /// go; where there is none it is appended to the section's last part, or to the file in a new
    /// section.
    public mutating func set(_ key: ConfigurationKey, to value: String)
        throws(ConfigurationError)
    {
        if value.utf8.contains(0) { throw .unwritableValue(key: key) }
        let text = ConfigurationText.value(value)
        let present = entries.filter { $0.key == key }
        guard let last = present.last else { return try append(key, text) }
        var edited = bytes
        if let range = last.valueRange {
            edited.replaceSubrange(range, with: range.isEmpty ? Array(" ".utf8) + text : text)
        } else {
            edited.insert(contentsOf: Array(" = ".utf8) + text, at: last.nameEnd)
        }
        for entry in present.dropLast().reversed() {
            edited.removeSubrange(removal(of: entry.start..<entry.end))
        }
        try replaceBytes(edited)
    }

    /// Takes all values of `key` out, and a section's header where nothing else, no comment either,
    /// stands under it; returns how many values there were.
    @discardableResult
    public mutating func unset(_ key: ConfigurationKey) throws(ConfigurationError) -> Int {
        let doomed = entries.filter { $0.key == key }
        if doomed.isEmpty { return 0 }
        var edited = bytes
        for entry in doomed.reversed() {
            edited.removeSubrange(removal(of: entry.start..<entry.end))
        }
        try replaceBytes(edited)
        // From the last to the first, because headers behind a removed one are renumbered.
        for index in Set(doomed.map(\.header)).sorted(by: >) where isBare(index) {
            var edited = bytes
            edited.removeSubrange(removal(of: headers[index].range))
            try replaceBytes(edited)
        }
        return doomed.count
    }

    /// Takes every part of `section` out, from its header through its last key; comments behind
    /// that may speak of what follows, and stay. Returns how many parts there were.
    @discardableResult
    public mutating func removeSection(_ section: ConfigurationSection)
        throws(ConfigurationError) -> Int
    {
        let doomed = headers.indices.filter { headers[$0].section == section }
        if doomed.isEmpty { return 0 }
        var ends = headers.map(\.range.upperBound)
        for entry in entries { ends[entry.header] = entry.end }
        var edited = bytes
        for index in doomed.reversed() {
            let start = headers[index].range.lowerBound
            edited.removeSubrange(removal(of: start..<ends[index]))
        }
        try replaceBytes(edited)
        return doomed.count
    }

    private mutating func append(_ key: ConfigurationKey, _ text: [UInt8])
        throws(ConfigurationError)
    {
        var line = Array("\t\(key.name) = ".utf8) + text + [0x0a]
        var position = bytes.count
        if let index = headers.lastIndex(where: { $0.section == key.section }) {
            position = headers[index].range.upperBound
            if let last = entries.last(where: { $0.header == index }) {
                position = last.end
            } else if let end = restOfLineEnd(from: position) {
                position = end
            } else {
                // Another header shares the line.
                line.insert(0x0a, at: 0)
            }
        } else {
            line = ConfigurationText.header(key.section) + [0x0a] + line
        }
        if position == bytes.count { line = missingLineEnd() + line }
        var edited = bytes
        edited.insert(contentsOf: line, at: position)
        try replaceBytes(edited)
    }

    /// What ends the file's last line before more may follow: a value that the end of the file cut
    /// off within a continuation would otherwise swallow it.
    private func missingLineEnd() -> [UInt8] {
        guard let last = bytes.last else { return [] }
        if last == UInt8(ascii: "\\") { return [0x0a, 0x0a] }
        if last != 0x0a { return [0x0a] }
        return entries.last.map(\.isTerminated) ?? true ? [] : [0x0a]
    }

    /// Whether nothing but blanks stands between a header and the next.
    private func isBare(_ index: Int) -> Bool {
        let next = index + 1 < headers.count ? headers[index + 1].range.lowerBound : bytes.count
        return bytes[headers[index].range.upperBound..<next].allSatisfy(isSpace)
    }

    /// Behind the line's end, where only blanks or a comment follow `position`; nil where something
    /// else does.
    private func restOfLineEnd(from position: Int) -> Int? {
        var index = position
        while index < bytes.count, bytes[index] != 0x0a, isSpace(bytes[index]) { index += 1 }
        guard index < bytes.count else { return index }
        let character = bytes[index]
        guard [0x0a, UInt8(ascii: "#"), UInt8(ascii: ";")].contains(character) else { return nil }
        while index < bytes.count && bytes[index] != 0x0a { index += 1 }
        return min(index + 1, bytes.count)
    }

    /// The bytes that go with `range`: whole lines where nothing else shares them.
    private func removal(of range: Range<Int>) -> Range<Int> {
        var start = range.lowerBound
        while start > 0, bytes[start - 1] != 0x0a, isSpace(bytes[start - 1]) { start -= 1 }
        let ownsLine = start == 0 || bytes[start - 1] == 0x0a
        var end = range.upperBound
        if bytes[end - 1] != 0x0a {
            guard let lineEnd = restOfLineEnd(from: end) else { return range }
            end = lineEnd
        }
        if ownsLine { return start..<end }
        // A header before it keeps the line's end.
        if bytes[end - 1] == 0x0a {
            end -= bytes[..<(end - 1)].last == UInt8(ascii: "\r") ? 2 : 1
        }
        return range.lowerBound..<max(end, range.lowerBound)
    }
}
