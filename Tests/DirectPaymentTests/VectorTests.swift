// Shapes of the field, and shapes that are none (Tests/Vectors/dpp_documents.json).
import Bytes
import Documents
import Foundation
import Testing

@testable import DirectPayment

/// One row of the file.
struct Row: Sendable, CustomTestStringConvertible {
    let name: String
    let text: String
    /// The dialect, or the class of refusal.
    let mark: String

    var testDescription: String { name }

    var value: ForeignJSON {
        get throws {
            try foreign(text.replacing("PROMISE", with: PaymentMode.promise))
        }
    }

    static func all(_ list: String) -> [Row] {
        let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
            .deletingLastPathComponent()
        let path = folder.appendingPathComponent("Vectors/dpp_documents.json")
        guard let data = try? Data(contentsOf: path), let file = try? ForeignJSON(Array(data)),
            let rows = file[list]?.elements
        else { return [] }
        return rows.map {
            Row(
                name: $0["name"]?.string ?? "", text: $0["text"]?.string ?? "",
                mark: ($0["dialect"] ?? $0["class"])?.string ?? "")
        }
    }
}

extension DirectPaymentError {
    fileprivate var classOfRefusal: String {
        switch self {
        case .malformed, .malformedMessage: "malformed"
        case .requirement: "requirement"
        case .storage: "storage"
        }
    }
}

@Suite struct VectorTests {
    @Test func `the file is there`() {
        let counts = [
            "terms", "refusedTerms", "payments", "refusedPayments", "acknowledgements", "frames",
            "refusedFrames",
        ].map { Row.all($0).count }
        #expect(counts == [20, 27, 13, 12, 5, 5, 14])
    }

    @Test(arguments: Row.all("terms"))
    func `terms are read, and written again in the same dialect`(_ row: Row) throws {
        let (terms, dialect, signed) = try PaymentTerms.read(try row.value)
        #expect(dialect.rawValue == row.mark && signed == .unsigned)
        #expect(terms.outputs.count == 1 && !terms.paymentURL.isEmpty)
        #expect(terms.network == "regtest" || terms.network == "mainnet")
        #expect(["NvEMQKX", "abc123"].contains(terms.party.reference))
        #expect(dialect == .bip270 || terms.fees != nil)
        let json = dialect == .enveloped ? terms.enveloped : terms.classic(dialect)
        let (again, found, _) = try PaymentTerms.read(json)
        #expect(found == dialect && again == terms)
    }

    @Test(arguments: Row.all("refusedTerms"))
    func `what are no terms is refused`(_ row: Row) throws {
        let value = try row.value
        do {
            _ = try PaymentTerms.read(value)
            Issue.record("they were read")
        } catch { #expect(error.classOfRefusal == row.mark) }
    }

    @Test(arguments: Row.all("payments"))
    func `payments are read, and written again in the same dialect`(_ row: Row) throws {
        let (payment, dialect) = try Payment.read(try row.value)
        #expect(dialect.rawValue == row.mark && payment.reference == "NvEMQKX")
        guard case .transactions(let transactions, _) = payment.means else {
            Issue.record("no transaction")
            return
        }
        #expect(transactions.count == 1 && transactions[0].hasPrefix("0100"))
        #expect(transactions[0] == transactions[0].lowercased())
        let (again, found) = try Payment.read(payment.json(dialect))
        #expect(found == dialect && again == payment)
    }

    @Test(arguments: Row.all("refusedPayments"))
    func `what is no payment is refused`(_ row: Row) throws {
        let value = try row.value
        do {
            _ = try Payment.read(value)
            Issue.record("it was read")
        } catch { #expect(error.classOfRefusal == row.mark) }
    }

    @Test(arguments: Row.all("acknowledgements"))
    func `acknowledgements are read, and written again in the same dialect`(_ row: Row) throws {
        let acknowledgement = try PaymentAcknowledgement(try row.value)
        #expect(acknowledgement.transactions == ["2341"] && acknowledgement.error == 0)
        #expect(acknowledgement.channel.map { $0.channel == "M-Gi" && $0.token == "o4RI" } ?? true)
        let dialect: PaymentDialect = row.mark == "B" ? .enveloped : .classic
        var again = try PaymentAcknowledgement(acknowledgement.json(dialect))
        again.reference = acknowledgement.reference
        #expect(again == acknowledgement)
    }

    @Test(arguments: Row.all("frames"))
    func `frames are written as they were captured, with a newline`(_ row: Row) throws {
        let message = try SocketMessage(Array(row.text.utf8))
        #expect(message.type == row.name)
        #expect(String(decoding: message.bytes, as: UTF8.self) == row.text + "\n")
        // With the newline, and names in any case, it is the same.
        #expect(try SocketMessage(message.bytes) == message)
        let odd = row.text.replacing(#""clientID""#, with: #""clientId""#)
            .replacing(#""channelId""#, with: #""CHANNELID""#)
        #expect(try SocketMessage(Array(odd.utf8)) == message)
    }

    @Test(arguments: Row.all("refusedFrames"))
    func `what is no frame is refused`(_ row: Row) {
        #expect(throws: DirectPaymentError.self) { try SocketMessage(Array(row.text.utf8)) }
    }
}
