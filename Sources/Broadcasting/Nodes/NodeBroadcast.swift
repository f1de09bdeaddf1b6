// Giving a transaction to a node. The protocol has no receipt: a node that is silent has not said
// yes. What can be seen from outside is put together here.
//
// - It rejects (BIP61): refused, with its words. Most refusals are silent, though: that of a
//   transaction whose inputs are spent already, above all.
// - It announces the transaction to a second connection, or gives it on request: it passes it on.
//   For a stranger that is as good as having taken it. A node that trusts us, because it was told
//   to, passes on whatever we send, double spends too: then only its pool tells, and such a node
//   says what that has.
// - It asks for the transaction's parent: it does not know what is spent.
import Bitcoin
import Bytes
import Cryptography
import Headers
import Network

struct NodeBroadcast {
    private let host: String
    private let port: Int
    private let target: BroadcastTarget
    private let surroundings: BroadcastSurroundings

    private static let askAgainMilliseconds: Int64 = 500
    private static let lookMilliseconds: Int64 = 50

    init(
        _ host: String, _ port: Int, _ target: BroadcastTarget,
        _ surroundings: BroadcastSurroundings
    ) {
        self.host = host
        self.port = port
        self.target = target
        self.surroundings = surroundings
    }

    /// What is known of one transaction at the node.
    private struct Signs {
        var wasAsked = false
        var isPassedOn = false
        var missingParent = false
        var rejection: NodeRejection?
        /// What it has asked for and got.
        var given: Set<Digest256> = []
    }

    private func talk(relays: Bool) throws(NodeError) -> NodeTalk {
        try NodeTalk(host, port, target, surroundings, relays: relays)
    }

    private func fault(_ error: NodeError) -> BroadcastFault {
        var isTemporary = true
        if case .misbehaved = error { isTemporary = false }
        return BroadcastFault(
            target: target, code: error.code, reason: error.message, retry: isTemporary)
    }

    /// Sends a transaction.
    func send(_ broadcast: Broadcast) throws(BroadcastFault) -> BroadcastOutcome {
        do throws(NodeError) {
            // Somebody else, for whom an announcement is news.
            let observer = try? talk(relays: true)
            let sender = try talk(relays: false)
            let signs = try give(broadcast, sender, observer)
            if let rejection = signs.rejection { return Self.outcome(rejection) }
            return try judge(broadcast.transaction, signs)
        } catch { throw fault(error) }
    }

    // MARK: - Giving

    private func give(
        _ broadcast: Broadcast, _ sender: NodeTalk, _ observer: NodeTalk?
    ) throws(NodeError) -> Signs {
        let transaction = broadcast.transaction
        let item = NodeItem(.transaction, transaction.id)
        var own = [transaction.id: transaction]
        for ancestor in broadcast.ancestors { own[ancestor.id] = ancestor }
        var signs = Signs()
        // Parents first: a node asks in that order.
        let announced = broadcast.ancestors.suffix(Limits.nodeItems - 1).map {
            NodeItem(.transaction, $0.id)
        }
        try sender.send(sender.session.announce(announced + [item]))
        let asked = surroundings.elapsed() + surroundings.limits.askMilliseconds
        while !signs.wasAsked, signs.rejection == nil, let event = try sender.event(until: asked) {
            try take(event, transaction, own, sender, &signs)
        }
        // What it has asked for in vain before, it does not ask for again at once.
        for ancestor in broadcast.ancestors
        where signs.wasAsked && !signs.given.contains(ancestor.id) {
            try sender.send(sender.session.transaction(ancestor.bytes))
        }
        // It may have no need of it, or no ear for announcements.
        if !signs.wasAsked, signs.rejection == nil {
            for ancestor in broadcast.ancestors {
                try sender.send(sender.session.transaction(ancestor.bytes))
            }
            try sender.send(sender.session.transaction(transaction.bytes))
        }
        let end = surroundings.elapsed() + surroundings.limits.settleMilliseconds
        var lookAgain = surroundings.elapsed() + Self.askAgainMilliseconds
        while signs.rejection == nil, !signs.isPassedOn, surroundings.elapsed() < end {
            let look = surroundings.elapsed() + Self.lookMilliseconds
            while signs.rejection == nil, let event = try sender.event(until: look) {
                try take(event, transaction, own, sender, &signs)
            }
            observe(observer, item, &signs)
            if surroundings.elapsed() >= lookAgain {
                if signs.missingParent { break }
                try sender.send(sender.session.getData([item]))
                lookAgain = surroundings.elapsed() + Self.askAgainMilliseconds
            }
        }
        return signs
    }

