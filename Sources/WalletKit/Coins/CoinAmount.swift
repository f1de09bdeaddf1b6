// Amounts of bitcoin as people type and read them.
import Bitcoin
import Bytes
import Documents

/// Satoshis, and the words for them.
public enum CoinAmount {
    /// Decimals of a bitcoin.
    public static let decimals = 8
    /// What the unit is called in reports: 10^8 satoshis.
    public static let unit = "BSV"
    /// What people may call a satoshi.
    private static let small: Set = ["sat", "sats", "satoshi", "satoshis"]
    /// 21 million bitcoins.
    public static let maximum: UInt64 = 2_100_000_000_000_000

    /// Whether a word is meant as a unit of bitcoin.
    public static func isUnit(_ word: String) -> Bool {
        word == unit || small.contains(word.lowercased())
    }

    /// The satoshis of an amount: `0.00005 BSV`, `5000 sat`.
    /// - Throws: `WalletError.invalidArgument`.
    public static func satoshis(_ text: String, _ unit: String) throws -> UInt64 {
        guard isUnit(unit) else {
            throw WalletError.unknown(
                what: "unit of bitcoin", name: unit, suggestions: [Self.unit, "sat"])
        }
        let scale = unit == Self.unit ? decimals : 0
        func invalid(_ reason: String) -> WalletError {
            .invalidArgument(what: "amount", value: String(text.prefix(64)), reason: reason)
        }
        let parts = text.split(separator: ".", omittingEmptySubsequences: false)
        guard (1...2).contains(parts.count), !parts[0].isEmpty,
            parts.allSatisfy({ $0.utf8.allSatisfy { (0x30...0x39).contains($0) } }),
            parts.count == 1 || !parts[1].isEmpty
        else { throw invalid("an amount is digits with an optional point") }
        let fraction = parts.count == 2 ? parts[1] : ""
        guard fraction.utf8.count <= scale else {
            throw invalid("\(unit) has \(scale) decimals")
        }
        let digits =
            parts[0] + fraction + String(repeating: "0", count: scale - fraction.utf8.count)
        guard let value = UInt64(digits), value <= maximum else {
            throw invalid("there are not as many bitcoins")
        }
        guard value > 0 else { throw invalid("nothing is paid") }
        return value
    }

    /// Bitcoins in decimal, without zeros at the end: `0.00005`.
    public static func text(_ satoshis: UInt64) -> String {
        let digits = String(satoshis)
        let padded =
            String(repeating: "0", count: max(0, decimals + 1 - digits.utf8.count)) + digits
        let whole = padded.dropLast(decimals)
        var fraction = padded.suffix(decimals)
        while fraction.last == "0" { fraction.removeLast() }
        return fraction.isEmpty ? String(whole) : "\(whole).\(fraction)"
    }

    /// The same with a sign in front of what is below zero.
    public static func text(signed satoshis: Int64) -> String {
        (satoshis < 0 ? "-" : "") + text(satoshis.magnitude)
    }
}
