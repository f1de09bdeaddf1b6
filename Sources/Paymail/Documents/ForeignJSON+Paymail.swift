// Reading what servers and clients of Paymail write.
import Bytes
import Documents

typealias Hex = Hexadecimal

extension ForeignJSON {
    /// An object that a server has answered with.
    static func answer(_ bytes: [UInt8], _ what: String) throws(PaymailError) -> ForeignJSON {
        let value: ForeignJSON
        do { value = try ForeignJSON(bytes) } catch {
            throw .falseAnswer(what: what, reason: "\(error.reason), at byte \(error.offset)")
        }
        guard value.members != nil else {
            throw .falseAnswer(what: what, reason: "it is no JSON object")
        }
        return value
    }

    /// How a number is spelt; nil for other kinds.
    var spelling: String? { if case .number(let text) = self { text } else { nil } }

    /// A count of satoshis: a whole number, as a number or, as some write it, as a string.
    var satoshis: UInt64? {
        guard let text = spelling ?? string, text.utf8.count <= 20,
            text.utf8.allSatisfy({ (0x30...0x39).contains($0) })
        else { return nil }
        return UInt64(text)
    }

    /// A text of a stranger, cut where it is too long; empty for all other kinds.
    func text(_ name: String, limit: Int = PaymailLimits.textBytes) -> String {
        String((self[name]?.string ?? "").prefix(limit))
    }

    /// Bytes in hexadecimal of either case; nil where there are none.
    func bytes(_ name: String) -> [UInt8]? {
        guard let text = self[name]?.string, !text.isEmpty else { return nil }
        return Hex.decode(text.lowercased())
    }
}

extension UInt64 {
    var json: ForeignJSON { .number(String(self)) }
}
