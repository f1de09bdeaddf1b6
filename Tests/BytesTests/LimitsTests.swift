import Bytes
import Testing

/// What the limits say of each other; that each of them is kept is tested where it applies.
@Suite struct LimitsTests {
    @Test func `an amount's text holds the sign, the digits and the point`() {
        #expect(Limits.amountTextBytes > Limits.amountDigits + 1)
        #expect(Limits.amountDecimals < Limits.amountDigits)
    }

    @Test func `a stored line holds the largest request and the transaction that clears it`() {
        #expect(Limits.storedLineBytes >= Limits.lineBytes + Limits.documentDataMaximumBytes)
    }

    @Test func `a document's data is never as long as an inner node of a tree`() {
        #expect(Limits.documentDataMinimumBytes == 65)
    }
}
