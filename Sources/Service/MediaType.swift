// The media types that are spoken here.

/// The media types that are spoken here.
enum MediaType {
    static let json = "application/json"
    static let lines = "application/x-ndjson"
    static let text = "text/plain; charset=utf-8"
    static let metrics = "text/plain; version=0.0.4; charset=utf-8"
    static let events = "text/event-stream"
    static let bytes = "application/octet-stream"
}
