// A line judged as far as it can be without the ledger: rules 1 to 4 and 8.
import Bytes
import Documents

/// What a line of input asks for.
struct PreparedLine: Sendable {
    enum Content: Sendable {
        /// Instructions to clear together, and the verdict on their signatures.
        case request(Request, signatures: Refusal?)
        /// A unit to be entered.
        case unit(UnitDefinition, document: ArraySlice<UInt8>)
        /// Nothing that could be done.
        case refused(Refusal)
    }

    let line: InputLine
    let content: Content

    init(_ line: InputLine) {
        self.line = line
        content = Self.content(line)
    }

    private static func content(_ line: InputLine) -> Content {
        guard let bytes = line.bytes else {
            return .refused(DocumentLines.tooLong)
        }
        do {
            let root = try JSONText(bytes).root
            if let unit = try unit(root) { return unit }
            let request = try Request(root)
            do {
                try request.checkSignatures()
                return .request(request, signatures: nil)
            } catch {
                return .request(request, signatures: error)
            }
        } catch let error as JSONError {
            return .refused(
                Refusal(
                    .malformedDocument, "\(error.reason), at byte \(error.offset)",
                    ["offset": String(error.offset)]))
        } catch let refusal as Refusal {
            return .refused(refusal)
        } catch {
            return .refused(Refusal(.malformedDocument, "\(error)"))
        }
    }

    private static func unit(_ root: JSONValue) throws(Refusal) -> Content? {
        guard root["data"]?["kind"]?.string == DocumentKind.unit.rawValue else { return nil }
        let envelope = try Envelope(root)
        let unit = try UnitDefinition(envelope)
        try unit.checkSignatures()
        return .unit(unit, document: envelope.bytes)
    }
}
