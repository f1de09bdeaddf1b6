// What a client of Paymail remembers between two runs: capabilities, keys, destinations.
import Documents
import Network
import Synchronization

/// The capabilities of a domain, as they were answered.
public struct RememberedCapabilities: Sendable, Equatable {
    /// The answer.
    public var document: CapabilityDocument
    /// The server that gave it.
    public var server: WebURL
    /// What names this version of it; nil where the server has no such names.
    public var tag: String?
    /// Until when it is believed without asking.
    public var expires: Timestamp

    /// An answer.
    public init(
        document: CapabilityDocument, server: WebURL, tag: String?, expires: Timestamp
    ) {
        self.document = document
        self.server = server
        self.tag = tag
        self.expires = expires
    }
}

/// The key that a handle had when it was first seen: no server may change it without a word.
public struct PinnedKey: Sendable, Equatable {
    /// Compressed.
    public var publicKey: [UInt8]
    /// Since when.
    public var since: Timestamp

    /// A key.
    public init(publicKey: [UInt8], since: Timestamp) {
        self.publicKey = publicKey
        self.since = since
    }
}

/// Keeps what a client has learned. Safe to call from several threads.
public protocol PaymailMemory: Sendable {
    /// The capabilities of a domain; nil where there are none.
    func capabilities(of domain: String) throws -> RememberedCapabilities?
    /// Keeps capabilities; nil forgets them.
    func keep(_ capabilities: RememberedCapabilities?, of domain: String) throws
    /// The key of a handle; nil where it has not been seen.
    func pin(of handle: PaymailHandle) throws -> PinnedKey?
    /// Keeps a key in the place of what was there.
    func keep(_ pin: PinnedKey, of handle: PaymailHandle) throws
    /// The last destination of IOUs, as it came; nil where there is none.
    func destination(of handle: PaymailHandle) throws -> [UInt8]?
    /// Keeps a destination that was verified.
    func keep(_ destination: [UInt8], of handle: PaymailHandle) throws
}

/// Remembers as long as the process lives.
public final class VolatileMemory: PaymailMemory {
    private struct State {
        var capabilities: [String: RememberedCapabilities] = [:]
        var pins: [PaymailHandle: PinnedKey] = [:]
        var destinations: [PaymailHandle: [UInt8]] = [:]
    }

    private let state = Mutex(State())

    /// Nothing yet.
    public init() {}

    /// As `PaymailMemory` has it.
    public func capabilities(of domain: String) -> RememberedCapabilities? {
        state.withLock { $0.capabilities[domain] }
    }

    /// As `PaymailMemory` has it.
    public func keep(_ capabilities: RememberedCapabilities?, of domain: String) {
        state.withLock {
            // What is full begins anew: a stranger may name any number of domains.
            if $0.capabilities.count >= PaymailLimits.remembered { $0.capabilities = [:] }
            $0.capabilities[domain] = capabilities
        }
    }

    /// As `PaymailMemory` has it.
    public func pin(of handle: PaymailHandle) -> PinnedKey? { state.withLock { $0.pins[handle] } }

    /// As `PaymailMemory` has it.
    public func keep(_ pin: PinnedKey, of handle: PaymailHandle) {
        state.withLock {
            if $0.pins.count >= PaymailLimits.remembered { $0.pins = [:] }
            $0.pins[handle] = pin
        }
    }

    /// As `PaymailMemory` has it.
    public func destination(of handle: PaymailHandle) -> [UInt8]? {
        state.withLock { $0.destinations[handle] }
    }

    /// As `PaymailMemory` has it.
    public func keep(_ destination: [UInt8], of handle: PaymailHandle) {
        state.withLock {
            if $0.destinations.count >= PaymailLimits.remembered { $0.destinations = [:] }
            $0.destinations[handle] = destination
        }
    }
}
