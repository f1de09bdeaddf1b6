// Local nicknames.
import Bytes
import Documents

/// Rules for names that people give to addresses.
public enum Petname {
    /// Refuses what would be taken for something else, or could deceive the eye of a terminal.
    /// - Throws: `WalletError.invalidName`.
    public static func check(_ name: String) throws(WalletError) {
        func refuse(_ reason: String) -> WalletError { .invalidName(name: name, reason: reason) }
        guard (1...Limits.petnameBytes).contains(name.utf8.count) else {
            throw refuse("a name has 1 to \(Limits.petnameBytes) bytes")
        }
        guard name.first != "-" else { throw refuse("it would be taken for an option") }
        guard (try? Address(text: name)) == nil else {
            throw refuse("it would be taken for an address")
        }
        for scalar in name.unicodeScalars {
            switch scalar.properties.generalCategory {
            case .control, .format, .lineSeparator, .paragraphSeparator, .spaceSeparator,
                .privateUse, .surrogate, .unassigned:
                throw refuse("it holds a blank or a character that cannot be seen")
            default:
                if scalar == "\"" || scalar == "\\" || scalar == "/" {
                    throw refuse("it holds '\(scalar)'")
                }
            }
        }
    }
}
