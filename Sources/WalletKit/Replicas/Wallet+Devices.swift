// The devices of a domain, who seals, and what each may spend by itself.
import Bytes
import Cryptography
import Documents
import Graphstore

/// A device as it is listed.
public struct DeviceReport: Sendable {
    /// The device.
    public let address: Address
    /// 16 hexadecimal digits.
    public let incarnation: String
    /// When it was certified.
    public let issued: Timestamp
    /// From when on it signs no more.
    public let revoked: Timestamp?
    /// Whether it is this one.
    public let isOwn: Bool
    /// Whether it holds the lease.
    public let isHolder: Bool
    /// Its last record.
    public let sequence: Int
}

/// Who seals, and until when.
public struct LeaseReport: Sendable {
    /// The device.
    public let holder: Address
    /// 0 where nobody has ever taken one.
    public let term: Int
    /// Until when; nil where it does not end.
    public let until: Timestamp?
    /// Whether it is this one.
    public let isOwn: Bool
}

extension Wallet {
    private func state(_ ledger: Ledger) throws -> ReplicaState {
        try replicaDirectory.create()
        return try ReplicaState(ledger, replicaDirectory, domain: try ownDomain())
    }

    /// All devices in the order of their certificates.
    /// - Throws: failures of storage; `WalletError.corruptLog`.
    public func devices() throws -> [DeviceReport] {
        let ledger = try writer()
        let own = try deviceAddress()
        return try ledger.write {
            let state = try state(ledger)
            let holder = Lease.holder(state, first: try ledger.firstDevice())
            var sequences = state.cut?.settled ?? [:]
            for record in state.block.records {
                let clock = record.clock
                sequences[clock.device] = max(sequences[clock.device] ?? 0, clock.sequence)
            }
            let entries = try ledger.graph.devices()
            return try entries.filter { $0.revoked == nil }.compactMap { entry in
                guard case .device(let device, _) = try ledger.document(at: entry.place) else {
                    return nil
                }
                return DeviceReport(
                    address: entry.address, incarnation: device.incarnation,
                    issued: device.issued,
                    revoked: entries.filter { $0.address == entry.address }
                        .compactMap(\.revoked).min(),
                    isOwn: entry.address == own, isHolder: entry.address == holder,
                    sequence: sequences[entry.address] ?? 0)
            }
        }
    }

    private func device(_ prefix: String) throws -> Address {
        let found = try devices().filter {
            $0.address.text.hasPrefix(prefix) || $0.incarnation.hasPrefix(prefix)
        }
        guard found.count == 1, !prefix.isEmpty else {
            throw ReplicaError.unknownDevice(text: prefix)
        }
        return found[0].address
    }

    /// Takes a device's word away, from now on: what it clears later does not count.
    /// - Parameter prefix: the beginning of its address or incarnation.
    /// - Throws: `ReplicaError.unknownDevice`, `KeyError`; failures of storage.
    public func revoke(device prefix: String) throws -> Address {
        let device = try device(prefix)
        let ledger = try writer()
        let key = try domainKey(ledger)
        let domain = try ownDomain()
        let issued = surroundings.now()
        let unsigned = Revocation(device: device, domain: domain, issued: issued)
        let revocation = Revocation(
            device: device, domain: domain, issued: issued,
            Endorsements(signatures: [try key.signature(of: unsigned.hash)]))
        try ledger.enter(
            note: .revocation(revocation, try Envelope(line: revocation.document)),
            line: revocation.document)
        return device
    }

    /// Sets part of a counter's headroom aside for one device: it spends that with finality. In
    /// force from the next block on.
    /// - Throws: `ReplicaError.unknownDevice`, `KeyError`, `WalletError`; failures of storage.
    public func allow(
        device prefix: String, _ amount: Amount, of key: CounterKey, until expiry: Timestamp
    ) throws -> Allowance {
        let device = try device(prefix)
        let ledger = try writer()
        let domainKey = try domainKey(ledger)
        let terms = Allowance.Terms(
            address: key.address, amount: amount, device: device, domain: try ownDomain(),
            expiry: expiry, issued: surroundings.now(),
            random: Hexadecimal.encode(try surroundings.random.bytes(16)), symbol: key.symbol)
        let unsigned = Allowance(terms)
        let allowance = Allowance(
            terms, Endorsements(signatures: [try domainKey.signature(of: unsigned.hash)]))
        try ledger.enter(
            note: .allowance(allowance, try Envelope(line: allowance.document)),
            line: allowance.document)
        return allowance
    }

