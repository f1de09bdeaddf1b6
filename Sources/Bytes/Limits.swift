// The one table of limits on everything that comes from outside. Units stand last in the names.

/// Named bounds of lengths, depths, counts and times. One past each is refused and tested.
public enum Limits {
    // Documents (DESIGN §4)

    /// A document's canonical `data` has at least this many bytes: 64 bytes look like an inner node
    /// of a tree.
    public static let documentDataMinimumBytes = 65
    /// A document's canonical `data` has at most this many bytes.
    public static let documentDataMaximumBytes = 65_536
    /// One line of input, a request of many instructions included.
    public static let lineBytes = 1_048_576
    /// One line of the log: a transaction holds a whole request and the states that follow from it.
    public static let storedLineBytes = 2_097_152
    /// Levels of nesting in JSON.
    public static let jsonDepth = 16
    /// Values in one line of JSON.
    public static let jsonValues = 65_536
    /// Decimals of an amount.
    public static let amountDecimals = 18
    /// Significant digits of an amount.
    public static let amountDigits = 38
    /// A decimal's text: a sign, the digits and a point.
    public static let amountTextBytes = 41
    /// A clearing domain's name.
    public static let domainBytes = 100
    /// The member `random` of an instruction.
    public static let randomBytes = 100
    /// The preimage of a hash lock.
    public static let preimageBytes = 100
    /// A text in `meta.custom.data`.
    public static let customTextBytes = 4_096
    /// Members of `meta.custom.data`.
    public static let customMembers = 10
    /// Instructions in one transaction.
    public static let transactionInstructions = 100
    /// Signatures on one document.
    public static let signatures = 32
    /// Keys of a puzzle.
    public static let puzzleIdentities = 32
    /// The weight of a key, and the threshold of a puzzle.
    public static let puzzleWeight = 1_000_000
    /// A unit's code.
    public static let unitCodeBytes = 24
    /// A unit's name.
    public static let unitNameBytes = 100
    /// A unit's terms.
    public static let unitTermsBytes = 8_192

    // The log (DESIGN §6)

    /// Documents of a domain's log.
    public static let logDocuments = 999_999_999_999
    /// Blocks of a domain: a segment's name has eight digits.
    public static let blocks = 100_000_000
    /// Hashes on the way from a leaf to a root.
    public static let treeLevels = 63
    /// Blocks that one proof of absence goes through.
    public static let proofBlocks = 500
    /// A file of headers, a million of them.
    public static let headersBytes = 80_000_000
    /// A proof holds a line of the log, a block and hashes.
    public static let proofBytes = 4_194_304

    // Notes, witnesses, policies (C2SP)

    /// A signed note: a checkpoint with its cosignatures. Sixteen signatures of ML-DSA-44 fit.
    public static let noteBytes = 65_536
    /// Signatures of one note; the specification asks for at least 16.
    public static let noteSignatures = 64
    /// A verifier key's text: one of ML-DSA-44 is refused for its type, not for its length.
    public static let verifierKeyBytes = 2_048
    /// Leaves of a tree that a note states: integers up to here are exact in JSON too.
    public static let treeSize = 1 << 53
    /// The application's own bytes in a tlog-proof.
    public static let tlogExtraBytes = 65_536
    /// A tlog-proof: all that its parts may have.
    public static let tlogProofBytes = 163_840
    /// A request to a witness: all that its parts may have.
    public static let witnessRequestBytes = 69_632
    /// The text of a checkpoint that is witnessed: two of them, with all that JSON adds, fit into
    /// one document.
    public static let witnessedTextBytes = 8_192
    /// Accusations kept of one log. The first proves everything; a log must not fill the disk with
    /// more.
    public static let accusations = 64
    /// A trust policy.
    public static let policyBytes = 262_144
    /// Logs, witnesses, groups of a policy, each; the specification recommends at least 32.
    public static let policyEntries = 256
    /// A file to be verified that is one thing, not lines of documents: a path of `bumpLeaves`
    /// hashes in hexadecimal.
    public static let wholeFileBytes = 8_388_608
    /// States of logs that are remembered within one run of `verify`, to be compared with what
    /// follows.
    public static let rememberedStates = 1_000

