// The one place that turns the library's errors into messages, hints and exit statuses.
import Bitcoin
import Blockstack
import Broadcasting
import Coins
import CommandKit
import Cryptography
import DirectPayment
import Documents
import Files
import Graphstore
import Hashtable
import Headers
import Network
import Paymail
import Programs
import Sync
import WalletKit

extension Failure {
    /// Any error as a person sees it.
    init(_ error: any Error) {
        switch error {
        case let failure as Failure: self = failure
        case let error as UsageError: self = Self.usage(error)
        case let error as TemplateError:
            self = Failure(.usage, "invalid-format", error.message, hint: error.hint)
        case let refusal as Refusal:
            self = Failure(
                .refused, refusal.code.rawValue, refusal.message, details: refusal.details)
        case let error as WalletError: self = Self.wallet(error)
        case let error as WitnessError: self = Self.witness(error)
        case let error as PeerError: self = Self.peer(error)
        case let error as HookError: self = Self.hook(error)
        case let error as MessageError: self = Self.message(error)
        case let error as ReplicaError: self = Self.replica(error)
        case let error as SyncError: self = Self.sync(error)
        case let error as AgeError: self = Self.age(error)
        case let error as ProgramError: self = Self.program(error)
        case let error as NetworkError: self = Self.network(error)
        case let error as RequestError: self = Self.request(error)
        case let error as PayerError: self = Self.payer(error)
        case let error as PaymailError: self = Self.paymail(error)
        case let error as CoinError: self = Self.coins(error)
        case let error as BitcoinError: self = Self.bitcoin(error)
        case let refusal as ChainRefusal:
            self = Failure(.refused, refusal.code, refusal.message)
        case let error as NodeError: self = Self.node(error)
        case let error as BroadcastFault:
            self = Failure(
                .network, error.code, DisplayText.neutralised(error.message),
                hint: error.retry ? "it may help to try again" : nil)
        case let error as DirectPaymentError:
            self = Failure(.refused, "malformed-terms", DisplayText.neutralised(error.message))
        case let error as PassphraseFailure: self = Failure(.key, "no-passphrase", error.message)
        case let error as ConsoleFailure: self = Self.console(error)
        case let error as FileError: self = Self.file(error)
        case let error as StoreError: self = Self.store(error)
        case let error as IndexFailure: self = Self.index(error)
        case let error as GraphError:
            self = Failure(
                .storage, "corrupt-log", "the log and its index contradict each other: \(error)",
                hint: "'wallet reindex' says where the log is damaged, or mends the index")
        case let error as ConfigurationError: self = Self.configuration(error)
        case let error as NoteError:
            self = Failure(.refused, "invalid-note", "\(error)", details: ["reason": error.code])
        case let error as HeaderError: self = HeadersCommand.failure(error)
        case let error as TileError:
            self = Failure(
                .storage, "tiles", "\(error)", hint: "'wallet fsck --repair' makes them anew")
        case let error as DurationError:
            self = Failure(.usage, "invalid-argument", "\(error)")
        case let error as KeyError: self = Self.key(error)
        case let error as CryptographyError: self = Self.cryptography(error)
        default: self = Self.coinStorage(error) ?? Self.bug(error)
        }
    }

    private static func bug(_ error: any Error) -> Failure {
        Failure(.bug, "bug", "this should not have happened: \(error)")
    }

    private static func usage(_ error: UsageError) -> Failure {
        let line =
            error.path.isEmpty
            ? "'wallet help' shows what there is"
            : "'wallet \(error.path.joined(separator: " ")) -h' shows how it is used"
        return Failure(.usage, error.code.rawValue, error.message, hint: error.hint ?? line)
    }

