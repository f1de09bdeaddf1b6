// Peers, as commands deal with them.
import Network
import WalletKit

extension Context {
    /// Deals with the peer called `name`.
    func session(_ name: String) throws -> PeerSession {
        let wallet = try wallet()
        let peer = try wallet.peer(name)
        return try wallet.session(with: peer, over: try sender(peer.authorities))
    }

    /// Sends requests to whatever the user of this program names: private addresses too.
    /// - Parameter authorities: a file of certificates that TLS must lead to.
    func sender(_ authorities: String?) throws -> any HTTPSender {
        HTTPClient(
            loop: try EventLoop(),
            trust: authorities.map { .file(path: $0) } ?? .system, allowsPrivateAddresses: true)
    }
}
