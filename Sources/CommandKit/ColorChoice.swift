// Whether a person wants colours.

/// The values of `--color`.
public enum ColorChoice: String, Sendable, CaseIterable {
    /// On a terminal, unless the environment says otherwise.
    case auto
    /// Even in a pipe.
    case always
    /// Not even on a terminal.
    case never

    /// Whether to colour. What was asked for on the command line wins; then a non-empty `NO_COLOR`
    /// (no-color.org) says no, then a `CLICOLOR_FORCE` other than empty and `0`
    /// (bixense.com/clicolors) says yes; then a terminal decides, unless `TERM` is `dumb`.
    public static func resolve(
        when: ColorChoice, isTerminal: Bool, noColor: String?, cliColorForce: String?,
        terminalType: String? = nil
    ) -> Bool {
        switch when {
        case .always: return true
        case .never: return false
        case .auto: break
        }
        if let noColor, !noColor.isEmpty { return false }
        if let cliColorForce, !cliColorForce.isEmpty, cliColorForce != "0" { return true }
        return isTerminal && terminalType != "dumb"
    }
}
