// Multiplying and dividing: what a change of difficulty and a sum of work need.

extension UInt256 {
    /// The product modulo 2^256.
    public static func &* (left: UInt256, right: UInt64) -> UInt256 {
        var product = UInt256.zero
        var carry: UInt64 = 0
        for index in 0..<4 {
            let (high, low) = left.words[index].multipliedFullWidth(by: right)
            let (sum, overflow) = low.addingReportingOverflow(carry)
            product.words[index] = sum
            carry = high &+ (overflow ? 1 : 0)
        }
        return product
    }

    /// Quotient and remainder.
    ///
    /// Schoolbook division with digits of 64 bits (Knuth, The Art of Computer Programming 2, 4.3.1,
    /// algorithm D).
    public func quotientAndRemainder(
        dividingBy divisor: UInt256
    ) -> (quotient: UInt256, remainder: UInt256) {
        precondition(divisor != .zero, "division by zero")
        guard self >= divisor else { return (.zero, self) }
        let count = (divisor.significantBits + 63) / 64
        if count == 1 { return quotientAndRemainder(dividingBy: divisor.words[0]) }
        // The divisor's highest bit is moved to the top of its highest digit.
        let shift = divisor.words[count - 1].leadingZeroBitCount
        let scaled = divisor << shift
        var rest = self << shift
        // The digit that the shift has moved out of 256 bits.
        var top = shift == 0 ? 0 : words[3] >> UInt64(64 - shift)
        var quotient = UInt256.zero
        for place in (0...(4 - count)).reversed() {
            let head = place + count == 4 ? top : rest.words[place + count]
            quotient.words[place] = Self.digit(&rest, &top, scaled, head, place, count)
        }
        return (quotient, rest >> shift)
    }

    /// One digit of a quotient; takes its product with the divisor from the rest.
    private static func digit(
        _ rest: inout UInt256, _ top: inout UInt64, _ divisor: UInt256, _ head: UInt64,
        _ place: Int, _ count: Int
    ) -> UInt64 {
        let first = divisor.words[count - 1]
        var guess: UInt64
        if head >= first {
            guess = .max
        } else {
            let next = rest.words[place + count - 1]
            guess = first.dividingFullWidth((head, next)).quotient
        }
        // The guess is at most two too large.
        while true {
            var borrow: UInt64 = 0
            var carry: UInt64 = 0
            var trial = rest
            for index in 0..<count {
                let (high, low) = divisor.words[index].multipliedFullWidth(by: guess)
                let (sum, overflow) = low.addingReportingOverflow(carry)
                carry = high &+ (overflow ? 1 : 0)
                let (part, first) = trial.words[place + index].subtractingReportingOverflow(sum)
                let (whole, second) = part.subtractingReportingOverflow(borrow)
                trial.words[place + index] = whole
                borrow = first || second ? 1 : 0
            }
            let (part, one) = head.subtractingReportingOverflow(carry)
            let (whole, two) = part.subtractingReportingOverflow(borrow)
            guard one || two else {
                if place + count == 4 {
                    top = whole
                } else {
                    trial.words[place + count] = whole
                }
                rest = trial
                return guess
            }
            guess -= 1
        }
    }

    private func quotientAndRemainder(
        dividingBy divisor: UInt64
    ) -> (quotient: UInt256, remainder: UInt256) {
        var quotient = UInt256.zero
        var remainder: UInt64 = 0
        for index in (0..<4).reversed() {
            (quotient.words[index], remainder) = divisor.dividingFullWidth(
                (remainder, words[index]))
        }
        return (quotient, UInt256(remainder))
    }
}
