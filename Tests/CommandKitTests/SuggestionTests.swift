import Testing

@testable import CommandKit

@Suite struct SuggestionTests {
    private let commands = ["send", "status", "balance", "pay", "peer", "log", "init"]

    @Test func slipsOfTheFingerAreFound() {
        #expect(Suggestion.nearest(to: "sned", among: commands) == ["send"])
        #expect(Suggestion.nearest(to: "stauts", among: commands) == ["status"])
        #expect(Suggestion.nearest(to: "bal", among: commands) == ["balance"])
        #expect(Suggestion.nearest(to: "STATUS", among: commands) == ["status"])
        #expect(Suggestion.nearest(to: "pya", among: commands) == ["pay"])
    }

    @Test func otherWordsAreNot() {
        #expect(Suggestion.nearest(to: "version", among: commands).isEmpty)
        #expect(Suggestion.nearest(to: "x", among: ["y"]).isEmpty)
        #expect(Suggestion.nearest(to: "", among: commands).isEmpty)
        #expect(Suggestion.nearest(to: "send", among: ["send"]).isEmpty)
        let long = String(repeating: "a", count: Suggestion.maximumLength + 1)
        #expect(Suggestion.nearest(to: long, among: [long + "a"]).isEmpty)
    }

    @Test func theNearestComeFirstAndAreFew() {
        let near = Suggestion.nearest(to: "abcdef", among: ["abcdxx", "abcdfe", "abcdeX", "abcde"])
        #expect(near == ["abcdeX", "abcde", "abcdfe"].sorted())
    }

    @Test func theQuestionIsASentence() {
        #expect(Suggestion.question([]) == nil)
        #expect(Suggestion.question(["a"]) == "did you mean 'a'?")
        #expect(Suggestion.question(["a", "b", "c"]) == "did you mean 'a', 'b' or 'c'?")
    }

    @Test func theDistanceIsSymmetricAndZeroOnlyForEqualWords() {
        let seed = UInt64.random(in: .min ... .max)
        var generator = SeededGenerator(seed: seed)
        for _ in 0..<500 {
            let a = Array(generator.word().unicodeScalars)
            let b = Array(generator.word().unicodeScalars)
            let distance = Suggestion.distance(a, b)
            #expect(distance == Suggestion.distance(b, a), "seed \(seed)")
            #expect((distance == 0) == (a == b), "seed \(seed)")
            #expect(distance <= max(a.count, b.count), "seed \(seed)")
            #expect(distance >= abs(a.count - b.count), "seed \(seed)")
        }
    }
}
