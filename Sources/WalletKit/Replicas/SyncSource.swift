// What a wallet can sync with: a path, a host, a server, a file.
import Documents
import Network

/// Where another replica is.
public enum SyncSource: Sendable, Equatable {
    /// The directory of another wallet on this machine.
    case directory(String)
    /// A wallet on a host that ssh reaches.
    case host(SSHPlace)
    /// A served wallet.
    case server(WebURL)
    /// A bundle.
    case file(String)

    /// Reads `ssh://HOST/PATH`, `https://…`, `http://…`, `unix:PATH`, or a path.
    /// - Parameter isDirectory: whether a path is a directory, a file, or nothing.
    /// - Throws: `ReplicaError.noSource`, `MessageError.invalidDestination`.
    public init(_ text: String, isDirectory: (String) throws -> Bool?) throws {
        if text.hasPrefix("ssh://") {
            self = .host(try SSHPlace(text))
        } else if ["https://", "http://", "unix:"].contains(where: { text.hasPrefix($0) }) {
            do {
                self = .server(try WebURL(text))
            } catch {
                throw ReplicaError.noSource(text: text, reason: "it is no URL")
            }
        } else {
            switch try isDirectory(text) {
            case true?: self = .directory(text)
            case false?: self = .file(text)
            case nil: throw ReplicaError.noSource(text: text, reason: "nothing is there")
            }
        }
    }
}
