// Another domain that this wallet deals with: the sections `peer` of the configuration.
import Blockstack
import Bytes
import Documents
import Network

/// A processor with a name of ours, and the key of its domain, which is pinned.
public struct Peer: Sendable, Equatable {
    /// What we call it.
    public let name: String
    /// Where its API begins.
    public let url: WebURL
    /// The domain's key, whose name is the domain.
    public let key: VerifierKey
    /// A file of certificates that its TLS certificate must lead to; nil for the system's.
    public let authorities: String?

    /// The clearing domain.
    public var domain: String { key.name.description }

    /// Whether the domain's name is the address of its key, so that nobody else can have it.
    public var isSelfCertified: Bool { key.isNamedAfterItself }

    /// Whether what is said to it can be read on the way.
    public var isOpenToOthers: Bool {
        url.scheme == "http" && url.host != "localhost"
            && !(IPAddress(url.host)?.isLoopback ?? false)
    }

    static let sectionName = "peer"

    init(name: String, url: WebURL, key: VerifierKey, authorities: String?) {
        self.name = name
        self.url = url
        self.key = key
        self.authorities = authorities
    }

    /// Reads one entry of the configuration.
    /// - Throws: `WalletError.invalidName` where it is none.
    init(_ name: String, _ values: [String: String]) throws(WalletError) {
        guard let url = values["url"].flatMap({ try? WebURL($0) }),
            let key = values["key"].flatMap({ try? VerifierKey($0) }), key.kind == .ed25519,
            (1...Limits.domainBytes).contains(key.name.bytes.count)
        else {
            throw .invalidName(name: name, reason: "the entry of this peer has no URL or no key")
        }
        self.init(name: name, url: url, key: key, authorities: values["ca"])
    }

    /// Writes the entry.
    func enter(into file: inout ConfigurationFile) throws {
        let section = try ConfigurationSection(Self.sectionName, name)
        try file.set(try ConfigurationKey(section, "url"), to: url.description)
        try file.set(try ConfigurationKey(section, "key"), to: key.text)
        if let authorities {
            try file.set(try ConfigurationKey(section, "ca"), to: authorities)
        } else {
            _ = try file.unset(try ConfigurationKey(section, "ca"))
        }
    }
}

extension Configuration {
    /// The peers, by name.
    func peers() throws -> [Peer] {
        try subsections(of: Peer.sectionName).map { name in
            try Peer(name, values(in: try ConfigurationSection(Peer.sectionName, name)))
        }.sorted { $0.name < $1.name }
    }
}
