// Randomness that can be repeated: a test prints the seed when it fails.

/// SplitMix64 (Steele, Lea, Flood 2014).
struct SeededGenerator: RandomNumberGenerator {
    private var state: UInt64

    init(seed: UInt64) {
        state = seed
    }

    mutating func next() -> UInt64 {
        state &+= 0x9e37_79b9_7f4a_7c15
        var z = state
        z = (z ^ (z >> 30)) &* 0xbf58_476d_1ce4_e5b9
        z = (z ^ (z >> 27)) &* 0x94d0_49bb_1331_11eb
        return z ^ (z >> 31)
    }

    /// A word with everything in it that shells, terminals and roff find special.
    mutating func word() -> String {
        let letters = Array("ab-.='\"\\$`~^:;|&<>(){}[]*?!#% \t\néあ́🙂\u{1b}\u{202e}%")
        let count = Int.random(in: 0...8, using: &self)
        return String((0..<count).map { _ in letters.randomElement(using: &self) ?? "a" })
    }
}
