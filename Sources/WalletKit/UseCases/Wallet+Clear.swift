// Clearing in this wallet's own domain.
import Bytes
import Documents
import Files
import Graphstore

extension Wallet {
    /// Clears every line of `streams` and answers each in order.
    /// - Throws: `FileError` and other failures of storage, key failures, what `answer` throws.
    public func clear(
        _ streams: [InputStream], _ options: ClearingOptions,
        _ answer: ([UInt8]) throws -> Void
    ) throws -> ClearingCounts {
        let domain = try ownDomain()
        let ledger = try options.isDryRun ? reader() : writer()
        let device = try deviceAddress()
        let run = ClearingRun(
            ledger: ledger, clearing: Clearing(domain: domain, policy: try policy()),
            device: device, options: options, now: surroundings.now
        ) { try self.receiptSigner() }
        if !options.isDryRun {
            run.veto = try leaseVeto(ledger) ?? clearingVeto(ledger)
            run.feed = try HookFeed(self, ledger, HookFeed.hooks)
        }
        // What has been answered is in the log; after a failed write this process must not write
        // any more.
        let counts = try run.run(streams, answer)
        ledger.finish()
        run.feed?.finish()
        return counts
    }

    /// Signs receipts with the device's key.
    /// - Throws: `KeyError`, and what asking for the passphrase throws.
    func receiptSigner() throws -> ReceiptSigner {
        let device = try deviceAddress()
        let key = try deviceKey()
        return { hash in
            DocumentSignature(
                publicKey: key.publicKey, scheme: key.scheme, signer: device,
                signature: try key.sign(hash))
        }
    }

    /// Clears one document that this wallet has just signed.
    /// - Returns: the answer's line.
    public func clear(_ document: [UInt8]) throws -> (answer: [UInt8], counts: ClearingCounts) {
        var answer: [UInt8] = []
        let counts = try clear([InputStream(bytes: document)], .init()) { answer += $0 }
        return (answer, counts)
    }

    /// Units whose entry `unit.<symbol>.closed` is true.
    func policy() throws -> ClearingPolicy {
        var policy = ClearingPolicy()
        for text in configuration.subsections(of: "unit") {
            let key = try ConfigurationKey(try ConfigurationSection("unit", text), "closed")
            guard try configuration.boolean(key) ?? false else { continue }
            policy.closedUnits.insert(try Address(text: text))
        }
        return policy
    }
}