    private static func wallet(_ error: WalletError) -> Failure {
        switch error {
        case .noWallet(let searched):
            Failure(
                .storage, error.code, "no wallet in '\(searched)'",
                hint: "'wallet init' makes one")
        case .walletExists(let path):
            Failure(.storage, error.code, "a wallet is in '\(path)' already")
        case .busy(let seconds):
            Failure(
                .busy, error.code, "another process has been writing for \(seconds) seconds",
                hint: "'--wait SECONDS' waits longer")
        case .corruptLog(let path, let offset, let reason):
            Failure(
                .storage, error.code, "'\(path)' is damaged at byte \(offset): \(reason)",
                details: ["offset": String(offset), "path": path])
        case .logReplaced(let path):
            Failure(
                .storage, error.code,
                "'\(path)' lacks what the index has seen of it: was it cut, or restored?",
                hint: "'wallet reindex' verifies the log and takes it as it is")
        case .unknown(let what, let name, let suggestions): unknown(what, name, suggestions)
        case .ambiguous(let what, let name, let candidates):
            Failure(
                .refused, error.code, "'\(name)' names more than one \(what)",
                hint: "one of " + candidates.joined(separator: ", "))
        case .nameTaken(let name, let holder):
            Failure(.refused, error.code, "'\(name)' is taken, by \(holder)")
        case .invalidName(let name, let reason):
            Failure(.usage, error.code, "'\(name)' cannot be a name: \(reason)")
        case .noKey(let address):
            Failure(
                .key, error.code, "this wallet has no key of \(address)",
                details: ["address": address.text])
        case .invalidArgument(let what, let value, let reason):
            Failure(.usage, error.code, "\(what) '\(value)': \(reason)")
        case .idReused(let id):
            Failure(
                .refused, error.code, "the id '\(id)' has been used with other terms")
        case .batchTooLarge(let limit):
            Failure(.refused, error.code, "an atomic batch holds at most \(limit)")
        default: sealing(error)
        }
    }

    private static func sealing(_ error: WalletError) -> Failure {
        switch error {
        case .notSealed(let hash):
            Failure(
                .refused, error.code, "\(hash) is in the open block, which nothing proves yet",
                hint: "'wallet seal' seals it", details: ["hash": hash.hexadecimal])
        case .noBlocks:
            Failure(
                .refused, error.code, "nothing has been sealed yet", hint: "'wallet seal' does it")
        case .notStacked(let height):
            Failure(
                .refused, error.code, "block \(height) is in no stack yet",
                hint: "'wallet seal --stack' makes one", details: ["height": String(height)])
        case .isPresent(let hash, let height):
            Failure(
                .refused, error.code,
                "\(hash) is there, in \(height.map { "block \($0)" } ?? "the open block")",
                details: ["hash": hash.hexadecimal])
        case .proofTooLong(let blocks, let limit):
            Failure(
                .refused, error.code,
                "one proof goes through at most \(limit) blocks, not \(blocks)",
                hint: "'--since HEIGHT' begins later")
        case .notEarlier(let from, let to):
            Failure(.refused, error.code, "\(from) is not earlier than \(to)")
        case .foreignCheckpoint(let origin, let size):
            Failure(
                .refused, error.code,
                "this log has never had the checkpoint of '\(origin)' with \(size) documents")
        case .foreignDomainKey(let expected, let got):
            Failure(
                .key, error.code,
                "the domain's key file holds the key of \(got), the log is of \(expected)")
        default: Failure(.bug, "bug", "no words for \(error)")
        }
    }

    private static func witness(_ error: WitnessError) -> Failure {
        let status: ExitStatus
        let hint: String?
        switch error {
        case .unknownLog(let origin):
            let isAddress = (try? Address(text: origin)) != nil
            status = .refused
            hint =
                (isAddress ? "an address tells keys apart, it does not make one trusted: " : "")
                + "'wallet witness trust VKEY' takes the key that its owner's 'wallet checkpoint "
                + "--key' prints"
        case .conflict(_, let seen, let old) where seen != old:
            (status, hint) = (.refused, "'wallet witness request --old \(seen)' begins there")
        case .keyTaken(let origin):
            (status, hint) = (.refused, "'wallet witness forget \(origin)' first")
        case .equivocation:
            (status, hint) = (.refused, "the document on standard output proves it; it is kept")
        case .damaged: (status, hint) = (.storage, nil)
        default: (status, hint) = (.refused, nil)
        }
        return Failure(
            status, error.code, "\(error)", hint: hint, details: error.details)
    }

