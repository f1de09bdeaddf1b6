// The limits on what comes over a connection, before anybody has judged what it asks for.

/// Bounds of lines, heads, frames and addresses. One past each is refused and tested.
enum CodecLimits {
    // limit: a line of a head, without its end
    static let lineBytes = 8_192
    // limit: a head, all lines with their ends
    static let headBytes = 32_768
    // limit: fields of a head, and of what follows the last chunk
    static let fields = 100
    // limit: digits of Content-Length; nobody sends a petabyte
    static let lengthDigits = 15
    // limit: hexadecimal digits of a chunk's size
    static let chunkSizeDigits = 8
    // limit: what follows a chunk's size, the semicolon included
    static let chunkExtensionBytes = 256
    // limit: the fields after the last chunk, with their ends
    static let trailerBytes = 8_192
    // limit: responses of 1xx before the one that counts
    static let interimResponses = 16
    // limit: the payload of a control frame (RFC 6455 §5.5)
    static let controlPayloadBytes = 125
    // limit: a URL's text; with all around it, it fits a line of a head
    static let urlBytes = 4_096
    // limit: a host's name (RFC 1035 §2.3.4)
    static let hostBytes = 253
    // limit: a label of a host's name (RFC 1035 §2.3.4)
    static let labelBytes = 63
    // limit: the path of a Unix socket: `sun_path` less its zero
    static let socketPathBytes = 107
    // limit: names and values behind a question mark
    static let queryItems = 100
}

/// What a parser of heads takes at most.
struct HTTPLimits: Sendable {
    /// A line of the head, without its end.
    var lineBytes = CodecLimits.lineBytes
    /// The head, all lines with their ends.
    var headBytes = CodecLimits.headBytes
    /// Fields of the head.
    var fields = CodecLimits.fields
    /// The fields after the last chunk, with their ends.
    var trailerBytes = CodecLimits.trailerBytes
}
