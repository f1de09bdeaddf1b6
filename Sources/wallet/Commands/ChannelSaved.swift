// Channels that have a name here: address and token, a file each, mode 0600.
import Bytes
import Channels
import Cryptography
import Documents
import Files
import Network
import WalletKit

/// One of them.
struct ChannelSaved {
    let name: String
    /// The channel's address.
    let url: WebURL
    /// Nil where it is public.
    var token: SecretBytes?
    /// Certificates that the server's must lead to.
    var authorities: String?
    /// The server and the user of the account that made it; nil where it is somebody else's.
    var owner: (server: WebURL, account: Int, user: String)?

    private static let fileBytes = 16_384
    private static let folder = "/channels"

    /// Letters, digits, `-`, `_` and `.`, and no dot at the beginning.
    static func isName(_ text: String) -> Bool {
        (1...64).contains(text.utf8.count) && !text.hasPrefix(".") && !text.hasPrefix("-")
            && text.utf8.allSatisfy {
                (0x61...0x7a).contains($0) || (0x41...0x5a).contains($0)
                    || (0x30...0x39).contains($0) || "-_.".utf8.contains($0)
            }
    }

    /// All names, sorted; none where nothing has been named.
    static func names(_ wallet: Wallet) throws -> [String] {
        guard try FileSystem.status(wallet.directory + folder) != nil else { return [] }
        return try FileSystem.list(wallet.directory + folder).filter(isName).sorted()
    }

    /// The channel of this name; nil where there is none.
    static func find(_ name: String, _ wallet: Wallet) throws -> ChannelSaved? {
        let path = wallet.directory + folder + "/" + name
        guard isName(name), try FileSystem.status(path) != nil else { return nil }
        let object = try? ForeignJSON(try FileSystem.read(path, limit: fileBytes))
        guard let object, let text = object["url"]?.string, let url = try? WebURL(text) else {
            throw Failure(
                .storage, "damaged-channel", "'\(path)' is damaged",
                hint: "'wallet channel forget \(name)' removes it")
        }
        var saved = ChannelSaved(name: name, url: url)
        saved.token = (object["token"]?.string).map { SecretBytes(Array($0.utf8)) }
        saved.authorities = object["ca"]?.string
        if let server = object["server"]?.string, let server = try? WebURL(server),
            let account = object["account"]?.integer, let user = object["user"]?.string
        {
            saved.owner = (server, account, user)
        }
        return saved
    }

    /// Keeps it.
    func keep(_ wallet: Wallet) throws {
        let folder = wallet.directory + Self.folder
        if try FileSystem.status(folder) == nil {
            try FileSystem.makeDirectory(folder)
            try FileSystem.synchronizeDirectory(wallet.directory)
        }
        let object: ForeignJSON = [
            "account": owner.map { ForeignJSON($0.account) } ?? .null,
            "ca": ForeignJSON(authorities),
            "server": ForeignJSON(owner?.server.description),
            "token": ForeignJSON(token.map(SecretInput.text)),
            "url": .string(url.description), "user": ForeignJSON(owner?.user),
        ]
        guard try FileSystem.create(folder + "/" + name, with: object.bytes) else {
            throw Failure(
                .refused, "name-taken", "the name '\(name)' is taken",
                hint: "'wallet channel forget \(name)' frees it")
        }
    }

    /// Forgets it.
    func remove(_ wallet: Wallet) throws {
        try FileSystem.remove(wallet.directory + Self.folder + "/" + name)
        try FileSystem.synchronizeDirectory(wallet.directory + Self.folder)
    }
}