    /// A damaged file is the wallet's state; a word on the command line or in the environment is
    /// usage.
    private static func configuration(_ error: ConfigurationError) -> Failure {
        let status: ExitStatus =
            switch error {
            case .syntax, .file: .storage
            case .invalidValue(_, _, _, .file): .storage
            default: .usage
            }
        return Failure(status, "configuration", "\(error)")
    }

    private static func key(_ error: KeyError) -> Failure {
        switch error {
        case .cryptography(let error): cryptography(error)
        case .file(let error) where error.isMissing: Failure(.key, "key", "\(KeyError.file(error))")
        case .file(let error): file(error)
        case .permissions(let path, _):
            Failure(
                .key, "key", "\(error)", hint: "'chmod 600 \(path)' closes it to others")
        default: Failure(.key, "key", "\(error)")
        }
    }

    private static func cryptography(_ error: CryptographyError) -> Failure {
        switch error {
        case .mnemonicWordCount(let got):
            Failure(.key, "mnemonic", "12, 15, 18, 21 or 24 words are needed, not \(got)")
        case .mnemonicUnknownWord(let position, let suggestions):
            Failure(
                .key, "mnemonic", "word \(position) is not in the list of words",
                hint: Suggestion.question(suggestions))
        case .mnemonicChecksum:
            Failure(
                .key, "mnemonic", "the words do not belong together: one is wrong or misplaced")
        case .invalidPrivateKey: Failure(.key, "key", "this is no private key")
        case .randomnessUnavailable:
            Failure(.key, "randomness", "the system gives no random bytes")
        default: Failure(.key, "cryptography", "the cryptography refused: \(error)")
        }
    }

    private static func unknown(
        _ what: String, _ name: String, _ suggestions: [String]
    ) -> Failure {
        let near = Suggestion.nearest(to: name, among: suggestions)
        return Failure(
            .refused, "unknown-name", "no \(what) '\(name)'", hint: Suggestion.question(near))
    }

    private static func console(_ error: ConsoleFailure) -> Failure {
        switch error {
        case .closedPipe: Failure(128 + 13, silent, "")
        case .failed(let code):
            Failure(
                .storage, "output",
                "standard output cannot be written: "
                    + FileError(call: "write", path: "-", code: code).reason)
        }
    }

    private static func file(_ error: FileError) -> Failure {
        Failure(
            .storage, "storage", "\(error.call) '\(error.path)': \(error.reason)",
            details: ["call": error.call, "path": error.path])
    }

    private static func store(_ error: StoreError) -> Failure {
        switch error {
        case .missingSegment(let number, let directory):
            Failure(.storage, "corrupt-log", "segment \(number) is missing from '\(directory)'")
        case .noLine(let place, let path):
            Failure(.storage, "corrupt-log", "'\(path)' has no line at byte \(place.offset)")
        case .corruptLine(let place, let path, let reason):
            Failure(
                .storage, "corrupt-log", "'\(path)' is damaged at byte \(place.offset): \(reason)")
        }
    }

    private static func index(_ error: IndexFailure) -> Failure {
        let file = error.file ?? "graph.db"
        if file.hasPrefix("coins"), let failure = coinStorage(error) { return failure }
        guard file.hasPrefix("graph") || file == ":memory:" else {
            return Failure(error.isBusy ? .busy : .storage, "storage", "\(file): \(error.message)")
        }
        return Failure(
            error.isBusy ? .busy : .storage, "index", "graph.db: \(error.message)",
            hint: error.isCorrupt ? "'wallet reindex' rebuilds it" : nil)
    }
}
