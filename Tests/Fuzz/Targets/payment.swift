// Terms, payments, acknowledgements and messages of direct payment: what is read in one dialect comes back in it.

import Bytes
import Documents

@testable import DirectPayment

/// One run of libFuzzer.
func fuzzPayment(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    let bytes = input(start, count)
    if let message = try? SocketMessage(bytes) {
        promise((try? SocketMessage(message.bytes)) == message, "a message comes back")
        promise(message.bytes.last == 0x0a, "a message ends in a newline")
    }
    guard let value = try? ForeignJSON(bytes) else { return 0 }
    if let envelope = SignedEnvelope(value) {
        promise(SignedEnvelope(envelope.json) == envelope, "an envelope comes back")
    }
    do throws(DirectPaymentError) {
        let (terms, dialect, signed) = try PaymentTerms.read(value)
        if case .refused = signed { fatalError("a false signature is read") }
        let again = dialect == .enveloped ? terms.enveloped : terms.classic(dialect)
        if let read = try? PaymentTerms.read(again).terms {
            promise(read.outputs == terms.outputs, "outputs come back")
            promise(read.promises == terms.promises, "promises come back")
            promise(read.paymentURL == terms.paymentURL, "the address comes back")
        }
    } catch {
        promise(!error.message.isEmpty, "a refusal has its reason")
    }
    do throws(DirectPaymentError) {
        let (payment, dialect) = try Payment.read(value)
        guard let (again, other) = try? Payment.read(payment.json(dialect)) else { return 0 }
        promise(again.means == payment.means, "what is paid comes back")
        promise(other == dialect, "the dialect comes back")
    } catch {
        promise(!error.message.isEmpty, "a refusal has its reason")
    }
    if let taken = try? PaymentAcknowledgement(value) {
        let again = try? PaymentAcknowledgement(taken.json(.enveloped))
        promise(again?.error == taken.error || taken.error <= 0, "an error comes back")
    }
    return 0
}
