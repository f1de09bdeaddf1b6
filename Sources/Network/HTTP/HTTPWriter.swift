// Writing heads and chunks. No value, wherever it came from, adds a line.

/// Messages as bytes (RFC 9112).
enum HTTPWriter {
    /// The fields that this writer writes by itself.
    private static let framing = [
        "Content-Length", "Transfer-Encoding", "Connection", "Date", "Host",
    ]

    /// The head of a response.
    /// - Parameters:
    ///   - bodyBytes: The body's length, a `HEAD`'s too; nil where it comes in chunks.
    ///   - keepsAlive: Whether another request is taken on the connection.
    ///   - date: `date(unixSeconds:)`, made once a second.
    ///   - takesChunks: Whether the other side knows chunks. If not, a body of unknown length goes
    ///     out bare, and the connection is closed after it.
    static func responseHead(
        status: Int, headers: HTTPHeaders, bodyBytes: Int?, keepsAlive: Bool, date: String,
        takesChunks: Bool = true
    ) -> [UInt8] {
        var head: [UInt8] = []
        head.reserveCapacity(256)
        head.append("HTTP/1.1 ")
        head.append(number: status)
        head.append(.space)
        head.append(reason(status))
        head.append("\r\nDate: ")
        head.append(clean: date)
        head.append("\r\n")
        append(headers, to: &head)
        let isBare = status < 200 || status == 204
        if let bodyBytes, !isBare {
            head.append("Content-Length: ")
            head.append(number: bodyBytes)
            head.append("\r\n")
        } else if bodyBytes == nil, takesChunks, !isBare {
            head.append("Transfer-Encoding: chunked\r\n")
        }
        let isOpenEnded = bodyBytes == nil && !takesChunks
        if !keepsAlive || isOpenEnded { head.append("Connection: close\r\n") }
        head.append("\r\n")
        return head
    }

    /// The head of a request, in origin form.
    /// - Parameters:
    ///   - bodyBytes: The body's length; nil where it comes in chunks.
    ///   - keepsAlive: Whether another request may follow on the connection.
    static func requestHead(
        _ request: HTTPRequest, bodyBytes: Int?, keepsAlive: Bool = true
    ) -> [UInt8] {
        var head = requestLine(request.method, request.url)
        append(request.headers, to: &head)
        let mayHaveBody = ["POST", "PUT", "PATCH"].contains(request.method)
        if let bodyBytes {
            if bodyBytes > 0 || mayHaveBody {
                head.append("Content-Length: ")
                head.append(number: bodyBytes)
                head.append("\r\n")
            }
        } else {
            head.append("Transfer-Encoding: chunked\r\n")
        }
        if !keepsAlive { head.append("Connection: close\r\n") }
        head.append("\r\n")
        return head
    }

    /// The first line of a request, and `Host`.
    static func requestLine(_ method: String, _ url: WebURL) -> [UInt8] {
        precondition(!method.isEmpty && method.utf8.allSatisfy(ASCIISet.token.contains))
        var head: [UInt8] = []
        head.reserveCapacity(256)
        head.append(method)
        head.append(.space)
        head.append(PercentCoding.repaired(url.path, .path))
        if let query = url.query {
            head.append(UInt8(ascii: "?"))
            head.append(PercentCoding.repaired(query, .query))
        }
        head.append(" HTTP/1.1\r\nHost: ")
        head.append(clean: url.authority)
        head.append("\r\n")
        return head
    }

    /// One chunk; nothing for no bytes, for an empty chunk would end the body.
    static func chunk(_ bytes: [UInt8]) -> [UInt8] {
        if bytes.isEmpty { return [] }
        var chunk: [UInt8] = []
        chunk.reserveCapacity(bytes.count + 20)
        chunk.append(String(bytes.count, radix: 16))
        chunk.append("\r\n")
        chunk.append(contentsOf: bytes)
        chunk.append("\r\n")
        return chunk
    }

    /// The chunk that ends a body.
    static let lastChunk: [UInt8] = Array("0\r\n\r\n".utf8)