    /// The same as people type it.
    /// - Throws: as above; `WalletError.invalidArgument`.
    public func allow(
        device prefix: String, amount: String, unit: String, of who: String?, until: String
    ) throws -> Allowance {
        let resolver = try resolver()
        let symbol = try resolver.symbol(unit)
        let address = try who.map { try resolver.address($0) } ?? defaultAddress().address
        return try allow(
            device: prefix, try self.amount(amount, "amount", try resolver.view(symbol)),
            of: CounterKey(address, symbol), until: try time(until, "until", surroundings.now()))
    }

    /// What is set aside, as the last block leaves it.
    /// - Throws: failures of storage.
    public func allowances() throws -> [CutDocument.Remainder] {
        try reader().lastCut()?.statement.allowances ?? []
    }

    /// Who holds the lease.
    /// - Throws: failures of storage.
    public func lease() throws -> LeaseReport {
        let ledger = try writer()
        let own = try deviceAddress()
        return try ledger.write {
            let state = try state(ledger)
            let lease = Lease.current(state)?.terms
            let holder = Lease.holder(state, first: try ledger.firstDevice())
            return LeaseReport(
                holder: holder, term: lease?.term ?? 0, until: lease?.until,
                isOwn: holder == own)
        }
    }

    /// Takes the lease: this device seals from now on.
    /// - Parameters:
    ///   - milliseconds: how long.
    ///   - isForced: whether it is taken from a device that has not let it go.
    /// - Throws: `ReplicaError.leaseHeld`; `KeyError`; failures of storage.
    public func takeLease(for milliseconds: Int64, isForced: Bool) throws -> LeaseReport {
        try changeLease { current, holder, own, now in
            if let holder, holder != own, !isForced, current.map({ now < $0.until }) ?? true {
                throw ReplicaError.leaseHeld(
                    holder: holder, until: current?.until ?? .latest)
            }
            return (own, now.adding(milliseconds: milliseconds) ?? .latest)
        }
    }

    /// Lets the lease go, to another device or to whoever takes it.
    /// - Throws: `ReplicaError.notHolder`, `.unknownDevice`; `KeyError`; failures of storage.
    public func releaseLease(to prefix: String?, for milliseconds: Int64) throws -> LeaseReport {
        let next = try prefix.map { try device($0) }
        return try changeLease { _, holder, own, now in
            guard holder == own else { throw ReplicaError.notHolder(holder: holder ?? own) }
            guard let next else { return (own, now.adding(milliseconds: 1) ?? now) }
            return (next, now.adding(milliseconds: milliseconds) ?? .latest)
        }
    }

    private func changeLease(
        _ decide: (LeaseDocument.Terms?, Address?, Address, Timestamp) throws -> (
            Address, Timestamp
        )
    ) throws -> LeaseReport {
        let ledger = try writer()
        let own = try deviceAddress()
        let sign = try receiptSigner()
        let signer = DeviceSigner(device: own, sign: sign)
        let now = surroundings.now()
        let terms = try ledger.write {
            let state = try state(ledger)
            let current = Lease.current(state)
            let (holder, until) = try decide(
                current?.terms, Lease.holder(state, first: try ledger.firstDevice()), own, now)
            let terms = LeaseDocument.Terms(
                domain: try ownDomain(), from: now, holder: holder, issued: now,
                previous: current?.hash ?? LeaseDocument.noLease,
                term: (current?.terms.term ?? 0) + 1, until: until)
            let unsigned = LeaseDocument(terms)
            let lease = LeaseDocument(
                terms, Endorsements(signatures: [try sign(unsigned.hash)]))
            var store = state.entries
            try store.state(
                "\(Lease.prefix)\(terms.term)", lease.hash.hexadecimal, document: lease.document,
                by: signer, at: now)
            return terms
        }
        return LeaseReport(
            holder: terms.holder, term: terms.term, until: terms.until,
            isOwn: terms.holder == own)
    }
}
