// From the table's summaries to sentences.

/// The grammar of generated text.
enum Prose {
    /// A summary as a sentence: a capital and a full stop.
    static func sentence(_ summary: String) -> String {
        guard let first = summary.first, let last = summary.last else { return "" }
        let end = ".!?:".contains(last) ? "" : "."
        return first.uppercased() + summary.dropFirst() + end
    }

    /// A heading with a capital.
    static func heading(_ text: String) -> String {
        (text.first?.uppercased() ?? "") + text.dropFirst()
    }
}
