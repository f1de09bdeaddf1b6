// What a body is said to be.
import Network

/// The media type of a request's body, without parameters.
enum ContentType: Sendable, Equatable {
    case absent
    case json
    case lines
    case other(String)

    init(_ head: HTTPRequestHead) {
        let values = head.headers.values("Content-Type")
        guard let value = values.first else {
            self = .absent
            return
        }
        // Two of them contradict each other, or one is idle.
        guard values.count == 1 else {
            self = .other(values.joined(separator: ", "))
            return
        }
        let type = value.prefix { $0 != ";" && $0 != " " && $0 != "\t" }.lowercased()
        switch type {
        case MediaType.json: self = .json
        case MediaType.lines: self = .lines
        default: self = .other(type)
        }
    }

    var isLines: Bool { self == .lines }

    /// Refuses what is not wanted.
    /// - Throws: 415.
    static func unsupported(_ head: HTTPRequestHead, _ wanted: String) -> ServiceError {
        let got = head.headers["Content-Type"] ?? ""
        return ServiceError(
            415, "unsupported-media-type", "a body must be \(wanted)",
            ["expected": wanted, "got": String(got.prefix(100))])
    }
}
