// What coins cost: sums over many, a payment out of many, evidence of a long chain of payments.
import Bitcoin
import Bytes
import Coins
import Cryptography
import Files
import Headers
import WalletKit

extension Benchmark {
    /// Blocks of the chain; each has one transaction that pays us.
    private static let coinBlocks = 100
    /// Outputs of each transaction.
    private static let coinOutputs = 100
    /// Payments that are not mined, each spending the one before.
    private static let chainedPayments = 200

    /// Measures `wallet coin`, as whole processes, and the verification of ancestors.
    func coins() throws {
        let place = directory + "/coins"
        try FileSystem.makeDirectory(place)
        func words(_ words: [String]) -> [String] {
            [program, "-C", place, "-c", "coin.network=regtest"] + words
        }
        _ = try ProcessRun.check([program, "init", "--no-passphrase", "--quiet", place])
        _ = try ProcessRun.check(words(["coin", "address"]))
        let transactions = try fund(place + "/.wallet/coins-regtest.db", words)
        let count = Self.coinBlocks * Self.coinOutputs
        let balance = try median(words(["coin", "balance"]))
        show("wallet coin balance, \(count) coins", "\(format1(balance.seconds * 1_000)) ms")
        memory("  peak memory", balance.peak)
        let target = BitcoinAddress(
            hash: [UInt8](repeating: 7, count: 20), network: .test
        ).text
        let send = try median(
            words(["coin", "send", "1000", "sat", "--to", target, "--no-broadcast"]))
        show("wallet coin send, out of \(count) coins", "\(format1(send.seconds * 1_000)) ms")
        ratio("  of 1 s", send.seconds, atMost: 1)
        try evidence(after: transactions[0].transaction, transactions[0].path)
    }

    /// Makes a chain whose blocks pay the wallet, and has it take them.
    private func fund(
        _ path: String, _ words: ([String]) -> [String]
    ) throws -> [(transaction: BitcoinTransaction, path: BUMP)] {
        let store = try CoinStore(path: path, network: .test)
        let account = Wallet.coinAccount
        var mined: [(transaction: BitcoinTransaction, path: BUMP)] = []
        var bytes: [UInt8] = []
        var last = ChainNetwork.regtest.genesis
        let target = try CompactTarget(bits: CompactTarget.regtestBits)
        for block in 1...Self.coinBlocks {
            var outputs: [TransactionOutput] = []
            for output in 1...Self.coinOutputs {
                let address = try store.freshScript(account: account, branch: 0, label: "")
                outputs.append(
                    TransactionOutput(satoshis: UInt64(100 + output), script: address.script))
            }
            let source = Hash.sha256(Array("source \(block)".utf8))
            outputs.append(TransactionOutput(satoshis: 1_000_000, script: payer.script))
            let transaction = try BitcoinTransaction(
                inputs: [TransactionInput(outpoint: Outpoint(transaction: source, index: 0))],
                outputs: outputs)
            var header = BlockHeader(
                previous: last.hash, merkleRoot: transaction.id, time: last.time + 60,
                bits: last.bits)
            while !target.isMet(by: header.hash) { header.nonce += 1 }
            bytes += header.bytes
            last = header
            mined.append(
                (
                    transaction,
                    try BUMP(
                        height: block, leaf: transaction.id,
                        branch: MerkleBranch(index: 0, nodes: []))
                ))
        }
        let file = directory + "/coin-headers.bin"
        try FileSystem.replace(file, with: bytes)
        _ = try ProcessRun.check(words(["headers", "import", file, "--network", "regtest"]))
        let chain = try HeaderStore(
            FileSystem.parent(of: path) + "/headers/regtest", .regtest, .reading)
        let seconds = try Stopwatch.time {
            for (transaction, path) in mined {
                _ = try store.take(transaction, minedBy: path, chain, label: "", now: 0)
            }
        }
        show(
            "mined transactions taken, durable, \(Self.coinOutputs) coins each",
            "\(format1(Double(Self.coinBlocks) / seconds)) a second")
        return mined
    }

    private var payer: BenchPayer { BenchPayer() }

    /// Verifies a payment with a long chain of ancestors that are not mined, against the bare cost
    /// of its signatures.
    private func evidence(after source: BitcoinTransaction, _ path: BUMP) throws {
        let key = try payer.key
        var entries = [BEEF.Entry(source, path: 0)]
        var last = source
        var index = source.outputs.count - 1
        for _ in 0..<Self.chainedPayments {
            let coin = SpendableCoin(
                outpoint: Outpoint(transaction: last.id, index: UInt32(index)),
                output: last.outputs[index])
            let output = TransactionOutput(
                satoshis: coin.output.satoshis - 100, script: payer.script)
            last = try TransactionPlan(inputs: [coin], outputs: [output], changeIndex: nil)
                .signed { _ in [key] }
            index = 0
            entries.append(BEEF.Entry(last))
        }
        let bytes = try BEEF(paths: [path], entries: entries).binary(.v1)
        let whole = try Stopwatch.time { _ = try BEEF(bytes).roots() }
        let digest = Hash.sha256(bytes)
        let signature = key.sign(digest)
        let publicKey = key.publicKey.compressed
        let bare = Stopwatch.time {
            for _ in 0..<Self.chainedPayments {
                // A script names its key by its bytes.
                _ = Secp256k1.PublicKey(publicKey)?.isValid(signature: signature, digest: digest)
            }
        }
        let rate = Double(Self.chainedPayments) / whole
        show("payments of a BEEF verified", "\(format1(rate)) a second")
        ratio("  of the bare signatures' rate", bare / whole, atLeast: 0.5)
    }
}

/// Somebody with a key.
private struct BenchPayer {
    var key: Secp256k1.PrivateKey {
        get throws { try Secp256k1.PrivateKey(SecretBytes([UInt8](repeating: 7, count: 32))) }
    }

    var script: Script {
        let hash = (try? key).map { Hash.hash160($0.publicKey.compressed) } ?? []
        return .publicKeyHash(hash)
    }
}