    // Tiles (C2SP tlog-tiles)

    /// Groups of three digits in the number of a tile.
    public static let tileIndexGroups = 6
    /// The longest path of a tile: `tile/entries/` with six groups and `.p/255`.
    public static let tilePathBytes = 47
    /// Numbers of tiles, all that six groups spell.
    public static let tileIndices = 1_000_000_000_000_000_000

    // Bitcoin's headers and branches

    /// Levels of a Merkle branch: BRC-74 allows as much.
    public static let branchLevels = 64
    /// A leaf's place in a branch: 15 digits, as every reader of JSON holds them exactly.
    public static let branchIndex = 999_999_999_999_999
    /// Hashes in one BUMP, those of all levels together: about 2 MB.
    public static let bumpLeaves = 65_536
    /// A block's height: 32 bits, as in the network's messages.
    public static let blockHeight = 4_294_967_295
    /// A whole transaction inside a proof: its digits fit a line of JSON.
    public static let proofTransactionBytes = 1_000_000
    /// Headers that are verified at once: twice of what 18 years of Bitcoin have brought.
    public static let headers = 2_000_000
    /// Headers of other branches than the longest.
    public static let staleHeaders = 20_000
    /// Paths of one BEEF.
    public static let beefPaths = 10_000
    /// Transactions of one BEEF.
    public static let beefTransactions = 100_000
    /// A proof in a file: TSC, BUMP or BEEF, as text.
    public static let proofFileBytes = 67_108_864
    /// A line of a file of headers: two thousand in JSON fit.
    public static let headerLineBytes = 1_048_576
    /// A message between nodes: two thousand headers have 162 kB.
    public static let nodeMessageBytes = 4_194_304
    /// How a node names itself.
    public static let nodeAgentBytes = 256

    // MARK: Bitcoin's nodes and miners

    /// Transactions or blocks that one message names.
    public static let nodeItems = 50_000
    /// The name of a message.
    public static let nodeCommandBytes = 12
    /// What a node says when it rejects something.
    public static let nodeReasonBytes = 1_024
    /// A block, where nothing else is said.
    public static let blockBytes = 1_073_741_824
    /// Hashes of a node's pool that are looked at.
    public static let poolHashes = 1_000_000
    /// Transactions of a node's pool that are looked through for one that spends the same.
    public static let poolTransactions = 1_000
    /// The token for a miner's service.
    public static let minerTokenBytes = 4_096
    /// A sentence of a miner's service; more is cut off.
    public static let minerReasonBytes = 1_024
    /// Transactions that a miner names as conflicting.
    public static let minerConflicts = 100
    /// Where a transaction is sent at once.
    public static let broadcastTargets = 32

    // Peer channels

    /// One message.
    public static let channelMessageBytes = 65_536
    /// Payloads of one answer: whoever reads on asks again.
    public static let channelAnswerBytes = 8_388_608
    /// Messages, channels or tokens in one answer.
    public static let channelAnswerEntries = 10_000
    /// Messages that a client takes together, from several answers.
    public static let channelMessages = 1_000_000
    /// Channels of one account.
    public static let channelsOfAccount = 100_000
    /// Tokens of one channel.
    public static let channelTokens = 1_000
    /// The media type of a message.
    public static let channelTypeBytes = 255
    /// A callback with a proof, whole transaction included.
    public static let channelProofBytes = 1_048_576
    /// Transactions whose proofs are kept, and those of which a double spend is told.
    public static let channelProofs = 1_000_000
    /// What is told of double spends of one transaction.
    public static let channelNotices = 16
    /// Days of a retention.
    public static let channelDays = 36_500
    /// The description of a token.
    public static let channelDescriptionBytes = 1_024
    /// A token, as a bearer shows it.
    public static let channelTokenBytes = 256
    /// The name of an account, and of a user.
    public static let channelNameBytes = 255
    /// A path of the API.
    public static let channelPathBytes = 1_024
    /// Users whose passwords need not be checked again.
    public static let channelKnownUsers = 1_024

