import Bytes
import Testing

@testable import Bitcoin

@Suite struct BitcoinErrorTests {
    private static let outpoint = Outpoint(transaction: .zero, index: 3)

    private let all: [(BitcoinError, [String])] = [
        (.truncated(offset: 5), ["5"]), (.trailingBytes(offset: 6), ["6"]),
        (.varintNotMinimal(offset: 7), ["7"]),
        (.tooLarge(what: "script", limit: 8, got: 9), ["script", "8", "9"]),
        (.notHexadecimal, ["hexadecimal"]), (.notExtended, ["extended"]), (.noInputs, ["spend"]),
        (.noOutputs, ["pay"]), (.ambiguousTransaction, ["64"]), (.tooManySatoshis, ["satoshis"]),
        (.duplicateInput(outpoint), ["'\(outpoint)'"]),
        (.overspent(inputs: 11, outputs: 12), ["11", "12"]),
        (.invalidAddress("abc"), ["'abc'"]),
        (.insufficientFunds(needed: 13, available: 14), ["13", "14"]),
        (.unspendableCoin(outpoint), ["'\(outpoint)'"]),
        (.missingKey(outpoint), ["'\(outpoint)'"]), (.noSuchInput(15), ["15"]),
        (.unverifiableScript(input: 16), ["16"]),
        (.invalidScript(input: 17, .wrongKey), ["17", "key"]),
    ]

    @Test func `every error has its own code, and a sentence with its values`() {
        #expect(Set(all.map(\.0.code)).count == all.count)
        for (error, values) in all {
            #expect(error.code.utf8.allSatisfy { $0 == 0x2d || (0x61...0x7a).contains($0) })
            let message = error.message
            #expect(message.last != "." && message.first?.isUppercase == false)
            for value in values { #expect(message.contains(value), "\(message)") }
        }
        let defects = BitcoinError.ScriptDefect.allCases.map {
            BitcoinError.invalidScript(input: 0, $0).message
        }
        #expect(Set(defects).count == BitcoinError.ScriptDefect.allCases.count)
    }
}
