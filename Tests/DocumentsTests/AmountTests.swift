import Bytes
import Documents
import Testing

@Suite struct AmountTests {
    private func read(_ text: String, _ form: Amount.Form = .canonical) -> Result<
        Int128, Amount.Failure
    > {
        do {
            return .success(try Amount(Array(text.utf8), form).quanta)
        } catch {
            return .failure(error)
        }
    }

    private static let one: Int128 = 1_000_000_000_000_000_000

    /// The grammar of DESIGN §4, by hand.
    private func isCanonical(_ text: String) -> Bool {
        let parts = text.split(separator: ".", omittingEmptySubsequences: false)
        guard let whole = parts.first, parts.count <= 2, !whole.isEmpty,
            whole == "0" || whole.first != "0"
        else { return false }
        return parts.count == 1 || (!parts[1].isEmpty && parts[1].last != "0")
    }

    @Test func `of all short texts exactly the canonical ones are read, as what they say`() {
        let letters = Array("0159.-+e ")
        var texts = [""]
        var count = 0
        for _ in 0..<5 {
            texts = texts.flatMap { text in letters.map { text + String($0) } }
            for text in texts {
                let isRight = text.allSatisfy { "0159.".contains($0) } && isCanonical(text)
                guard case .success(let quanta) = read(text) else {
                    #expect(!isRight, "\(text)")
                    continue
                }
                #expect(isRight, "\(text)")
                #expect(Amount(quanta: quanta)?.text == text)
                count += 1
            }
        }
        #expect(count > 1_000)
    }

    @Test func `every small decimal comes back in every form`() throws {
        for hundredths in 0..<10_000 {
            let quanta = Int128(hundredths) * (Self.one / 100)
            let value = try #require(Amount(quanta: quanta))
            #expect(read(value.text) == .success(quanta))
            #expect(read(value.text, .signed) == .success(quanta))
            #expect(read(value.text(decimals: 5), .typed) == .success(quanta))
            if hundredths > 0 {
                #expect(read("-" + value.text, .signed) == .success(-quanta))
                #expect(value.negated.text == "-" + value.text)
            }
            let decimals = hundredths % 100 == 0 ? 0 : hundredths % 10 == 0 ? 1 : 2
            #expect(value.decimals == decimals)
        }
    }

