// What a request's line asks for (RFC 9112 §3.2).

/// The target of a request, judged.
struct HTTPRequestTarget: Sendable, Equatable {
    var path: String
    var query: String?
    /// `host:port` of an absolute form, which must be what `Host` says.
    var authority: String?

    /// Reads origin form, absolute form, or the asterisk of `OPTIONS`.
    init(_ target: String, method: String) throws(HTTPFault) {
        if target == "*" {
            guard method == "OPTIONS" else { throw Self.malformed("the target '*'") }
            (path, query, authority) = ("*", nil, nil)
            return
        }
        var rest = target.utf8[...]
        if rest.first != .slash {
            let prefix = ["http://", "https://"].first { prefix in
                HTTPHeaders.areEqual(String(Substring(rest.prefix(prefix.utf8.count))), prefix)
            }
            guard let prefix else { throw Self.malformed("the target is neither path nor URL") }
            rest = rest.dropFirst(prefix.utf8.count)
            let end = rest.firstIndex { $0 == .slash || $0 == UInt8(ascii: "?") } ?? rest.endIndex
            authority = String(Substring(rest[..<end]))
            rest = rest[end...]
        }
        let question = rest.firstIndex(of: UInt8(ascii: "?"))
        query = question.map { String(Substring(rest[rest.index(after: $0)...])) }
        path = String(Substring(rest[..<(question ?? rest.endIndex)]))
        if path.isEmpty {
            // RFC 9112 §3.2.4: of a server as a whole.
            path = method == "OPTIONS" && query == nil ? "*" : "/"
        }
        if let fault = Self.fault(path: path) { throw Self.malformed(fault) }
        guard PercentCoding.isWellFormed((query ?? "").utf8) else {
            throw Self.malformed("the query's percent-encoding")
        }
    }

    private static func malformed(_ what: String) -> HTTPFault {
        HTTPSide.request.malformed("the request line: \(what) cannot be used")
    }

    /// What is wrong with a path; nil where nothing is. `.` and `..` are refused however they are
    /// spelt: a path means one thing, and never a file above.
    static func fault(path: String) -> String? {
        var bytes = path.utf8.makeIterator()
        // Of the segment so far: its bytes, and how many of them are dots.
        var (count, dots) = (0, 0)
        func isDots() -> Bool { count == dots && (1...2).contains(dots) }
        while var byte = bytes.next() {
            var isSeparator = byte == .slash
            if byte == UInt8(ascii: "%") {
                guard let high = bytes.next()?.hexadecimalValue,
                    let low = bytes.next()?.hexadecimalValue
                else { return "the path's percent-encoding" }
                byte = high << 4 | low
                if byte == 0 { return "a zero byte in the path" }
                // Whoever decodes before he splits must not be led astray either.
                isSeparator = byte == .slash || byte == UInt8(ascii: "\\")
            }
            if isSeparator {
                if isDots() { return "a dot segment in the path" }
                (count, dots) = (0, 0)
            } else {
                count += 1
                dots += byte == UInt8(ascii: ".") ? 1 : 0
            }
        }
        return isDots() ? "a dot segment in the path" : nil
    }
}
