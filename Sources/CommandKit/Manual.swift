extension Tool {
    /// x
    public func manualPage(for path: [String], date: String) -> String { "" }
    /// x
    public func completion(for shell: CommandShell) -> String { "" }
}
