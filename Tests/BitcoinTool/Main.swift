// The Bitcoin library as a program, for judges in another language. It ships with nothing.
//
// A line is a question, a JSON object whose member `do` says what is asked; the answer is a JSON
// object, with the member `error` where the library refuses. Bytes are hexadecimal digits, hashes
// as explorers show them.
import Bitcoin
import Bytes
import Cryptography
import Documents
import Glibc
import Headers

@main
enum Main {
    static func main() {
        while let line = readLine() {
            var answer: ForeignJSON
            do {
                answer = try Question(line).answer()
            } catch let error as BitcoinError {
                answer = ["error": .string(error.code), "message": .string(error.message)]
            } catch let error as HeaderError {
                answer = ["error": "refused", "message": .string(error.message)]
            } catch {
                answer = ["error": "malformed", "message": .string("\(error)")]
            }
            print(String(decoding: answer.bytes, as: UTF8.self))
            fflush(nil)
        }
    }
}

/// What the program is asked for, and cannot understand.
struct Malformed: Error {
    let name: String
}

/// A question, or an object within one.
struct Question {
    let object: JSONValue

    init(_ line: String) throws { object = try JSONText(Array(line.utf8)).root }

    init(_ object: JSONValue) { self.object = object }

    func answer() throws -> ForeignJSON {
        switch try text("do") {
        case "parse": try parse()
        case "extended": try extended()
        case "extend": try extend()
        case "verify": try verify()
        case "sighash": try signatureHash()
        case "pay": try pay()
        case "address": try address()
        case "lock": try lock()
        case "key": try key()
        case "derive": try derive()
        case "sign": try sign()
        case "check": try check()
        case "beef": try beef()
        case "make": try make()
        case "bump": try bump()
        case "merge": try merge()
        default: throw Malformed(name: "do")
        }
    }

    func text(_ name: StaticString) throws -> String {
        guard let text = object[name]?.string else { throw Malformed(name: "\(name)") }
        return text
    }

    func bytes(_ name: StaticString) throws -> [UInt8] {
        guard let bytes = Hexadecimal.decode(try text(name)) else {
            throw Malformed(name: "\(name)")
        }
        return bytes
    }

    /// A number, which stands in a string where it has many digits.
    func number(_ name: StaticString) throws -> Int {
        let value = object[name]
        guard let number = value?.integer ?? value?.string.flatMap({ Int($0) }) else {
            throw Malformed(name: "\(name)")
        }
        return number
    }

    func digest(_ name: StaticString) throws -> Digest256 {
        guard let digest = Digest256(displayed: try text(name)) else {
            throw Malformed(name: "\(name)")
        }
        return digest
    }

    func list(_ name: StaticString) throws -> [Question] {
        guard let elements = object[name]?.elements else { throw Malformed(name: "\(name)") }
        return elements.map { Question($0) }
    }

    /// A list of bytes.
    func rows(_ name: StaticString) throws -> [[UInt8]] {
        try list(name).map { element in
            guard let text = element.object.string, let bytes = Hexadecimal.decode(text) else {
                throw Malformed(name: "\(name)")
            }
            return bytes
        }
    }

    func isTrue(_ name: StaticString) -> Bool {
        object[name].map { $0.bytes.elementsEqual("true".utf8) } ?? false
    }

    /// `satoshis` and `script`.
    func output() throws -> TransactionOutput {
        TransactionOutput(
            satoshis: UInt64(try number("satoshis")), script: Script(try bytes("script")))
    }
}

extension ForeignJSON {
    static func hex(_ bytes: [UInt8]) -> ForeignJSON { .string(Hexadecimal.encode(bytes)) }
}
