// Who may come in, and how often.
import Documents
import Network

/// Counts what networks and addresses use.
final class Gate: Sendable {
    private let peers: SharedBuckets<String>?
    private let addresses: SharedBuckets<Address>?
    private let costs: RequestCosts
    private let exemptsLocalPeers: Bool
    private let admission: AdmissionRule
    private let domain: any ServedDomain
    private let milliseconds: @Sendable () -> Int64

    init(
        _ options: ServiceOptions, _ domain: any ServedDomain,
        milliseconds: @escaping @Sendable () -> Int64
    ) {
        peers = options.peerAllowance.map { SharedBuckets($0) }
        addresses = options.addressAllowance.map { SharedBuckets($0) }
        costs = options.costs
        exemptsLocalPeers = options.exemptsLocalPeers
        admission = options.admission
        self.domain = domain
        self.milliseconds = milliseconds
    }

    /// A request's head has come.
    /// - Throws: 429.
    func enter(_ cost: RouteCost, from peer: PeerAddress) throws(ServiceError) {
        switch cost {
        case .free: break
        case .read: try take(costs.read, from: peer)
        case .prove: try take(costs.prove, from: peer)
        }
    }

    /// A line is to be cleared: all that can be found out without verifying a signature.
    /// - Throws: 403, 429; `ServiceFailure`.
    func admit(_ line: [UInt8], from peer: PeerAddress) throws {
        let counts = peers != nil && !(exemptsLocalPeers && peer.isLocal)
        guard counts || addresses != nil || admission != .open else { return }
        // What cannot be read is refused by the domain, at once.
        guard let signers = Signers(line) else {
            return try take(costs.write, from: peer)
        }
        try take(costs.write + costs.verify * signers.instructions, from: peer)
        if let addresses {
            let now = milliseconds()
            for address in signers.addresses {
                try addresses.take(costs.write + costs.verify, of: address, at: now)
            }
        }
        guard admission != .open else { return }
        for address in signers.addresses where try !domain.isAdmitted(address) {
            throw ServiceError(
                403, "not-admitted", "the address '\(address)' is not admitted to this domain",
                ["address": address.text])
        }
    }

    /// An order of a custodial user.
    /// - Throws: 429.
    func order(from peer: PeerAddress, by address: Address) throws(ServiceError) {
        try take(costs.write + costs.verify, from: peer)
        try addresses?.take(costs.write + costs.verify, of: address, at: milliseconds())
    }

    /// A message for the wallet behind the domain: its signatures are verified, and it is written.
    /// - Throws: 429.
    func message(_ line: [UInt8], from peer: PeerAddress) throws(ServiceError) {
        try take(costs.write + costs.verify, from: peer)
        guard let addresses, let sender = Self.sender(of: line) else { return }
        try addresses.take(costs.write + costs.verify, of: sender, at: milliseconds())
    }

    /// Who says that he has sent a message, read without believing any of it.
    private static func sender(of line: [UInt8]) -> Address? {
        guard let from = (try? JSONText(line))?.root["data"]?["from"]?.plainString else {
            return nil
        }
        return try? Address(from)
    }

    private func take(_ cost: Int, from peer: PeerAddress) throws(ServiceError) {
        guard let peers, !(exemptsLocalPeers && peer.isLocal) else { return }
        try peers.take(cost, of: peer.network, at: milliseconds())
    }
}
