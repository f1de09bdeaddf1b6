// Bounds of what the files of users hold.

/// Named bounds of users.
enum UserLimits {
    /// Units that one user has an allowance in. limit:
    static let allowances = 64
    /// The file of one user. limit:
    static let fileBytes = 65_536
}