    /// Adds fields, but those of framing and those whose name is no token.
    static func append(_ headers: HTTPHeaders, to head: inout [UInt8]) {
        for field in headers.fields {
            guard !field.name.isEmpty, field.name.utf8.allSatisfy(ASCIISet.token.contains),
                !framing.contains(where: { HTTPHeaders.areEqual($0, field.name) })
            else { continue }
            head.append(field.name)
            head.append(": ")
            head.append(clean: field.value)
            head.append("\r\n")
        }
    }

    /// A time as `Date` has it: `Sun, 06 Nov 1994 08:49:37 GMT` (IMF-fixdate, RFC 9110 §5.6.7).
    /// - Parameter unixSeconds: From the year 0 to 9999.
    static func date(unixSeconds: Int64) -> String {
        let days = unixSeconds >= 0 ? unixSeconds / 86_400 : (unixSeconds - 86_399) / 86_400
        let seconds = Int(unixSeconds - days * 86_400)
        // Days are counted from 1 March of the year 0, so that the leap day is the last of a year.
        let shifted = days + 719_468
        let era = (shifted >= 0 ? shifted : shifted - 146_096) / 146_097
        let dayOfEra = shifted - era * 146_097
        let yearOfEra =
            (dayOfEra - dayOfEra / 1_460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let shiftedMonth = (5 * dayOfYear + 2) / 153
        let day = Int(dayOfYear - (153 * shiftedMonth + 2) / 5 + 1)
        let month = Int(shiftedMonth < 10 ? shiftedMonth + 2 : shiftedMonth - 10)
        let year = Int(yearOfEra + era * 400) + (month < 2 ? 1 : 0)
        let weekday = Int(((days + 4) % 7 + 7) % 7)
        return "\(weekdays[weekday]), \(padded(day)) \(months[month]) \(padded(year, 4)) "
            + "\(padded(seconds / 3_600)):\(padded(seconds / 60 % 60)):\(padded(seconds % 60)) GMT"
    }

    private static let weekdays = ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"]
    private static let months = [
        "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
    ]

    private static func padded(_ number: Int, _ width: Int = 2) -> String {
        let digits = String(number)
        return String(repeating: "0", count: max(0, width - digits.utf8.count)) + digits
    }

    /// The words for a status (RFC 9110 §15); empty where there are none.
    static func reason(_ status: Int) -> String {
        switch status {
        case 100: "Continue"
        case 101: "Switching Protocols"
        case 200: "OK"
        case 201: "Created"
        case 202: "Accepted"
        case 204: "No Content"
        case 206: "Partial Content"
        case 301: "Moved Permanently"
        case 302: "Found"
        case 303: "See Other"
        case 304: "Not Modified"
        case 307: "Temporary Redirect"
        case 308: "Permanent Redirect"
        case 400: "Bad Request"
        case 401: "Unauthorized"
        case 402: "Payment Required"
        case 403: "Forbidden"
        case 404: "Not Found"
        case 405: "Method Not Allowed"
        case 406: "Not Acceptable"
        case 408: "Request Timeout"
        case 409: "Conflict"
        case 410: "Gone"
        case 411: "Length Required"
        case 412: "Precondition Failed"
        case 413: "Content Too Large"
        case 414: "URI Too Long"
        case 415: "Unsupported Media Type"
        case 416: "Range Not Satisfiable"
        case 417: "Expectation Failed"
        case 421: "Misdirected Request"
        case 422: "Unprocessable Content"
        case 426: "Upgrade Required"
        case 428: "Precondition Required"
        case 429: "Too Many Requests"
        case 431: "Request Header Fields Too Large"
        case 500: "Internal Server Error"
        case 501: "Not Implemented"
        case 502: "Bad Gateway"
        case 503: "Service Unavailable"
        case 504: "Gateway Timeout"
        case 505: "HTTP Version Not Supported"
        case 507: "Insufficient Storage"
        default: ""
        }
    }
}

extension [UInt8] {
    mutating func append(_ text: String) { append(contentsOf: text.utf8) }

    mutating func append(number: Int) { append(String(number)) }

    /// Adds a text, a space for each control character: no value ends its line.
    mutating func append(clean text: String) {
        for byte in text.utf8 {
            append((byte < .space && byte != .tab) || byte == 0x7f ? .space : byte)
        }
    }
}
