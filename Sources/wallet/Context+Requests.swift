// What commands of direct payment have in common: the network, a drawing, a question.
import CommandKit
import DirectPayment
import Files
import Glibc
import Network
import Programs
import WalletKit

extension Context {
    /// How channels are reached.
    func channelTransport() -> ChannelTransport {
        let clients = messageTransport()
        let authorities = requestAuthorities
        return ChannelTransport(
            http: { try clients.http(authorities, $0) }, pause: { usleep(UInt32($0) * 1_000) })
    }

    /// The setting `request.ca`.
    private var requestAuthorities: String? {
        (try? wallet().configuration.text(Settings.requestCA)).flatMap { $0.isEmpty ? nil : $0 }
    }

    private var requestTrust: TLSTrust {
        requestAuthorities.map { .file(path: $0) } ?? .system
    }

    /// Pays what is asked for at the addresses that the user names.
    func payerClient() throws -> PayerClient {
        let surroundings = surroundings
        return PayerClient(
            PayerClient.Reach(loop: try EventLoop(), trust: requestTrust),
            random: surroundings.random,
            now: surroundings.now)
    }

    /// Dials out to a relay, to be paid there.
    func link(
        to relay: WebURL, _ desk: InvoiceDesk, _ options: LinkOptions,
        _ onEvent: @escaping @Sendable (LinkEvent) -> Void
    ) throws -> WalletLink {
        WalletLink(
            proxy: relay,
            client: WebSocketClient(
                loop: try EventLoop(), trust: requestTrust, allowsPrivateAddresses: true),
            desk: desk, options: options,
            LinkSurroundings(
                now: surroundings.now, random: surroundings.random, onEvent: onEvent))
    }

    private static let publicationPauses = 150
    private static let publicationPauseMicroseconds: UInt32 = 20_000

    /// Leaves the terms of a new request at its relay, where they are told from then on, whether
    /// or not this wallet is there. Who cannot reach the relay now does so with `proxy connect`.
    func publish(_ request: PaymentRequestReport) throws {
        try publish(
            request.invoice.identifier, relay: request.invoice.terms.url, request.link)
    }

    /// The same for a request by its name.
    func publish(_ id: String, relay: String?, _ place: PaymentLink?) throws {
        guard let relay, let place else { return }
        let desk = try InvoiceDesk(wallet: try wallet(), channels: nil) { _ in }
        guard let secret = try desk.secret(of: id) else { return }
        var options = LinkOptions()
        options.healthMilliseconds = nil
        let link = try link(to: try Wallet.relay(relay), desk, options) { _ in }
        defer { link.stop() }
        link.open(id, secret: secret)
        for _ in 0..<Self.publicationPauses {
            if link.invoices[id] == true {
                // The relay asks us, and keeps what we say.
                if (try? payerClient().terms(at: place.url)) != nil { return }
                break
            }
            usleep(Self.publicationPauseMicroseconds)
        }
        say("the relay does not know of it yet: 'wallet proxy connect' tells it")
    }

    /// A text as a QR code of block characters.
    func drawing(of text: String) throws -> String {
        guard let path = Self.programPath("qrencode", environment) else {
            throw Failure(
                .storage, "no-qrencode", "there is no program 'qrencode', which draws QR codes",
                hint: "'apt-get install qrencode' brings it")
        }
        let outcome = try ChildPrograms(nanoseconds: { Live.nanoseconds() }).run(
            Program(
                path: path, arguments: ["-t", "UTF8", "-m", "2", "-o", "-"],
                environment: environment, input: Array(text.utf8)))
        guard case .exited(0) = outcome.ending, !outcome.isOutputCut else {
            throw Failure(.storage, "qrencode", "'qrencode' has drawn nothing")
        }
        return String(decoding: outcome.output, as: UTF8.self)
    }

    /// Asks the person at the terminal.
    /// - Throws: `RequestError.notConfirmed` where there is no terminal, or the answer is not yes.
    func confirm(_ question: String) throws {
        try console.flush()
        let terminal = open("/dev/tty", O_RDWR | O_CLOEXEC | O_NOCTTY)
        guard terminal >= 0 else {
            throw Failure(
                .refused, "not-confirmed", "nothing is paid: there is no terminal to ask on",
                hint: "'--yes' pays without asking")
        }
        defer { close(terminal) }
        _ = "\(question) [y/N] ".withCString { write(terminal, $0, strlen($0)) }
        var answer: [UInt8] = []
        var byte: UInt8 = 0
        while answer.count < 16, Glibc.read(terminal, &byte, 1) == 1, byte != UInt8(ascii: "\n") {
            answer.append(byte)
        }
        let word = String(decoding: answer, as: UTF8.self).lowercased()
        guard word == "y" || word == "yes" else { throw RequestError.notConfirmed }
    }
}
