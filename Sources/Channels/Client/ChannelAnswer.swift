// Reading the bodies of answers. Members that are not known here are left alone.
import Bytes
import Cryptography
import Documents
import Network

/// An object in an answer, with what it is called in errors.
struct ChannelAnswer {
    private let object: ForeignJSON
    private let what: String

    init(_ object: ForeignJSON, _ what: String) {
        self.object = object
        self.what = what
    }

    private func failure(_ name: String, _ reason: String) -> ChannelClientError {
        .unreadable(what: what, reason: "'\(name)' \(reason)")
    }

    func text(
        _ name: String, atMost bytes: Int, isOptional: Bool = false
    ) throws(ChannelClientError) -> String {
        guard let value = object[name] else {
            if isOptional { return "" }
            throw failure(name, "is missing")
        }
        guard let text = value.string, text.utf8.count <= bytes else {
            throw failure(name, "must be a text of at most \(bytes) bytes")
        }
        return text
    }

    /// A boolean; false where it is missing.
    func flag(_ name: String) throws(ChannelClientError) -> Bool {
        guard let value = object[name] else { return false }
        guard let flag = value.boolean else { throw failure(name, "must be true or false") }
        return flag
    }

    func optionalCount(_ name: String) throws(ChannelClientError) -> Int? {
        guard let value = object[name] else { return nil }
        guard let number = value.integer, number >= 0 else {
            throw failure(name, "must be a whole number from 0 on")
        }
        return number
    }

    func count(_ name: String) throws(ChannelClientError) -> Int {
        guard let number = try optionalCount(name) else { throw failure(name, "is missing") }
        return number
    }

    // MARK: - Whole bodies

    static func value(_ body: [UInt8], _ what: String) throws(ChannelClientError) -> ForeignJSON {
        do throws(JSONError) { return try ForeignJSON(body) } catch {
            throw .unreadable(what: what, reason: "\(error.reason), at byte \(error.offset)")
        }
    }

    static func list(
        _ value: ForeignJSON, _ what: String
    ) throws(ChannelClientError) -> [ForeignJSON] {
        guard let elements = value.elements, elements.count <= Limits.channelAnswerEntries else {
            throw .unreadable(
                what: what, reason: "must be a list of at most \(Limits.channelAnswerEntries)")
        }
        return elements
    }

    /// Whether a text may stand in `Authorization: Bearer` (RFC 6750 §2.1).
    static func isBearer(_ token: SecretBytes) -> Bool {
        token.count > 0 && token.count <= Limits.channelTokenBytes
            && token.withUnsafeBytes { bytes in
                bytes.allSatisfy { isUnreserved($0) || "+/=".utf8.contains($0) }
            }
    }

    /// Whether a text may stand between two slashes of a path as it is.
    static func isSegment(_ text: String) -> Bool {
        !text.isEmpty && text != "." && text != ".." && text.utf8.allSatisfy(isUnreserved)
    }

    private static func isUnreserved(_ byte: UInt8) -> Bool {
        (0x61...0x7a).contains(byte) || (0x41...0x5a).contains(byte) || (0x30...0x39).contains(byte)
            || "-._~".utf8.contains(byte)
    }
}
