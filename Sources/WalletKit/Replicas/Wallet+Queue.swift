// The mode `lease`: what is given to a device that does not hold the lease waits for the one that
// does.
import Bytes
import Documents

extension Wallet {
    /// In the mode `lease`, what others have kept for this device. What has bounced is tried again by
    /// whoever began the meeting: once is enough.
    /// - Throws: failures of storage; `KeyError`.
    func clearQueued() throws {
        guard try configuration.text(Settings.domainMode) == ReplicaMode.lease.rawValue else {
            return
        }
        _ = try retry(nil)
    }

    /// What keeps lines for the holder of the lease instead of clearing them; nil where this device
    /// clears.
    /// - Throws: failures of storage; `ConfigurationError`.
    func leaseVeto(_ ledger: Ledger) throws -> (([PreparedLine]) throws -> [PreparedLine])? {
        guard try configuration.text(Settings.domainMode) == ReplicaMode.lease.rawValue,
            try ledger.write({ try ledger.isShared }), try !lease().isOwn
        else { return nil }
        let sign = try receiptSigner()
        let signer = DeviceSigner(device: try deviceAddress(), sign: sign)
        return { [self] lines in
            try ledger.write {
                var store = try EntryStore(replicaDirectory, domain: try ownDomain())
                return try lines.map { line in
                    guard let (documents, hashes) = line.asked, hashes.count == 1,
                        try ledger.graph.clearedIn(hashes[0]) == nil
                    else { return line }
                    try store.state(
                        RetryQueue.prefix + hashes[0].hexadecimal, hashes[0].hexadecimal,
                        document: Array(documents[0]), by: signer, at: surroundings.now())
                    return PreparedLine(
                        line.line,
                        refused: Refusal(
                            .queued, "it waits for the device that holds the lease",
                            ["hash": hashes[0].hexadecimal]))
                }
            }
        }
    }
}
