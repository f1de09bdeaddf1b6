// What is wrong with evidence, in the one error that whoever verifies has to know.
import Documents
import Headers

extension Refusal {
    /// Evidence that does not show what it is said to show.
    static func unproved(_ message: String, _ details: [String: String] = [:]) -> Refusal {
        Refusal(.proofInvalid, message, details)
    }

    /// What is wrong with a note or a key: `malformed-document` where it cannot be read,
    /// `signature-invalid` where a known key's signature is false, `not-trusted` where nobody known
    /// has signed.
    public init(_ error: NoteError) {
        let code: RefusalCode =
            switch error {
            case .signatureFailed: .signatureInvalid
            case .unknownLog, .logSignatureMissing, .quorumNotMet, .notSigned: .notTrusted
            default: .malformedDocument
            }
        self.init(code, "\(error)", ["reason": error.code])
    }

    /// What is wrong with a header, a branch or a path: `malformed-document` where it cannot be
    /// read, else `proof-invalid`. `reason` in the details names the attacks.
    public init(_ error: HeaderError) {
        let code: RefusalCode =
            switch error {
            case .truncated, .trailingBytes, .varintNotMinimal, .tooLarge, .malformedJSON,
                .invalidFlags, .unreadableText, .unsupportedProof, .malformedTransaction,
                .emptyPath:
                .malformedDocument
            default: .proofInvalid
            }
        self.init(code, error.message, error.attack.map { ["reason": $0] } ?? [:])
    }
}

extension HeaderError {
    /// A name of what a forged tree is recognised by; nil where nothing was forged.
    fileprivate var attack: String? {
        switch self {
        case .mutatedTree: "mutated-tree"
        case .misplacedDuplicate: "misplaced-duplicate"
        case .nodeBeyondLast: "node-beyond-last"
        case .transactionAsNode: "transaction-as-node"
        case .ambiguousTransaction: "ambiguous-transaction"
        case .insufficientWork: "insufficient-work"
        case .wrongRoot: "wrong-root"
        default: nil
        }
    }
}

extension String {
    /// Whether the bytes are equal. `==` takes different spellings for one, as the sign of Kelvin
    /// and the letter K.
    func isSpelled(as other: String) -> Bool { utf8.elementsEqual(other.utf8) }
}
