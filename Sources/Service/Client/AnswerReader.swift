// Reading the bodies of answers. Members that are not known here are left alone: a newer processor
// may say more.
import Bytes
import Documents

/// An object in a body of JSON.
struct AnswerReader {
    private let value: JSONValue
    private let what: String

    init(_ value: JSONValue, _ what: String) {
        self.value = value
        self.what = what
    }

    /// The member `data` of a body.
    init(dataOf body: [UInt8], _ what: String) throws(ClientError) {
        let text: JSONText
        do throws(JSONError) { text = try JSONText(body) } catch {
            throw .unreadable(what: what, reason: "\(error.reason), at byte \(error.offset)")
        }
        self.init(try AnswerReader(text.root, what).object("data"), what)
    }

    func failure(_ name: StaticString, _ reason: String) -> ClientError {
        .unreadable(what: what, reason: "'\(name)' \(reason)")
    }

    /// Whether there is such a member, and it is not `null`.
    func has(_ name: StaticString) -> Bool {
        value[name].map { $0.kind != .literal } ?? false
    }

    private func required(_ name: StaticString) throws(ClientError) -> JSONValue {
        guard let member = value[name] else { throw failure(name, "is missing") }
        return member
    }

    func object(_ name: StaticString) throws(ClientError) -> JSONValue {
        let member = try required(name)
        guard member.kind == .object else { throw failure(name, "must be an object") }
        return member
    }

    func array(_ name: StaticString, atMost count: Int) throws(ClientError) -> [JSONValue] {
        guard let elements = try required(name).elements, elements.count <= count else {
            throw failure(name, "must be a list of at most \(count)")
        }
        return elements
    }

    func text(_ name: StaticString, atMost bytes: Int) throws(ClientError) -> String {
        guard let text = try required(name).string, text.utf8.count <= bytes else {
            throw failure(name, "must be a text of at most \(bytes) bytes")
        }
        return text
    }

    func count(_ name: StaticString) throws(ClientError) -> Int {
        guard let number = try required(name).integer, number >= 0 else {
            throw failure(name, "must be a number")
        }
        return number
    }

    func address(_ name: StaticString) throws(ClientError) -> Address {
        guard let text = try required(name).plainString, let address = try? Address(text) else {
            throw failure(name, "must be an address")
        }
        return address
    }

    func amount(_ name: StaticString) throws(ClientError) -> Amount {
        guard let text = try required(name).plainString, let amount = try? Amount(text, .signed)
        else { throw failure(name, "must be an amount") }
        return amount
    }

    func bound(_ name: StaticString) throws(ClientError) -> Bound {
        guard let text = try required(name).plainString, let bound = Bound(text) else {
            throw failure(name, "must be a limit")
        }
        return bound
    }

    /// `<transaction hash>::<index>`.
    func pointer(_ name: StaticString) throws(ClientError) -> Transaction.Pointer {
        guard let text = try required(name).plainString,
            let hash = Digest256(hexadecimal: text.prefix(64)),
            let index = Int(String(decoding: text.dropFirst(66), as: UTF8.self)), index >= 0
        else { throw failure(name, "must be a pointer") }
        let pointer = Transaction.Pointer(transaction: hash, index: index)
        guard text.elementsEqual(pointer.text.utf8) else {
            throw failure(name, "must be a pointer")
        }
        return pointer
    }
}
