// One set of a session: what differs is found, then goes both ways.
import Bytes
import Documents

/// The notes or the entries on their way to being equal.
struct SetExchange {
    let set: SyncSet
    private let reconciliation: Reconciliation
    /// The next message of Negentropy, until nothing is left to ask.
    private(set) var message: [UInt8]?
    private var rounds = 0
    /// Everything that the peer has said we lack, so that nothing is asked for twice.
    private var known: Set<Digest256> = []
    private var need: Queue<Digest256> = Queue()
    private var have: Queue<Digest256> = Queue()
    /// Ids asked for at once: as many as fill a pack, learned from those that came.
    private var chunk = 256

    /// Ids that are still to come.
    var needCount: Int { need.count }
    /// Ids that are still to go.
    var haveCount: Int { have.count }
    /// Whether all is found and has gone either way.
    var isFinished: Bool { message == nil && need.count == 0 && have.count == 0 }

    init(_ set: SyncSet, _ items: any ReconciledSet) throws {
        self.set = set
        reconciliation = Reconciliation(items)
        message = try reconciliation.start()
    }

    /// Takes an answer of Negentropy.
    /// - Parameter direction: what does not go that way is forgotten.
    mutating func proceed(_ answer: ArraySlice<UInt8>, _ direction: SyncOptions.Direction) throws {
        rounds += 1
        guard rounds <= SyncLimits.reconciliationRounds else {
            throw SyncError(.noProgress, "set reconciliation does not come to an end")
        }
        var difference = SetDifference()
        message = try reconciliation.proceed(answer, &difference)
        guard known.count + difference.need.count <= SyncLimits.neededIDs else {
            throw SyncError(
                .limitExceeded, "the peer has more than \(SyncLimits.neededIDs) ids for us")
        }
        if direction != .push {
            need.append(difference.need.filter { known.insert($0).inserted })
        }
        if direction != .pull { have.append(difference.have) }
    }

    /// The next ids to ask for.
    mutating func nextWanted() -> [Digest256]? { need.take(chunk) }

    /// Takes the answer to a WANT.
    /// - Returns: how many documents the peer did not have after all.
    /// - Throws: `not-requested`, `no-progress`, `contradiction`.
    mutating func received(
        _ hashes: [Digest256], lineBytes: Int, of ids: [Digest256], taken: Int
    ) throws(SyncError) -> Int {
        guard taken > 0, taken <= ids.count else {
            throw SyncError(.noProgress, "the peer does not answer for the documents it offered")
        }
        var rest = Set(ids.prefix(taken))
        for hash in hashes where rest.remove(hash) == nil {
            throw SyncError(
                .notRequested, "the document \(hash) was not asked for",
                ["hash": hash.hexadecimal])
        }
        need.putBack(ids.dropFirst(taken))
        if taken < ids.count {
            chunk = max(taken, 1)
        } else if lineBytes < SyncLimits.packBytes / 2 {
            chunk = min(chunk * 2, SyncLimits.wantedIDs)
        }
        return rest.count
    }

    /// Ids of documents to be sent next.
    mutating func nextOffered() -> [Digest256]? { have.take(SyncLimits.wantedIDs) }

    /// What there was no room for.
    mutating func putBackOffered(_ ids: ArraySlice<Digest256>) { have.putBack(ids) }
}

/// First in, first out, without moving what is behind.
private struct Queue<Element> {
    private var elements: [Element] = []
    private var start = 0

    var count: Int { elements.count - start }

    mutating func append(_ more: [Element]) { elements += more }

    /// The first `limit` elements; nil where there is none.
    mutating func take(_ limit: Int) -> [Element]? {
        guard count > 0 else { return nil }
        let taken = Array(elements[start...].prefix(limit))
        start += taken.count
        return taken
    }

    /// Puts the last elements that were taken in front again.
    mutating func putBack(_ taken: ArraySlice<Element>) {
        if taken.count <= start {
            start -= taken.count
            elements.replaceSubrange(start..<start + taken.count, with: taken)
        } else {
            elements = Array(taken) + elements[start...]
            start = 0
        }
    }
}
