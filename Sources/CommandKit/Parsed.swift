// What a command line means.

/// The meaning of a command line. Nothing has been done yet.
public enum Parsed<Context>: Sendable {
    /// Run the command with these values.
    case run(Command<Context>, Invocation)
    /// Show the short help of the command at this path (`-h`, `--help`); empty for the tool.
    case help([String])
    /// Show the overview: no command was named.
    case overview
    /// Show the version.
    case version
    /// A first word that is no command: the caller looks for `TOOL-NAME` on its path, or else
    /// throws `Tool.unknownCommand(_:in:)`. `common` holds the options that stood before it, the
    /// rest is not looked at. The name consists of letters, digits, `-` and `_`.
    case external(name: String, arguments: [String], common: Invocation)
}
