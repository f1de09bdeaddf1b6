// The date at the foot of a manual page.

/// Dates as mdoc wants them.
enum ManualDate {
    private static let months = [
        "January", "February", "March", "April", "May", "June", "July", "August", "September",
        "October", "November", "December",
    ]

    /// `2026-03-01` as `March 1, 2026`; anything else stays as it is.
    static func words(_ date: String) -> String {
        let parts = date.split(separator: "-")
        guard parts.count == 3, let month = Int(parts[1]), let day = Int(parts[2]),
            months.indices.contains(month - 1)
        else { return Roff.text(date) }
        return "\(months[month - 1]) \(day), \(parts[0])"
    }
}
