import Testing

@testable import CommandKit

@Suite struct TemplateTests {
    private let fields = ["id", "amount", "unit"]

    @Test func directivesAreReplaced() throws {
        let template = try Template("%(id) %(amount)%x09%(unit)%x00%n100%%é", fields: fields)
        #expect(template.fields == ["id", "amount", "unit"])
        #expect(
            template.render(["id": "a", "amount": "%(id)", "unit": "EUR"])
                == "a %(id)\tEUR\0\n100%é")
        #expect(template.render { $0.uppercased() } == "ID AMOUNT\tUNIT\0\n100%é")
        #expect(try Template("", fields: []).render([:]) == "")
        #expect(try Template("%(id)%(id)", fields: fields).fields == ["id"])
        #expect(try Template("%(id)", fields: fields).render([:]) == "")
    }

    @Test func everyMistakeHasItsPlaceAndReason() {
        let mistakes: [(String, Int, TemplateError.Reason)] = [
            ("a%", 1, .unknownDirective("%")), ("é%q", 2, .unknownDirective("%q")),
            ("%é", 0, .unknownDirective("%é")), ("%(id", 0, .unclosedField),
            ("x%(", 1, .unclosedField), ("%()", 0, .unknownField("", known: fields)),
            ("%(ammount)", 0, .unknownField("ammount", known: fields)),
            ("%x", 0, .invalidByte("%x")), ("%x0", 0, .invalidByte("%x0")),
            ("%x80", 0, .invalidByte("%x80")), ("%x+1", 0, .invalidByte("%x+1")),
            ("%x-0", 0, .invalidByte("%x-0")),
        ]
        for (text, offset, reason) in mistakes {
            #expect(throws: TemplateError(reason: reason, offset: offset), "\(text)") {
                try Template(text, fields: fields)
            }
        }
    }

    @Test func theHintNamesAFieldOrAll() {
        func hint(_ text: String) -> String? {
            do throws(TemplateError) {
                _ = try Template(text, fields: fields)
                return nil
            } catch {
                return error.hint
            }
        }
        #expect(hint("%(ammount)") == "did you mean 'amount'?")
        #expect(hint("%(zzz)") == "the fields are id, amount, unit")
        #expect(hint("%q") == nil)
    }

    @Test func noTextTrapsAndPercentSignsRoundTrip() throws {
        let seed = UInt64.random(in: .min ... .max)
        var generator = SeededGenerator(seed: seed)
        for _ in 0..<2000 {
            let text = generator.word() + "%(" + generator.word()
            _ = try? Template(text, fields: fields)
            let doubled = text.split(separator: "%", omittingEmptySubsequences: false)
                .joined(separator: "%%")
            #expect(try Template(doubled, fields: []).render([:]) == text, "seed \(seed)")
        }
    }
}
