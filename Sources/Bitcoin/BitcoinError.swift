// The one error of this module: what is wrong with a transaction, a script, an address or a plan.
import Bytes

/// Why a transaction, a script, an address or a payment is refused.
public enum BitcoinError: Error, Equatable, Sendable, ByteReaderError {
    /// What a script that is to unlock an output can be refused for.
    public enum ScriptDefect: String, Sendable, CaseIterable {
        /// It does something else than to push.
        case notPushOnly
        /// A push has a shorter spelling.
        case pushNotMinimal
        /// It pushes more or less than the output asks for.
        case wrongCount
        /// The element before the signatures of a multisignature is not empty (NULLDUMMY).
        case dummyNotEmpty
        /// The public key is not the one whose hash the output has.
        case wrongKey
        /// A public key is no point in an encoding that is accepted.
        case invalidKey
        /// A signature ends with a type of signature hash that is not accepted: FORKID must be set.
        case invalidHashKind
        /// A signature is not strict DER with a low S, or not one of this key and transaction.
        case wrongSignature
    }

    // Bytes

    /// The bytes end where more should stand.
    case truncated(offset: Int)
    /// Something follows the end.
    case trailingBytes(offset: Int)
    /// A varint longer than its number needs.
    case varintNotMinimal(offset: Int)
    /// A length, count or number is past its limit; `what` names it.
    case tooLarge(what: String, limit: Int, got: UInt64)
    /// A text is not the lower-case hexadecimal digits of whole bytes.
    case notHexadecimal
    /// The bytes are not the extended format (BRC-30): its marker is missing.
    case notExtended

    // Transactions

    /// A transaction spends nothing.
    case noInputs
    /// A transaction pays nothing.
    case noOutputs
    /// 64 bytes may be an inner node of a tree: no transaction of that length is accepted.
    case ambiguousTransaction
    /// An amount, or a sum of amounts, is more than all satoshis that there will ever be.
    case tooManySatoshis
    /// An output is spent twice.
    case duplicateInput(Outpoint)
    /// Outputs are worth more than the inputs.
    case overspent(inputs: UInt64, outputs: UInt64)

    // Addresses

    /// The text is not the address of a public key's hash.
    case invalidAddress(String)

    // Payments

    /// The coins do not suffice for the outputs and the fee; satoshis.
    case insufficientFunds(needed: UInt64, available: UInt64)
    /// A coin's script has no form that is signed here.
    case unspendableCoin(Outpoint)
    /// No key, or too few, were given for a coin.
    case missingKey(Outpoint)

    // Scripts

    /// A transaction has no such input.
    case noSuchInput(Int)
    /// The output that an input spends has a form that is not verified here.
    case unverifiableScript(input: Int)
    /// An input does not unlock the output that it spends.
    case invalidScript(input: Int, ScriptDefect)
}

extension BitcoinError {
    /// Stable, for programs.
    public var code: String {
        switch self {
        case .truncated: "truncated"
        case .trailingBytes: "trailing-bytes"
        case .varintNotMinimal: "varint-not-minimal"
        case .tooLarge: "too-large"
        case .notHexadecimal: "not-hexadecimal"
        case .notExtended: "not-extended"
        case .noInputs: "no-inputs"
        case .noOutputs: "no-outputs"
        case .ambiguousTransaction: "ambiguous-transaction"
        case .tooManySatoshis: "too-many-satoshis"
        case .duplicateInput: "duplicate-input"
        case .overspent: "overspent"
        case .invalidAddress: "invalid-address"
        case .insufficientFunds: "insufficient-funds"
        case .unspendableCoin: "unspendable-coin"
        case .missingKey: "missing-key"
        case .noSuchInput: "no-such-input"
        case .unverifiableScript: "unverifiable-script"
        case .invalidScript: "invalid-script"
        }
    }

    /// A sentence for people.
    public var message: String {
        switch self {
        case .truncated(let offset): "the bytes end too early, at byte \(offset)"
        case .trailingBytes(let offset): "something follows the end, at byte \(offset)"
        case .varintNotMinimal(let offset): "a varint is longer than it need be, at byte \(offset)"
        case .tooLarge(let what, let limit, let got): "\(what) is \(got), \(limit) is the limit"
        case .notHexadecimal: "the text is not hexadecimal, in lower case"
        case .notExtended: "the bytes are no transaction in extended format"
        case .noInputs: "a transaction must spend something"
        case .noOutputs: "a transaction must pay something"
        case .ambiguousTransaction: "a transaction of 64 bytes may be an inner node"
        case .tooManySatoshis: "amounts are more than there are satoshis"
        case .duplicateInput(let outpoint): "'\(outpoint)' is spent twice"
        case .overspent(let inputs, let outputs):
            "outputs of \(outputs) satoshis are more than inputs of \(inputs)"
        case .invalidAddress(let text): "'\(text)' is not an address of a public key's hash"
        case .insufficientFunds(let needed, let available):
            "\(needed) satoshis are needed, fee included, and \(available) are available"
        case .unspendableCoin(let outpoint): "the script of '\(outpoint)' cannot be signed for"
        case .missingKey(let outpoint): "no key, or too few, for '\(outpoint)'"
        case .noSuchInput(let input): "the transaction has no input \(input)"
        case .unverifiableScript(let input):
            "input \(input) spends a script of a form that is not verified here"
        case .invalidScript(let input, let defect): "input \(input): \(defect.sentence)"
        }
    }
}

extension BitcoinError.ScriptDefect {
    fileprivate var sentence: String {
        switch self {
        case .notPushOnly: "the script does more than to push"
        case .pushNotMinimal: "a push has a shorter spelling"
        case .wrongCount: "the script pushes too much or too little"
        case .dummyNotEmpty: "the element before the signatures is not empty"
        case .wrongKey: "the public key is another one"
        case .invalidKey: "a public key is none"
        case .invalidHashKind: "the type of a signature's hash is not accepted"
        case .wrongSignature: "a signature is wrong"
        }
    }
}
