// Issuing and paying: from words to a signed IOU.
import Bytes
import Cryptography
import Documents
import Files

extension Wallet {
    /// Signs an IOU of a unit whose key this wallet has: new units come to be when it clears.
    /// - Throws: `WalletError`, `Refusal` for what the rules would refuse anyway, key and storage
    ///   failures.
    public func issue(_ promise: Promise) throws -> SignedPromise {
        let resolver = try resolver()
        let symbol = try resolver.symbol(promise.unit)
        return try sign(promise, from: symbol, try resolver.view(symbol), resolver)
    }

    /// Signs an IOU of units that an address of this wallet holds, or has credit for.
    /// - Throws: as `issue`.
    public func pay(_ promise: Promise) throws -> SignedPromise {
        let resolver = try resolver()
        let symbol = try resolver.symbol(promise.unit)
        let source = try promise.source.map { try resolver.address($0) } ?? defaultAddress().address
        return try sign(promise, from: source, try resolver.view(symbol), resolver)
    }

    /// Signs a promise in a unit, wherever that is known.
    func sign(
        _ promise: Promise, from source: Address, _ unit: UnitView, _ resolver: Resolver
    ) throws -> SignedPromise {
        let target = try resolver.address(promise.target)
        guard source != target else {
            throw WalletError.invalidArgument(
                what: "target", value: promise.target, reason: "an address does not pay itself")
        }
        let now = surroundings.now()
        var terms = IOU.Terms(
            domain: try promise.domain ?? ownDomain(), source: source, target: target,
            amount: try amount(promise.amount, "amount", unit), symbol: unit.symbol,
            random: try random(promise.id),
            expiry: try promise.expires.map { try time($0, "expiry", now) } ?? standardExpiry(now))
        terms.active = try promise.active.map { try time($0, "active", now) }
        if terms.expiry <= now {
            throw WalletError.invalidArgument(
                what: "expiry", value: promise.expires ?? terms.expiry.text,
                reason: "it has passed")
        }
        if let active = terms.active, let what = promise.active, active >= terms.expiry {
            throw WalletError.invalidArgument(
                what: "active", value: what, reason: "it would expire before it is active")
        }
        terms.credit = try promise.credit.map { try amount($0, "credit", unit).negated }
        guard terms.amount > .zero || terms.credit.map({ $0 < .zero }) ?? false else {
            throw WalletError.invalidArgument(
                what: "amount", value: promise.amount, reason: "nothing is promised")
        }
        let note = promise.invoice?.paymentNote ?? promise.note.map { Attachments.note($0) }
        terms.custom = note.map { Hash.sha256d($0) }
        if let hashlock = promise.hashlock {
            guard let digest = Digest256(hexadecimal: hashlock) else {
                throw WalletError.invalidArgument(
                    what: "hashlock", value: hashlock, reason: "64 hexadecimal digits are needed")
            }
            terms.hashlock = digest
        }
        func finish(_ iou: IOU, isRepeated: Bool) -> SignedPromise {
            SignedPromise(
                iou: iou, unit: unit, sourceName: resolver.name(source),
                targetName: resolver.name(target), isRepeated: isRepeated)
        }
        if let id = promise.id, let earlier = try earlier(id, terms) {
            return finish(earlier, isRepeated: true)
        }
        let iou = IOU(terms, .init(), Attachments(note: note))
        // What we sign we could read: shape and limits are judged before the key is touched.
        _ = try Instruction(Envelope(line: iou.document))
        try askHook(
            about: iou, unit, source: resolver.name(source), target: resolver.name(target))
        let signed = iou.replacing(try endorse(.init(), iou.hash, as: source))
        if let id = promise.id { return try keep(signed, under: id, finish) }
        return finish(signed, isRepeated: false)
    }

    // MARK: - Repeated calls

    /// The IOU that was made under `id`; nil if none was.
    /// - Throws: `WalletError.idReused` where its terms were others.
    private func earlier(_ id: String, _ terms: IOU.Terms) throws -> IOU? {
        let path = idPath(id)
        guard try FileSystem.status(path) != nil else { return nil }
        let line = try FileSystem.read(path, limit: Limits.lineBytes)
        let iou = try IOU(Envelope(line: line.filter { $0 != UInt8(ascii: "\n") }))
        var same = terms
        // A retry comes later: the first call's times stand.
        same.expiry = iou.terms.expiry
        if terms.active != nil, iou.terms.active != nil { same.active = iou.terms.active }
        guard same == iou.terms else { throw WalletError.idReused(id: id) }
        return iou
    }

    /// Remembers the IOU before anybody sees it, so that a crash in between makes no second one.
    private func keep(
        _ iou: IOU, under id: String, _ finish: (IOU, Bool) -> SignedPromise
    ) throws -> SignedPromise {
        let path = idPath(id)
        let directory = FileSystem.parent(of: path)
        if try FileSystem.status(directory) == nil {
            do {
                try FileSystem.makeDirectory(directory)
            } catch  where error.code == FileError.alreadyThere {}
        }
        if try FileSystem.create(path, with: iou.document + [UInt8(ascii: "\n")]) {
            return finish(iou, false)
        }
        guard let earlier = try earlier(id, iou.terms) else { return finish(iou, false) }
        return finish(earlier, true)
    }

    private func idPath(_ id: String) -> String {
        directory + "/ids/" + Hash.sha256(Array(id.utf8)).hexadecimal
    }

    /// The member `random`: from the id, or 16 random bytes.
    func random(_ id: String?) throws -> String {
        guard let id else { return Hexadecimal.encode(try surroundings.random.bytes(16)) }
        guard (1...Limits.customTextBytes).contains(id.utf8.count) else {
            throw WalletError.invalidArgument(
                what: "id", value: String(id.prefix(64)),
                reason: "1 to \(Limits.customTextBytes) bytes are allowed")
        }
        return Hexadecimal.encode(
            Hash.sha256(Array("wallet/id ".utf8) + Array(id.utf8)).bytes[..<16])
    }

    // MARK: - Arguments

    /// An amount as typed, within its unit's scale.
    func amount(_ text: String, _ what: String, _ unit: UnitView) throws -> Amount {
        try unit.amount(typed: text, what)
    }

    /// A time: `YYYY-MM-DD`, `YYYY-MM-DDTHH:mm:ss[.sss]Z`, or a duration from now.
    func time(_ text: String, _ what: String, _ now: Timestamp) throws -> Timestamp {
        if let time = Timestamp(typed: text) { return time }
        do {
            let duration = try DurationText.parse(text)
            if let time = now.adding(milliseconds: duration.components.seconds * 1000) {
                return time
            }
        } catch {}
        throw WalletError.invalidArgument(
            what: what, value: text,
            reason: "a duration such as 90s, 15m, 24h, 7d, or a time such as "
                + "2030-01-31T12:00:00Z is needed")
    }

    func standardExpiry(_ now: Timestamp) throws -> Timestamp {
        let duration = try configuration.duration(Settings.payExpires)
        return now.adding(milliseconds: duration.components.seconds * 1000) ?? .latest
    }
}
