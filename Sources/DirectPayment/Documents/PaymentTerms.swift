// What somebody asks to be paid, whichever dialect it is written in.
import Bytes
import Documents

/// Which JSON is spoken. A wallet answers in the dialect that it was asked in.
public enum PaymentDialect: String, Sendable, CaseIterable {
    /// What payd and its proxy send.
    case classic = "A"
    /// BRC-27, BRC-54 and BRC-55 as ElectrumSV speaks them: the terms in a signed envelope.
    case enveloped = "B"
    /// As A, with `beneficiary` in the place of `merchantData`.
    case beneficiary = "C"
    /// BIP270: outputs at the root, times in seconds.
    case bip270 = "BIP270"
}

/// An output of a Bitcoin transaction that is asked for.
public struct NativeOutput: Sendable, Equatable {
    /// Satoshis.
    public var amount: Int
    /// Hexadecimal.
    public var script: String
    /// For people.
    public var description: String

    /// An output.
    public init(amount: Int, script: String, description: String = "") {
        self.amount = amount
        self.script = script
        self.description = description
    }
}

/// A promise that is asked for: what our own mode of payment carries.
public struct PromiseOutput: Sendable, Equatable {
    /// The domain in which it is to be cleared.
    public var domain: String
    /// Who receives.
    public var target: String
    /// Decimal, in the unit of `symbol`.
    public var amount: String
    /// The mint's address.
    public var symbol: String
    /// What people call the unit.
    public var code: String

    /// A promise.
    public init(domain: String, target: String, amount: String, symbol: String, code: String) {
        self.domain = domain
        self.target = target
        self.amount = amount
        self.symbol = symbol
        self.code = code
    }
}

/// Who is paid, as far as he tells.
public struct PaymentParty: Sendable, Equatable {
    /// What people call him.
    public var name = ""
    /// May be empty.
    public var email = ""
    /// Where he lives or trades; may be empty.
    public var address = ""
    /// The URL of a picture; may be empty.
    public var avatar = ""
    /// Names the invoice: a payment repeats it.
    public var reference = ""
    /// Whatever else the payee wants back, as it was written.
    public var extended: [ForeignJSON.Member] = []

    /// Somebody who tells nothing but the invoice.
    public init(reference: String = "") { self.reference = reference }
}

/// What a transaction has to pay its miner.
public struct PaymentFees: Sendable, Equatable {
    /// Satoshis for so many bytes.
    public struct Rate: Sendable, Equatable {
        /// How much.
        public var satoshis: Int
        /// For how many bytes.
        public var bytes: Int

        /// A rate.
        public init(satoshis: Int, bytes: Int) {
            self.satoshis = satoshis
            self.bytes = bytes
        }
    }

    /// For bytes that are no data.
    public var standard: Rate
    /// For bytes of data outputs.
    public var data: Rate

    /// Fees.
    public init(standard: Rate, data: Rate) {
        self.standard = standard
        self.data = data
    }

    /// What most miners take.
    public static let usual = PaymentFees(
        standard: Rate(satoshis: 50, bytes: 1000), data: Rate(satoshis: 50, bytes: 1000))
}

/// The terms of a payment.
public struct PaymentTerms: Sendable, Equatable {
    /// `mainnet`, `testnet`, `stn` or `regtest`.
    public var network: String
    /// When they were made.
    public var created: Timestamp
    /// Nil: they do not expire.
    public var expires: Timestamp?
    /// Where the payment is sent to.
    public var paymentURL: String
    /// What is paid for.
    public var memo: String
    /// Who is paid.
    public var party: PaymentParty
    /// Whether the transactions that are spent must come along.
    public var isAncestryRequired = false
    /// What a Bitcoin transaction has to pay, all of it.
    public var outputs: [NativeOutput]
    /// Nil where no Bitcoin is asked for.
    public var fees: PaymentFees?
    /// What may be paid instead, by promises: any one of them.
    public var promises: [PromiseOutput]

    /// Terms.
    public init(
        network: String, created: Timestamp, expires: Timestamp?, paymentURL: String, memo: String,
        party: PaymentParty, outputs: [NativeOutput], fees: PaymentFees?, promises: [PromiseOutput]
    ) {
        self.network = network
        self.created = created
        self.expires = expires
        self.paymentURL = paymentURL
        self.memo = memo
        self.party = party
        self.outputs = outputs
        self.fees = fees
        self.promises = promises
    }
}

/// The modes of payment that terms may offer (BRC-54).
public enum PaymentMode {
    /// A Bitcoin transaction with native outputs.
    public static let native = "ef63d9775da5"

    /// IOUs of WebWallet, `a862203cf25f`: the BRFC id of this title, author and version.
    ///
    /// Terms offer it in `modes`, beside whatever else they offer: each choice is
    /// `{"promises":[{amount,code,domain,symbol,target}]}`, the amount in the unit of the mint
    /// `symbol`, to be cleared in `domain`. A payment carries the signed IOUs in
    /// `mode.promises` (dialect B) or `promises` (the others). The acknowledgement names their
    /// hashes as its transactions and carries what they cleared as, in `receipts`. In all
    /// dialects the documents are JSON, in their canonical form.
    public static let promise = BRFC.identifier(
        title: "WebWallet IOU Payment Mode", author: "wallet", version: "1")
}
