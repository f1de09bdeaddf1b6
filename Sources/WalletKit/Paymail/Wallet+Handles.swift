// Others' handles in the place of addresses.
import Bytes
import Cryptography
import Documents
import Network
import Paymail

/// A handle, found.
public struct ResolvedHandle: Sendable, Hashable {
    /// The handle.
    public let handle: PaymailHandle
    /// Where IOUs for it go.
    public let address: Address
    /// The domain that clears them.
    public let domain: String
    /// What the receiver takes; empty where he does not say.
    public let units: [AcceptedUnit]
    /// All that was said.
    public let destination: PromiseDestination
    /// Whether its server said so just now; otherwise it is what it said before.
    public let isFresh: Bool
}

/// Asks for what a handle names.
public typealias HandleLookup = (PaymailHandle) throws -> ResolvedHandle

extension Wallet {
    /// A client that remembers in this wallet.
    /// - Parameters:
    ///   - named: servers of domains, `DOMAIN=URL`, beside those of `paymail.resolve`.
    ///   - isForStrangers: whether strangers choose whom it asks: then nothing of it is kept on the
    ///     disk, which they could fill.
    /// - Throws: `WalletError.invalidArgument`; `ConfigurationError`.
    public func paymailClient(
        _ reach: PaymailClient.Reach, services: any ServiceResolver, named: [String] = [],
        isForStrangers: Bool = false
    ) throws -> PaymailClient {
        let set = try configuration.text(Settings.paymailResolve) ?? ""
        var places: [String: WebURL] = [:]
        for text in set.split(separator: " ").map(String.init) + named {
            let parts = text.split(separator: "=", maxSplits: 1)
            guard parts.count == 2, let url = try? WebURL(String(parts[1])),
                ["http", "https", "unix"].contains(url.scheme), url.query == nil
            else {
                throw WalletError.invalidArgument(
                    what: "server of a domain", value: String(text.prefix(80)),
                    reason: "it is DOMAIN=URL")
            }
            places[parts[0].lowercased()] = url
        }
        let now = surroundings.now
        return PaymailClient(
            reach, services: services, named: places,
            memory: isForStrangers
                ? VolatileMemory() : PaymailMemoryFiles(directory: try paymailDirectory()),
            random: surroundings.random, now: { now() })
    }

    /// Where IOUs for a handle go. Where its server cannot be reached, what it has said before
    /// holds: it was signed with the key that the handle has always had.
    /// - Throws: `PaymailError`, `NetworkError`; failures of storage.
    public func resolve(
        _ handle: PaymailHandle, with client: PaymailClient
    ) throws -> ResolvedHandle {
        do {
            return ResolvedHandle(try client.promiseDestination(of: handle), isFresh: true)
        } catch let error as NetworkError {
            guard let known = try client.rememberedDestination(of: handle) else { throw error }
            return ResolvedHandle(known, isFresh: false)
        }
    }

    /// What an own alias is known by when it pays.
    /// - Throws: `WalletError.unknown`, `.noKey`; key failures.
    public func paymailSender(_ alias: String, domain: String) throws -> PaymailSender {
        guard let known = try self.alias(alias) else {
            throw WalletError.unknown(
                what: "alias", name: alias, suggestions: try aliases().map(\.alias))
        }
        let key = try aliasSigningKey(known)
        return PaymailSender(
            try PaymailHandle(alias + "@" + domain), name: known.name, publicKey: known.publicKey
        ) { key.signMessage($0) }
    }

    /// The key that an alias is known by.
    /// - Throws: `WalletError.noKey`; key failures.
    func aliasSigningKey(_ alias: PaymailAlias) throws -> AliasKey {
        let address = Address(of: alias.publicKey)
        guard let own = book.own(address), case .secp256k1(let key) = try signingKey(own).signer
        else { throw WalletError.noKey(address: address) }
        return AliasKey(key: key)
    }
}

extension ResolvedHandle {
    fileprivate init(_ destination: PromiseDestination, isFresh: Bool) {
        self.init(
            handle: destination.handle, address: destination.address, domain: destination.domain,
            units: destination.units, destination: destination, isFresh: isFresh)
    }
}