    private func take(
        _ event: NodeSession.Event, _ transaction: BitcoinTransaction,
        _ own: [Digest256: BitcoinTransaction], _ sender: NodeTalk, _ signs: inout Signs
    ) throws(NodeError) {
        switch event {
        case .wanted(let items):
            for item in items where item.kind == .transaction {
                if let wanted = own[item.hash] {
                    if item.hash == transaction.id { signs.wasAsked = true }
                    signs.given.insert(item.hash)
                    try sender.send(sender.session.transaction(wanted.bytes))
                } else if transaction.inputs.contains(where: {
                    $0.outpoint.transaction == item.hash
                }) {
                    signs.missingParent = true
                }
            }
        case .rejected(let rejection):
            // What cannot be read has no hash.
            if rejection.command == "tx", (rejection.hash ?? transaction.id) == transaction.id {
                signs.rejection = rejection
            }
        case .transaction(let bytes):
            if bytes == transaction.bytes { signs.isPassedOn = true }
        case .announced(let items):
            if items.contains(NodeItem(.transaction, transaction.id)) { signs.isPassedOn = true }
        default: break
        }
    }

    /// An observer that is lost is no reason to give up.
    private func observe(_ observer: NodeTalk?, _ item: NodeItem, _ signs: inout Signs) {
        guard let observer else { return }
        let look = surroundings.elapsed() + Self.lookMilliseconds
        while let event = try? observer.event(until: look) {
            if case .announced(let items) = event, items.contains(item) { signs.isPassedOn = true }
        }
    }

    // MARK: - Judging

    private func judge(
        _ transaction: BitcoinTransaction, _ signs: Signs
    ) throws(NodeError) -> BroadcastOutcome {
        // Another connection: the node may end it for the question.
        var pool: NodePool.Listing?
        if let asking = try? talk(relays: true) {
            pool = try NodePool.listing(asking, transaction.id, surroundings)
        }
        if let pool, pool.has {
            return signs.wasAsked
                ? .accepted(note: "it is in the node's pool")
                : .alreadyKnown(note: "it was in the node's pool")
        }
        // Where the pool is told, what is passed on proves nothing: we are trusted.
        if let pool {
            let rivals = try NodePool.rivals(
                of: transaction, pool.hashes, try talk(relays: true), surroundings)
            if !rivals.isEmpty {
                return .rejected(
                    code: .doubleSpend, reason: "the node's pool has another that spends the same",
                    conflicts: rivals)
            }
        } else if signs.isPassedOn {
            let note = "the node passes it on; what its pool has it tells no stranger"
            return signs.wasAsked ? .accepted(note: note) : .alreadyKnown(note: note)
        }
        if signs.missingParent {
            return .rejected(
                code: .missingParent, reason: "the node does not know what it spends",
                conflicts: [])
        }
        return .unavailable(
            reason: "the node does not have it, and does not say why: its inputs may be spent, "
                + "or it may be mined already", retry: true)
    }

    /// What a rejection (BIP61) comes to.
    static func outcome(_ rejection: NodeRejection) -> BroadcastOutcome {
        let reason = MinerService.sentence(.string(rejection.reason), or: "no reason is told")
        let text = rejection.reason.lowercased()
        if text.contains("already-known") || text.contains("already-in") {
            return .alreadyKnown(note: reason)
        }
        let said = MerchantClient.code(rejection.reason)
        let code: RejectionCode =
            switch rejection.code {
            case Code.malformed: .malformed
            case Code.duplicate: .doubleSpend
            case Code.dust: .invalidOutputs
            case Code.insufficientFee: .feeTooLow
            default: said
            }
        return .rejected(code: code, reason: reason, conflicts: [])
    }

    /// BIP61's numbers, as far as they say more than the words.
    private enum Code {
        static let malformed: UInt8 = 0x01
        static let duplicate: UInt8 = 0x12
        static let dust: UInt8 = 0x41
        static let insufficientFee: UInt8 = 0x42
    }

    // MARK: - Standing

    /// Whether the node gives it away.
    func standing(of id: Digest256) throws(BroadcastFault) -> TransactionStanding {
        do throws(NodeError) {
            let pool = try NodePool.listing(try talk(relays: true), id, surroundings)
            if let pool {
                return pool.has ? .inPool(note: "it is in the node's pool") : .unknown
            }
            let talk = try talk(relays: false)
            try talk.send(talk.session.getData([NodeItem(.transaction, id)]))
            let end = surroundings.elapsed() + surroundings.limits.askMilliseconds
            while let event = try talk.event(until: end) {
                switch event {
                case .transaction(let bytes) where Hash.sha256d(bytes) == id:
                    return .inPool(note: "the node gives it away")
                case .missing(let items) where items.contains(NodeItem(.transaction, id)):
                    return .unknown
                default: break
                }
            }
            return .unknown
        } catch { throw fault(error) }
    }
}
