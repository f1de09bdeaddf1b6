// Why a callback is not believed.
import Bytes
import Headers

/// What is wrong with a callback.
public enum ProofError: Error, Sendable, Equatable {
    /// It is no JSON, or lacks what a callback has.
    case malformed(reason: String)
    /// The envelope's signature is false, or one of signature and key is missing.
    case unsigned(reason: String)
    /// The proof is false, or of a kind that is not supported.
    case refused(HeaderError)
    /// It is for another transaction than it says.
    case otherTransaction(expected: Digest256, got: Digest256)
    /// The block that it names is another than the one that its proof leads to.
    case otherBlock(expected: Digest256, got: Digest256)
    /// The block has another height.
    case otherHeight(expected: Int, got: Int)
    /// The longest chain that is known here does not have the block; it may have it later.
    case unknownBlock
    /// There are as many proofs as may be.
    case full

    /// A sentence for people.
    public var message: String {
        switch self {
        case .malformed(let reason): "the callback cannot be read: \(reason)"
        case .unsigned(let reason): "the callback's signature: \(reason)"
        case .refused(let error): "the proof is not true: \(error.message)"
        case .otherTransaction(let expected, let got):
            "the proof is of \(got.displayed), not of \(expected.displayed)"
        case .otherBlock(let expected, let got):
            "the proof leads to the block \(got.displayed), not to \(expected.displayed)"
        case .otherHeight(let expected, let got):
            "the block's height is \(expected), not \(got)"
        case .unknownBlock: "the longest chain that is known here does not have this block"
        case .full: "no more proofs are kept here"
        }
    }

    var problem: ChannelProblem {
        switch self {
        case .malformed: ChannelProblem(400, "malformed-callback", message)
        case .unsigned: ChannelProblem(422, "false-signature", message)
        case .unknownBlock: ChannelProblem(503, "unknown-block", message, retryAfter: 60)
        case .full: ChannelProblem(507, "storage-full", message)
        default: ChannelProblem(422, "false-proof", message)
        }
    }
}
