import Testing

@testable import CommandKit

@Suite struct InvocationTests {
    private func invocation(_ words: String...) throws -> Invocation {
        guard case .run(_, let invocation) = try SampleTool.tool.parse(words) else {
            throw UsageError(.unknownCommand, "nothing to run", path: [])
        }
        return invocation
    }

    @Test func argumentsAreAskedByPlace() throws {
        let payment = try invocation("pay", "5", "bob")
        #expect(payment.argument(0) == "5" && payment.argument(1) == "bob")
        #expect(payment.optionalArgument(2) == nil)
        #expect(try invocation("log", "a", "b").optionalArgument(1) == "b")
    }

    @Test func numbersHaveARange() throws {
        #expect(try invocation("pay", "5", "b").integer("count", in: 1...9) == nil)
        #expect(try invocation("pay", "-n7", "5", "b").integer("count", in: 1...9) == 7)
        for text in ["0", "10", "x", "", "1.0", "99999999999999999999"] {
            let payment = try invocation("pay", "-n", text, "5", "b")
            #expect {
                try payment.integer("count", in: 1...9)
            } throws: { error in
                (error as? UsageError)?.message
                    == "option '--count' takes a whole number from 1 to 9, not '\(text)'"
            }
        }
    }

    @Test func refusalsNameWhatWasTyped() throws {
        let payment = try invocation("pay", "x", "bob", "--id", "k", "--min", "1")
        #expect(
            payment.invalid(argument: 0, expected: "an amount").message
                == "argument 'AMOUNT' is an amount, not 'x'")
        #expect(payment.conflict(among: ["id", "from"]) == nil)
        #expect(
            payment.conflict(among: ["id", "from", "min"])?.message
                == "'--id' and '--min' exclude each other")
        #expect(payment.usageError(.invalidValue, "no", hint: "h").path == ["pay"])
    }

    @Test func askingForWhatTheTableDoesNotHaveIsAMistakeInTheProgram() async {
        await #expect(processExitsWith: .failure) {
            guard case .run(_, let invocation) = try SampleTool.tool.parse(["log"]) else { return }
            _ = invocation.flag("id")
        }
        await #expect(processExitsWith: .failure) {
            guard case .run(_, let invocation) = try SampleTool.tool.parse(["log"]) else { return }
            _ = invocation.argument(0)
        }
    }
}