    // Direct payment

    /// Outputs, or promises, that terms ask for.
    public static let paymentOutputs = 1_000
    /// An address where a payment goes.
    public static let paymentURLBytes = 2_048
    /// What is said beside an amount.
    public static let paymentMemoBytes = 1_024
    /// A short text: an id, an address, a type.
    public static let paymentNameBytes = 256
    /// The name of a request for payment: base58 of sixteen bytes, and what other wallets use.
    public static let requestNameBytes = 64
    /// Devices whose certificates terms carry.
    public static let invoiceDevices = 100
    /// All satoshis that there will ever be.
    public static let satoshis = 2_100_000_000_000_000

    // MARK: the relay of direct payments

    /// A frame towards a peer that has not said how much it takes: payd takes 10,000.
    public static let proxyUsualFrameBytes = 9_999
    /// A frame, and a request's body: BRC-55 allows payments of 10 MB.
    public static let proxyFrameBytes = 10_485_760
    /// Members of one channel.
    public static let proxyMembers = 64
    /// Channels.
    public static let proxyChannels = 100_000
    /// Channels that one address may have open.
    public static let proxyChannelsOfOrigin = 10_000
    /// Messages that wait for one wallet, and answers of it that are kept.
    public static let proxyWaitingMessages = 100
    /// Bytes that wait for wallets, altogether.
    public static let proxyWaitingBytes = 268_435_456
    /// Questions over HTTP that wait.
    public static let proxyQuestions = 10_000
    /// Questions over sockets in one channel.
    public static let proxyAskers = 1_000
    /// The shortest name of a channel: payd's pattern has six letters or digits.
    public static let proxyShortestName = 6
    /// Connections at one time from one address: a wallet has one for each invoice.
    public static let proxyConnectionsOfAddress = 1_024
    /// Connections at one time.
    public static let proxyConnections = 32_768
    /// A secret in a header.
    public static let proxySecretBytes = 256

    // MARK: Bitcoin's transactions

    /// A transaction: nodes relay up to 10 MB where nothing else is configured.
    public static let transactionBytes = 10_000_000

    // JSON of others

    /// Levels of nesting.
    public static let foreignDepth = 32
    /// Threads that search for a nonce: more than one machine has cores.
    public static let miningThreads = 256

    // Texts

    /// Base58 text: a WIF key or an extended key is the longest that we read.
    public static let base58Bytes = 128
    /// A petname, a wallet's name.
    public static let petnameBytes = 64
    /// A configuration file.
    public static let configurationBytes = 4_194_304
    /// A file that holds a key or a passphrase.
    public static let secretFileBytes = 65_536
    /// A passphrase.
    public static let passphraseBytes = 1_024

    // Work

    /// Lines that one `clear --atomic` takes.
    public static let atomicLines = 100_000
    /// Bytes that one `clear --atomic` takes.
    public static let atomicBytes = 67_108_864
    /// Lines cleared and synced together.
    public static let batchLines = 2_048
    /// Bytes of lines cleared and synced together.
    public static let batchBytes = 4_194_304
    /// Transactions that the index may lag behind the journal within one process.
    public static let lagTransactions = 50_000
    /// Counters kept in memory between batches.
    public static let cachedCounters = 100_000
    /// A journal's bytes that one read takes in.
    public static let readBytes = 1_048_576

    // MARK: Coins

    /// Accounts of a store of coins.
    public static let coinAccounts = 1_000
    /// Addresses of a branch of an account: a normal index of BIP32 has 31 bits.
    public static let coinAddresses = 2_000_000_000
    /// Transactions of a store of coins.
    public static let coinTransactions = 10_000_000
}
