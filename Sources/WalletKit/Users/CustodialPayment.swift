// One order of a custodial user on its way.
import Bytes
import Documents
import Graphstore
import Synchronization

/// An order that is within its allowance, from `Custody.reserve` to `Custody.release`. Identical
/// orders that are on their way at the same time share one.
public final class CustodialPayment: Sendable {
    /// Who orders.
    public let user: User
    /// The IOU's identity.
    public var hash: Digest256 { iou.hash }
    /// The IOU; signed where it was found.
    let iou: IOU
    /// Whose allowance it uses.
    let key: CounterKey
    /// Where it is kept under the order's id; nil for an order without one.
    let path: String?
    /// What becomes of the file.
    let keeping: Keeping
    /// The signed line, once it is durable.
    let line: Mutex<[UInt8]?>

    enum Keeping: Sendable {
        /// It stands there already, and has cleared.
        case cleared
        /// It stands there already.
        case kept
        /// It is made.
        case new
        /// An expired one, which can clear no more, gives way.
        case renewed
    }

    init(_ user: User, _ iou: IOU, path: String?, _ keeping: Keeping) {
        self.user = user
        self.iou = iou
        self.path = path
        self.keeping = keeping
        key = CounterKey(user.address, iou.terms.symbol)
        line = Mutex(keeping == .cleared ? iou.document : nil)
    }
}

extension IOU.Terms {
    /// Whether the same is ordered again: a retry comes later, and its expiry would be later.
    func isSameOrder(_ other: IOU.Terms) -> Bool {
        var same = self
        same.expiry = other.expiry
        return same == other
    }
}
