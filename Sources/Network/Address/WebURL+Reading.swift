// Reading URLs as people write them.

extension WebURL {
    /// Reads a URL: `https://host:port/path?query`, or `unix:PATH`. Scheme and host come out in
    /// lower case, an IPv6 address as RFC 5952 writes it, an empty path as a slash.
    /// - Throws: `NetworkError.invalidURL` for other schemes, a user, a fragment, a port beyond
    ///   65535, names beyond ASCII, addresses in odd spellings, dot segments.
    public init(_ text: String) throws(NetworkError) {
        func invalid(_ reason: String) -> NetworkError { .invalidURL(text: text, reason: reason) }
        guard text.utf8.count <= CodecLimits.urlBytes else {
            throw .invalidURL(
                text: String(text.prefix(64)),
                reason: "the URL exceeds \(CodecLimits.urlBytes) bytes")
        }
        let bytes = text.utf8
        guard let colon = bytes.firstIndex(of: .colon) else {
            throw invalid("the scheme is missing, such as 'https://'")
        }
        let scheme = String(decoding: bytes[..<colon].map(\.lowered), as: UTF8.self)
        let rest = bytes[colon...].dropFirst()
        if scheme == "unix" {
            let path = String(Substring(rest))
            if let fault = Self.socketFault(path) { throw invalid(fault) }
            self.init(scheme: scheme, host: "", port: 0, path: "/", query: nil, socket: path)
            return
        }
        guard ["http", "https", "ws", "wss"].contains(scheme) else {
            throw invalid("the scheme is none of http, https, ws, wss, unix")
        }
        guard rest.starts(with: "//".utf8) else { throw invalid("'//' is missing") }
        let behind = rest.dropFirst(2)
        let end =
            behind.firstIndex { "/?#".utf8.contains($0) } ?? behind.endIndex
        guard !behind[end...].contains(UInt8(ascii: "#")) else {
            throw invalid("a fragment is never sent")
        }
        let (host, port) = try Self.place(String(Substring(behind[..<end])), invalid)
        let question = behind[end...].firstIndex(of: UInt8(ascii: "?")) ?? behind.endIndex
        let path = String(Substring(behind[end..<question]))
        let query =
            question == behind.endIndex
            ? nil : String(Substring(behind[question...].dropFirst()))
        if let fault = Self.fault(path: path, query: query) { throw invalid(fault) }
        self.init(
            scheme: scheme, host: host, port: port ?? Self.usualPort(scheme),
            path: path.isEmpty ? "/" : path, query: query, socket: nil)
    }

    /// What `Host` says: the host, and the port where it is not the scheme's own.
    var authority: String {
        if socket != nil { return "localhost" }
        let name = host.utf8.contains(.colon) ? "[\(host)]" : host
        return port == Self.usualPort(scheme) ? name : "\(name):\(port)"
    }

    /// The URL with `path` behind its own, one slash in between, and `query` as its query.
    /// Characters that a URL cannot hold are encoded, a percent sign is left as it is.
    public func appending(path: String, query: String? = nil) -> WebURL {
        var result = self
        let left = self.path.utf8.last == .slash ? String(self.path.dropLast()) : self.path
        let right = path.utf8.first == .slash ? path : "/" + path
        result.path = left + PercentCoding.repaired(right, .path)
        result.query = query.map { PercentCoding.repaired($0, .query) }
        return result
    }

    private static func place(
        _ authority: String, _ invalid: (String) -> NetworkError
    ) throws(NetworkError) -> (host: String, port: Int?) {
        guard !authority.utf8.contains(UInt8(ascii: "@")) else {
            throw invalid("a user in a URL is not supported")
        }
        guard let (name, isBracketed, port) = HostName.split(authority) else {
            throw invalid("after the host stands a port, 1 to 65535")
        }
        if isBracketed {
            guard let address = IPAddress(name), address.bytes.count == 16 else {
                throw invalid("in brackets stands an IPv6 address")
            }
            return (address.description, port)
        }
        if let fault = HostName.fault(name) { throw invalid(fault) }
        return (String(decoding: name.utf8.map(\.lowered), as: UTF8.self), port)
    }

    private static func fault(path: String, query: String?) -> String? {
        guard path.utf8.allSatisfy(ASCIISet.path.contains) else {
            return "the path has a character that must be percent-encoded"
        }
        if let fault = HTTPRequestTarget.fault(path: path) { return fault + " cannot be used" }
        guard let query else { return nil }
        guard query.utf8.allSatisfy(ASCIISet.query.contains),
            PercentCoding.isWellFormed(query.utf8)
        else { return "the query has a character that must be percent-encoded" }
        return nil
    }

    private static func socketFault(_ path: String) -> String? {
        if path.isEmpty { return "the socket's path is missing" }
        if path.utf8.count > CodecLimits.socketPathBytes {
            return "the socket's path exceeds \(CodecLimits.socketPathBytes) bytes"
        }
        if path.utf8.contains(where: { $0 < .space || $0 == 0x7f }) {
            return "the socket's path has a control character"
        }
        return nil
    }
}
