// Other replicas of a wallet that is served.
import Bytes
import Documents
import Service
import Sync
import Synchronization

extension LiveDomain {
    /// Answers another replica, which must be a certified device of the domain.
    public func exchange(frames: [UInt8]) throws -> ReplicaAnswer {
        guard let replicas else { return .notServed }
        return try replicas.answer(frames, now)
    }
}

/// The side that answers, for one request after another.
final class LiveReplicas: @unchecked Sendable {  // Safe: all is touched under `lock`.
    private let lock = Mutex(())
    private let wallet: Wallet
    private let program: String
    private var server: ReplicaServer?
    private var nonces = NonceCache()

    /// - Parameter wallet: nobody else uses it from now on.
    init(_ wallet: Wallet, program: String) {
        self.wallet = wallet
        self.program = program
    }

    func answer(_ frames: [UInt8], _ now: Timestamp) throws -> ReplicaAnswer {
        try lock.withLock { _ in
            do {
                // A domain of one device has no other replica.
                guard try wallet.replicaDirectory.exists else { return .notServed }
                let server = try opened()
                let (_, questions) = try SignedRequest.read(
                    frames, domain: try wallet.ownDomain(), now: now, nonces: &nonces
                ) { try server.isCertified($0) }
                return .answered(FrameWriter.bytes(server.answer(questions)))
            } catch let error as SyncError where error.code == .notAuthentic {
                return .notAuthentic(error.message)
            } catch let error as SyncError {
                return .refused(code: error.code.rawValue, error.message)
            } catch {
                throw ServiceFailure(error)
            }
        }
    }

    private func opened() throws -> ReplicaServer {
        if let server { return server }
        let opened = try wallet.replicaServer(program: program, certifies: false) { _ in }
        server = opened
        return opened
    }
}
