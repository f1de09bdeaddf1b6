// What documents show on their own: promises, units, devices, transactions, blocks and stacks.
import Blockstack
import Bytes
import Documents
import Headers

extension Verdict {
    /// What a document shows that no log has signed.
    init(_ document: VerifiedDocument, hasPolicy: Bool) {
        let (proved, unproved, key) = Self.sentences(document)
        self.init(
            Kind(document.kind), document.hash, proved: proved,
            unproved: [unproved] + (hasPolicy ? [Self.noPolicy] : []))
        domain = document.domain
        self.key = key
    }

    private static let noPolicy = "whether a log of the policy holds it: no log has signed it"

    private static func sentences(
        _ document: VerifiedDocument
    ) -> (proved: String, unproved: String, key: Address?) {
        switch document {
        case .instruction(let instruction):
            let isLocked = if case .iou(let iou) = instruction { iou.isLocked } else { false }
            return (
                "\(instruction.signer) has signed this promise"
                    + (isLocked ? ", under a hash lock" : ""),
                "whether it has cleared, or would clear, is for its domain to say",
                instruction.signer
            )
        case .unit(let unit):
            return (
                "\(unit.terms.symbol) has defined the unit '\(unit.terms.code)'",
                "whether a later definition exists is for a domain to say", unit.terms.symbol
            )
        case .device(let device, let issuer):
            let isDomain = device.domain.utf8.elementsEqual(issuer.textBytes)
            return (
                "\(issuer) has certified the device \(device.address)",
                isDomain
                    ? "that the log of '\(device.domain)' holds it: a proof shows that"
                    : "that \(issuer) is the key of the domain '\(device.domain)'", issuer
            )
        case .transaction(let document):
            let transaction = document.transaction
            return (
                "the device \(transaction.clock.device) has signed that "
                    + (document.instructions.count == 1
                        ? "one signed instruction has cleared"
                        : "\(document.instructions.count) signed instructions have cleared "
                            + "together"),
                "that the log of '\(transaction.domain)' holds it: a proof shows that",
                transaction.clock.device
            )
        case .block(let block): return ("", "", block.signer)
        case .stack(let stack): return ("", "", stack.signer)
        case .invoice(let invoice):
            let terms = invoice.terms
            return (
                "\(terms.target) asks for \(terms.amount.text) of \(terms.symbol), until "
                    + terms.expiry.text,
                "that it has been paid: a receipt or a proof shows that", terms.target
            )
        }
    }

    /// What a block shows, and with the lines of its segment above it.
    init(
        _ block: SignedBlock, closing segment: LogVerification.Segment?, _ standing: Standing
    ) {
        let statement = block.statement
        let proved: String
        let unproved: [String]
        let count = Self.documents(statement.count)
        if let segment {
            proved =
                "the \(count) above \(statement.count == 1 ? "is" : "are") what block "
                + "\(statement.height) of '\(statement.domain)' sealed at \(statement.sealed) "
                + standing.phrase
                + (segment.isWholeLog
                    ? ", and the log above it is whole: \(Self.documents(statement.log.size))"
                    : segment.isFollowing ? ", right after the block above it" : "")
            unproved =
                segment.isWholeLog
                ? ["that the balances follow from the documents: 'wallet audit' shows that"]
                : ["the log before them"]
        } else {
            proved =
                "block \(statement.height) of '\(statement.domain)' sealed \(count), the last of "
                + "\(statement.log.size), at \(statement.sealed) \(standing.phrase)"
            unproved = ["what the documents are: they stand above it in its segment"]
        }
        self.init(
            .block, block.block.hash, proved: proved, unproved: unproved + standing.unproved())
        domain = statement.domain
        height = statement.height
        sealed = statement.sealed
        size = statement.log.size
        key = block.signer
    }

    /// What a stack shows.
    init(_ signed: SignedStack, _ standing: Standing, _ headers: VerifiedHeaders?) {
        let stack = signed.stack
        let place = HeaderPlace(signed, in: headers)
        let blocks =
            stack.count == 1
            ? "block \(stack.first)"
            : "the blocks \(stack.first) to \(stack.first + stack.count - 1)"
        self.init(
            .stack, stack.hash,
            proved: "stack \(stack.height) of '\(stack.domain)' holds \(blocks), "
                + "\(place.phrase), \(standing.phrase)",
            unproved: ["what the blocks are: a proof leads from each to the stack"]
                + place.unproved + standing.unprovedKey)
        domain = stack.domain
        height = stack.height
        key = signed.signer
    }

    static func documents(_ count: Int) -> String {
        count == 1 ? "1 document" : "\(count) documents"
    }
}

/// A stack's header, and where it stands among those that the verifier knows.
struct HeaderPlace {
    /// The work, and the chain where it is known.
    let phrase: String
    let unproved: [String]

    init(_ signed: SignedStack, in headers: VerifiedHeaders?) {
        let work = "with about \(signed.work) hashes of work"
        let height = signed.stack.height
        if let headers, headers.hashes.indices.contains(height),
            headers.hashes[height] == signed.header.hash
        {
            phrase = "\(work), as header \(height) of the \(headers.headers.count) that you have"
            unproved = []
        } else {
            phrase = work
            unproved = [
                headers == nil
                    ? "that the stack's header is in a chain of headers"
                    : "that the stack's header is in a chain: it is none of those that you have"
            ]
        }
    }
}
