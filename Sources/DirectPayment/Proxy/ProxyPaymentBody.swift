// What a payer sends, judged before the wallet is troubled with it.
import Documents

/// The body of a request that pays.
enum ProxyPaymentBody {
    case payment(ForeignJSON)
    case refused(ProxyProblem)
    /// `{"errors":{"field":["msg"]}}`, as the originals have it.
    case incomplete(ForeignJSON)

    init(_ body: [UInt8]) {
        let json: ForeignJSON
        do throws(JSONError) { json = try ForeignJSON(body) } catch {
            self = .refused(
                .malformed("the body is no JSON: \(error.reason), at byte \(error.offset)"))
            return
        }
        if let missing = Self.missing(json) {
            self = missing
            return
        }
        do throws(DirectPaymentError) {
            _ = try Payment.read(json)
            self = .payment(json)
        } catch {
            self = .refused(.malformed(error.message))
        }
    }

    /// What the validator of the originals asks for.
    private static func missing(_ json: ForeignJSON) -> ProxyPaymentBody? {
        // Other dialects name the invoice by their address alone.
        guard json.members != nil, json["modeId"] == nil, json["transaction"] == nil,
            json["promises"] == nil
        else { return nil }
        var errors: [ForeignJSON.Member] = []
        let party = json["merchantData"] ?? json["beneficiary"]
        let reference = party?["extendedData"]?["paymentReference"] ?? party?["paymentReference"]
        if reference?.string?.isEmpty ?? true {
            errors.append(.init("paymentReference", ["value cannot be empty"]))
        }
        if (json["rawTx"] ?? json["spvEnvelope"]?["rawTx"])?.string?.isEmpty ?? true {
            errors.append(.init("rawTx", ["value cannot be empty"]))
        }
        return errors.isEmpty ? nil : .incomplete(["errors": .object(errors)])
    }
}
