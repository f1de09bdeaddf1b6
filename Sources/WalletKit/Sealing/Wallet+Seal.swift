// Sealing, stacking and what is published of it.
import Blockstack
import Bytes
import Cryptography
import Documents
import Graphstore
import Headers

extension Wallet {
    static let stacksName = "stacks"

    var stacks: BlockStore { BlockStore(directory: directory + "/" + Self.stacksName) }

    /// The key that signs blocks, stacks and checkpoints.
    /// - Throws: `KeyError`; `WalletError.foreignDomainKey`.
    func domainKey(_ ledger: Ledger) throws -> SigningKey {
        guard case .key(let key, _) = try keys.open(KeyName.domain, opener) else {
            throw KeyError.missing(name: KeyName.domain)
        }
        let expected = try ledger.domainSigner()
        let got = Address(of: key.publicKey)
        guard got == expected else {
            throw WalletError.foreignDomainKey(expected: expected, got: got)
        }
        return key
    }

    /// Seals the open block if there is anything to seal.
    /// - Returns: the block's document; nil where nothing was to be sealed.
    /// - Throws: failures of storage, `KeyError`, `WalletError`.
    public func seal(_ options: SealOptions) throws -> BlockDocument? {
        let ledger = try writer()
        let sealing = Sealing(ledger: ledger, domain: try ownDomain(), options: options)
        guard try ledger.write({ try sealing.isDue(surroundings.now()) }) else { return nil }
        let key = try domainKey(ledger)
        let stacks = stacks
        let feed = try HookFeed(self, ledger, [.postSeal])
        defer { feed?.finish() }
        return try ledger.write {
            // Somebody else may have sealed while a passphrase was asked for.
            guard try sealing.isDue(surroundings.now()) else { return nil }
            let cut = try ReplicaSealing(self, ledger).cut(key)
            let (block, entries) = try sealing.seal(key, surroundings.now(), stacks, cut: cut)
            if cut != nil { try Settling(ledger: ledger, directory: replicaDirectory).run() }
            feed?.note([block.document])
            // The block stands whatever becomes of tiles: the next one to read them makes them
            // anew.
            try? Publication(ledger: ledger, stacks: stacks).bringUp(to: block, entries)
            return block
        }
    }

    /// Puts the blocks that are in no stack yet into one. The header is mined without the lock.
    /// - Parameter bits: the target in compact form; nil for the configured one.
    /// - Returns: the stack's document; nil where every block is in a stack.
    /// - Throws: failures of storage, `KeyError`, `WalletError`; `HeaderError` for bits that are no
    ///   target.
    public func stack(bits: UInt32?) throws -> StackDocument? {
        let bits = try bits ?? configuredWork()
        let target = try CompactTarget(bits: bits)
        let ledger = try writer()
        while true {
            let pending = try ledger.write {
                try Stacking(ledger, bits: bits, now: surroundings.now())
            }
            guard let pending else {
                try? ledger.write {
                    try Publication(ledger: ledger, stacks: stacks).bringUpHeaders()
                }
                return nil
            }
            let key = try domainKey(ledger)
            guard let header = try mine(pending.header, target) else { return nil }
            if let stack = try enter(pending, header, key, ledger) { return stack }
            // Another process has made a stack of these blocks meanwhile.
        }
    }

    private func configuredWork() throws -> UInt32 {
        let text = try configuration.text(Settings.stackWork) ?? ""
        guard let bits = Self.bits(text) else {
            throw WalletError.invalidArgument(
                what: "stack.work", value: text,
                reason: "a target of 8 hexadecimal digits is needed, as 207fffff")
        }
        return bits
    }

    /// A target in Bitcoin's compact form, eight hexadecimal digits; nil for anything else.
    public static func bits(_ text: String) -> UInt32? {
        guard text.utf8.count == 8, !text.hasPrefix("+"), let bits = UInt32(text, radix: 16),
            (try? CompactTarget(bits: bits)) != nil
        else { return nil }
        return bits
    }

    private func mine(
        _ header: BlockHeader, _ target: CompactTarget
    ) throws -> BlockHeader? {
        // The share of what is expected: luck may need more.
        let expected = target.work.approximate
        let onProgress = surroundings.onProgress
        let found = try Mining.solve(
            header, threads: surroundings.threads,
            // All nonces tried in vain: the clock has gone on meanwhile, or is pushed a second.
            nextTime: { time in
                max(time + 1, UInt32(clamping: surroundings.now().milliseconds / 1000))
            },
            progress: { onProgress("mining", min(0.99, Double($0) / expected)) })
        onProgress("mining", 1)
        return found
    }

    private func enter(
        _ pending: Stacking, _ header: BlockHeader, _ key: SigningKey, _ ledger: Ledger
    ) throws -> StackDocument? {
        let unsigned = pending.document(try ownDomain(), header)
        let stack = StackDocument(
            count: unsigned.count, domain: unsigned.domain, first: unsigned.first,
            header: unsigned.header, height: unsigned.height,
            Endorsements(signatures: [try key.signature(of: unsigned.hash)]))
        let isEntered = try ledger.write {
            let next = try ledger.graph.lastStack().map { $0.height + 1 } ?? 0
            guard next == stack.height else { return false }
            try ledger.commit([stack.document + [UInt8(ascii: "\n")]], asOne: false) { _, place in
                ledger.graph.record(stack, at: place)
            }
            try? Publication(ledger: ledger, stacks: stacks).bringUpHeaders()
            return true
        }
        ledger.finish()
        return isEntered ? stack : nil
    }
}

extension Ledger {
    /// The address of the key that certified the first device: the domain's key.
    /// - Throws: failures of storage; `WalletError.corruptLog`.
    func domainSigner() throws -> Address {
        guard case .device(let device, _) = try document(at: 0),
            let signer = device.endorsements.signatures.first?.signer
        else { throw corruption(at: .start, "the log does not begin with a device") }
        return signer
    }
}

extension UInt256 {
    /// About how much it is.
    var approximate: Double {
        let digits = hexadecimal.drop { $0 == "0" }
        let leading = Double(UInt64(digits.prefix(15), radix: 16) ?? 0)
        return (0..<Swift.max(0, digits.count - 15)).reduce(leading) { value, _ in value * 16 }
    }
}
