// "did you mean": the names that lie nearest to a mistyped one.

/// Near names, by the number of slips of the finger between them.
public enum Suggestion {
    /// At most so many names are suggested.
    public static let maximumCount = 3
    /// A longer word is no slip of the finger: nothing is suggested.
    public static let maximumLength = 64

    /// The candidates that were probably meant, the nearest first: a third of the word's letters
    /// may be wrong, at least one, or the word is the beginning of the candidate. Case does not
    /// count. The word itself is never suggested.
    public static func nearest(to word: String, among candidates: [String]) -> [String] {
        let typed = scalars(word)
        guard !typed.isEmpty, typed.count <= maximumLength else { return [] }
        let threshold = max(1, typed.count / 3)
        var found: [(distance: Int, name: String)] = []
        for name in Set(candidates) where name != word {
            let other = scalars(name)
            guard other.count <= maximumLength, !other.isEmpty else { continue }
            if typed.count > 1, other.starts(with: typed) {
                found.append((other.count == typed.count ? 0 : 1, name))
                continue
            }
            guard abs(other.count - typed.count) <= threshold else { continue }
            let distance = distance(typed, other)
            // A word of which nothing is left is another word.
            guard distance <= threshold, distance < max(typed.count, other.count) else { continue }
            found.append((distance, name))
        }
        found.sort { ($0.distance, $0.name) < ($1.distance, $1.name) }
        return found.prefix(maximumCount).map(\.name)
    }

    /// `did you mean 'a' or 'b'?`; nil when there is nothing to suggest.
    public static func question(_ names: [String]) -> String? {
        names.isEmpty ? nil : "did you mean \(Quoted.list(names))?"
    }

    /// Insertions, deletions, substitutions and swaps of neighbours from one word to the other
    /// (Damerau 1964, optimal string alignment).
    static func distance(_ a: [Unicode.Scalar], _ b: [Unicode.Scalar]) -> Int {
        var beforeLast: [Int] = []
        var last = Array(0...b.count)
        for i in 0..<a.count {
            var row = [i + 1]
            row.reserveCapacity(b.count + 1)
            for j in 0..<b.count {
                let substitution = last[j] + (a[i] == b[j] ? 0 : 1)
                var least = min(last[j + 1] + 1, row[j] + 1, substitution)
                if i > 0, j > 0, a[i] == b[j - 1], a[i - 1] == b[j] {
                    least = min(least, beforeLast[j - 1] + 1)
                }
                row.append(least)
            }
            beforeLast = last
            last = row
        }
        return last[b.count]
    }

    private static func scalars(_ word: String) -> [Unicode.Scalar] {
        Array(word.lowercased().unicodeScalars)
    }
}
