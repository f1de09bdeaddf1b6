// Whose messages an inbox takes.

/// Whose messages are taken (`inbox.admission`).
public enum InboxAdmission: String, Sendable, CaseIterable {
    /// Everybody's.
    case open
    /// Those of peers, contacts and own addresses.
    case peers
    /// Nobody's.
    case none
}
