// Where the wallet is, found as git finds its own.
import Files

/// The search for the directory `.wallet` (DESIGN §3).
public enum WalletLocation {
    /// The directory's name.
    public static let name = ".wallet"

    /// The path of `.wallet`: `start` wins (`-C`), then `named` (`WALLET_DIR`: the directory that
    /// holds `.wallet`, or `.wallet` itself), then the nearest parent of `working` that has one,
    /// then the one at `home`.
    /// - Parameter isStartGiven: whether `-C` was given; then nothing but its parents is searched.
    /// - Throws: `WalletError.noWallet`; `FileError`.
    public static func find(
        working: String, isStartGiven: Bool, named: String?, home: String?
    ) throws -> String {
        if !isStartGiven, let named, !named.isEmpty {
            if let found = try wallet(in: named) { return found }
            if try isWallet(named) { return named }
            throw WalletError.noWallet(searched: named)
        }
        var directory = working
        while true {
            if let found = try wallet(in: directory) { return found }
            if directory == "/" || directory == "." { break }
            directory = FileSystem.parent(of: directory)
        }
        if !isStartGiven, let home, !home.isEmpty, let found = try wallet(in: home) {
            return found
        }
        throw WalletError.noWallet(searched: working)
    }

    private static func wallet(in directory: String) throws -> String? {
        let path = (directory == "/" ? "" : directory) + "/" + name
        return try isWallet(path) ? path : nil
    }

    private static func isWallet(_ path: String) throws -> Bool {
        try FileSystem.status(path + "/" + Ledger.documentsName)?.isDirectory ?? false
    }
}