    @Test func `random amounts of every size come back`() throws {
        var random = Generator()
        for _ in 0..<10_000 {
            let value = random.amount()
            #expect(try Amount(Array(value.text.utf8)) == value, random.comment)
            #expect(
                try Amount(Array(value.negated.text.utf8), .signed) == value.negated, random.comment
            )
            #expect(
                try Amount(Array(value.text(decimals: 18).utf8), .typed) == value, random.comment)
        }
    }

    @Test func `the largest amount is read and one past it in any way is not`() {
        let largest = "99999999999999999999.999999999999999999"
        #expect(read(largest) == .success(Amount.largestQuanta))
        #expect(read("-" + largest, .signed) == .success(-Amount.largestQuanta))
        #expect(read("100000000000000000000") == .failure(.tooLarge))
        #expect(read("-100000000000000000000", .signed) == .failure(.tooLarge))
        #expect(read("99999999999999999999999999999999999999") == .failure(.tooLarge))
        #expect(read(String(repeating: "9", count: 39)) == .failure(.tooLarge))
        #expect(read(String(repeating: "9", count: 10_000)) == .failure(.tooLarge))
        #expect(Amount(quanta: Amount.largestQuanta)?.text == largest)
        #expect(Amount(quanta: Amount.largestQuanta + 1) == nil)
        #expect(Amount(quanta: -Amount.largestQuanta - 1) == nil)
        #expect(Amount(quanta: Int128.min) == nil)
        #expect(Amount(quanta: Int128.max) == nil)
        #expect(read("0.000000000000000001") == .success(1))
        #expect(read("0.0000000000000000001") == .failure(.tooManyDecimals))
        #expect(read("1.0000000000000000001") == .failure(.tooManyDecimals))
    }

    @Test(arguments: [
        "", ".", "-", "+1", "1.", ".1", "1..2", "1.2.3", "1e5", "1x5", "0x10", " 1", "1 ", "1,000",
        "١",
        "NaN", "Infinity", "1_000", "--1", "1-",
    ])
    func `what is no decimal is refused in every form`(text: String) {
        for form in [Amount.Form.canonical, .signed, .typed] {
            #expect(read(text, form) == .failure(.notDecimal))
        }
    }

    @Test func `another spelling of a decimal is refused where there is one spelling`() {
        for text in ["01", "00", "1.0", "1.50", "0.0", "00.5"] {
            #expect(read(text) == .failure(.notCanonical))
            #expect(read(text, .signed) == .failure(.notCanonical))
        }
        for text in ["-0", "-0.0", "-01", "-1.0"] {
            #expect(read(text, .signed) == .failure(.notCanonical))
        }
        #expect(read("-1") == .failure(.notDecimal))
        #expect(read("-1", .typed) == .failure(.notDecimal))
    }

    @Test func `what people type may end in zeros and not begin with them`() {
        #expect(read("1.50", .typed) == .success(Self.one * 3 / 2))
        #expect(read("0.0", .typed) == .success(0))
        #expect(read("1.0000000000000000000000", .typed) == .success(Self.one))
        #expect(read("01", .typed) == .failure(.notCanonical))
        #expect(read("1.0000000000000000001", .typed) == .failure(.tooManyDecimals))
    }

    @Test func `sums and differences are exact, and none beyond the range`() throws {
        var random = Generator()
        for _ in 0..<10_000 {
            let left = random.chance(2) ? random.amount() : random.amount().negated
            let right = random.chance(2) ? random.amount() : random.amount().negated
            let sum = left.quanta + right.quanta
            #expect(left.adding(right) == Amount(quanta: sum), random.comment)
            #expect(
                left.subtracting(right) == Amount(quanta: left.quanta - right.quanta),
                random.comment)
            #expect((left < right) == (left.quanta < right.quanta), random.comment)
        }
        let largest = try #require(Amount(quanta: Amount.largestQuanta))
        let least = try #require(Amount(quanta: 1))
        #expect(largest.adding(least) == nil)
        #expect(largest.negated.subtracting(least) == nil)
        #expect(largest.adding(largest) == nil)
        #expect(largest.subtracting(largest) == .zero)
    }

    @Test(arguments: [
        ("0", 0, "0"), ("0", 2, "0.00"), ("1", 2, "1.00"), ("999", 0, "999"), ("1000", 0, "1,000"),
        ("-1000", 2, "-1,000.00"), ("-999", 0, "-999"), ("1234567.5", 2, "1,234,567.50"),
        ("1234567.125", 2, "1,234,567.125"), ("0.000000000000000001", 0, "0.000000000000000001"),
        ("99999999999999999999", 0, "99,999,999,999,999,999,999"), ("100000", 1, "100,000.0"),
    ])
    func `people see groups of three and the unit's decimals`(
        text: String, decimals: Int, shown: String
    ) {
        #expect(amount(text).grouped(decimals: decimals) == shown)
    }

    @Test func `a bound is a signed decimal or an infinity and keeps its order`() {
        for text in ["0", "-1", "1", "12.5", "Infinity", "-Infinity"] {
            #expect(Bound(Array(text.utf8))?.text == text)
        }
        for text in ["", "+Infinity", "infinity", "INF", "-0", "1.0", "NaN", "Infinity ", "1e5"] {
            #expect(Bound(Array(text.utf8)) == nil)
        }
        let order: [Bound] = [
            .minusInfinity, .finite(amount("-2")), .finite(.zero), .finite(amount("2")),
            .plusInfinity,
        ]
        #expect(order.sorted() == order)
        #expect(Bound.minusInfinity.adding(amount("5")) == .minusInfinity)
        #expect(Bound.plusInfinity.adding(amount("-5")) == .plusInfinity)
        #expect(Bound.finite(amount("2")).adding(amount("-5")) == .finite(amount("-3")))
        #expect(Bound.finite(amount("99999999999999999999")).adding(amount("1")) == nil)
        #expect(Bound.plusInfinity.amount == nil)
        #expect(Bound.finite(.zero).amount == .zero)
    }
}
