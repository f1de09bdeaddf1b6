// Evidence about a counter.
import Bytes

/// Evidence of a counter's state at a block: its leaf and its unit's total; or that there was none:
/// the leaves that would be its neighbours.
public struct BalanceEvidence: Sendable {
    /// Whose counter.
    public let address: Address
    /// The unit.
    public let symbol: Address
    /// Height of the block.
    public let height: Int
    /// Whether the counter is there.
    public let isThere: Bool
    /// The block.
    public let seal: SealEvidence
    /// Leaves of its tree of balances, ascending.
    public let leaves: [(leaf: BalanceLeaf, place: TreePlace)]

    /// Evidence.
    public init(
        address: Address, symbol: Address, height: Int, isThere: Bool, seal: SealEvidence,
        leaves: [(leaf: BalanceLeaf, place: TreePlace)]
    ) {
        self.address = address
        self.symbol = symbol
        self.height = height
        self.isThere = isThere
        self.seal = seal
        self.leaves = leaves
    }

    init(_ envelope: Envelope) throws(Refusal) {
        let data = try MemberReader(
            envelope.data, "a proof",
            ["address", "domain", "height", "kind", "proves", "symbol"])
        address = try Address(try data.addressText("address"))
        symbol = try Address(try data.addressText("symbol"))
        height = try data.integer("height", 0...Limits.blocks - 1)
        isThere = envelope.data["proves"]?.string == "balance"
        let meta = try MemberReader(
            envelope.meta, "a proof's meta", ["block", "checkpoint", "leaves"])
        seal = try SealEvidence(meta)
        var leaves: [(leaf: BalanceLeaf, place: TreePlace)] = []
        for value in try meta.array("leaves", 0...2) {
            let reader = try MemberReader(value, "a leaf", ["index", "leaf", "path"])
            leaves.append((try BalanceLeaf(try reader.object("leaf")), try TreePlace(reader)))
        }
        self.leaves = leaves
    }

    func writeClaim(_ domain: String, to writer: inout CanonicalWriter) {
        writer.member("address", address)
        writer.name("domain")
        writer.string(domain)
        writer.name("height")
        writer.integer(height)
        writer.name("kind")
        writer.string("proof")
        writer.name("proves")
        writer.string(isThere ? "balance" : "no-balance")
        writer.member("symbol", symbol)
    }

    func write(to writer: inout CanonicalWriter) {
        seal.write(to: &writer)
        writer.name("leaves")
        writer.beginArray()
        for (leaf, place) in leaves {
            writer.beginObject()
            writer.name("index")
            writer.integer(place.index)
            writer.name("leaf")
            leaf.write(to: &writer)
            writer.name("path")
            writer.digests(place.path)
            writer.endObject()
        }
        writer.endArray()
    }
}
