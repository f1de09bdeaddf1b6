// A connection that carries bytes: what is common to servers and clients, with TLS and without.
import CWebSockets
import Glibc
import Synchronization

/// What becomes of a wire, told on the loop's thread.
protocol WireOwner: AnyObject {
    /// A client's connection is there, with TLS where asked for.
    func wireConnected()
    /// Bytes came; they are gone when the call returns.
    func wireReceived(_ bytes: UnsafeRawBufferPointer)
    /// Everything written has been handed to the kernel.
    func wireDrained()
    /// It is over; the last call.
    /// - Parameter reason: what libwebsockets says of a connection that never came about.
    func wireClosed(_ reason: String?)
}

extension WireOwner {
    func wireConnected() {}
}

/// How long a wire waits for a reader.
struct WirePatience: Sendable {
    /// Milliseconds that a reader may take nothing at all, or leave more than `backlogBytes`.
    let milliseconds: Int
    let backlogBytes: Int
}

/// A connection. But for `pendingBytes` everything is the loop's thread's.
final class Wire: @unchecked Sendable {  // Safe: but for the atomic only the loop's thread's
    private enum Stage {
        case connecting
        case open
        /// What is queued goes out, then nothing more is written.
        case finishing
        /// All is written. What comes is thrown away, so that no reset overtakes the last bytes.
        case lingering
        /// libwebsockets has been told to close it.
        case ending
        case closed
    }

    let core: LoopCore
    private var owner: (any WireOwner)?
    private var handle: OpaquePointer?
    private var stage: Stage
    private var queue = WriteQueue()
    private let pending = Atomic<Int>(0)
    private var isReading = true
    private var isWriting = false
    private var hasUndrained = false
    /// Whether its owner is told of each time that nothing waits; otherwise only after he had to
    /// wait.
    var tellsEveryDrain = false
    private let hasTLS: Bool
    /// A client's TLS; a server's is done by libwebsockets.
    private let tls: TLSClientStream?
    /// Whether the other side has said that nothing more comes; without TLS, nobody says it.
    private(set) var endsCleanly: Bool
    private let patience: WirePatience
    private var timer: LoopTimer?
    private var lingerLeft = TransportLimits.lingerBytes
    /// Bytes handed over so far, and how many it were when somebody last looked.
    private var sentBytes = 0
    private var sentBytesBefore = 0
    /// Why TLS has failed.
    private var failure: String?
    /// Since when more waits than may.
    private var overfullSince: Int64?

    /// A server's wire.
    init(_ core: LoopCore, owner: any WireOwner, hasTLS: Bool, patience: WirePatience) {
        self.core = core
        self.owner = owner
        self.hasTLS = hasTLS
        self.patience = patience
        tls = nil
        endsCleanly = !hasTLS
        stage = .open
    }

    /// A client's wire, which is told when it is connected.
    init(_ core: LoopCore, owner: any WireOwner, tls: TLSClientStream?, patience: WirePatience) {
        self.core = core
        self.owner = owner
        self.tls = tls
        self.patience = patience
        hasTLS = false
        endsCleanly = tls == nil
        stage = .connecting
    }

    /// Bytes that wait to be sent; from any thread.
    var pendingBytes: Int { pending.load(ordering: .relaxed) }

    /// Counts bytes that another thread is about to have written.
    func announce(_ count: Int) { pending.add(count, ordering: .relaxed) }

    /// Takes an announcement back: the bytes are written now, or never.
    func retract(_ count: Int) { pending.subtract(count, ordering: .relaxed) }

    /// Whether everything written has been handed to the kernel.
    var isDrained: Bool { !hasUndrained }

    /// Whoever is told from now on.
    func handOver(to owner: any WireOwner) { self.owner = owner }
}

// MARK: writing

extension Wire {
    /// Whether what is written still goes out.
    var isOpen: Bool { stage == .open || stage == .connecting }

    /// Queues bytes, and sends what goes at once.
    func write(_ bytes: [UInt8]) {
        guard isOpen, !bytes.isEmpty else { return }
        if let tls {
            tls.write(bytes)
            enqueue(tls.encrypted())
        } else {
            enqueue(bytes)
        }
        flush()
    }

    private func enqueue(_ bytes: [UInt8]) {
        if bytes.isEmpty { return }
        announce(bytes.count)
        queue.append(bytes)
        hasUndrained = true
    }

    /// Closes after everything queued has gone out, in such a way that it arrives.
    func finish() {
        guard isOpen else { return }
        if let tls {
            tls.close()
            enqueue(tls.encrypted())
        }
        stage = .finishing
        flush()
    }

    /// Closes at once.
    func abort() {
        switch stage {
        case .ending, .closed: return
        default: break
        }
        let wasCutOff = !queue.isEmpty || handle.map { lws_partial_buffered($0) != 0 } ?? false
        stage = .ending
        dropQueue()
        guard let handle else { return }
        let socket = lws_get_socket_fd(handle)
        if wasCutOff {
            // The kernel forgets what it holds, too.
            var reset = Glibc.linger(l_onoff: 1, l_linger: 0)
            setsockopt(
                socket, SOL_SOCKET, SO_LINGER, &reset, socklen_t(MemoryLayout<Glibc.linger>.size))
        }
        // Otherwise libwebsockets would wait until the other side has closed.
        shutdown(socket, Int32(SHUT_RDWR))
        // Asynchronously: this may be a call from within one of libwebsockets'.
        lws_set_timeout(handle, PENDING_TIMEOUT_USER_OK, LWS_TO_KILL_ASYNC)
    }

    /// Whether there is somebody to write to. With TLS, that is so before it is open.
    private var canWrite: Bool {
        switch stage {
        case .connecting: tls != nil
        case .open, .finishing: true
        case .lingering, .ending, .closed: false
        }
    }

    private func flush() {
        guard let handle, !isWriting, canWrite else { return }
        isWriting = true
        var hasFailed = false
        while !queue.isEmpty, lws_partial_buffered(handle) == 0 {
            let count = queue.withFront(TransportLimits.writeBytes) { piece in
                // The bytes are only read: the raw role puts nothing before them. Its kind of
                // write, LWS_WRITE_RAW, is another name of this one that Swift cannot read.
                lws_write(
                    handle, UnsafeMutablePointer(mutating: piece.baseAddress), piece.count,
                    LWS_WRITE_HTTP) < 0 ? -1 : piece.count
            }
            if count < 0 {
                hasFailed = true
                break
            }
            queue.drop(count)
            sentBytes += count
            pending.subtract(count, ordering: .relaxed)
        }
        isWriting = false
        if hasFailed { return abort() }
        // What the kernel did not take, libwebsockets keeps, and calls when it is gone.
        guard queue.isEmpty, lws_partial_buffered(handle) == 0 else { return watch() }
        overfullSince = nil
        if stage == .finishing { return linger() }
        // Whoever writes on when he is told does so in the next turn: others have theirs first.
        if hasUndrained, tellsEveryDrain {
            lws_callback_on_writable(handle)
        } else {
            hasUndrained = false
        }
    }

    /// Sees to it that somebody who takes nothing does not hold the connection.
    private func watch() {
        if queue.count > patience.backlogBytes {
            if overfullSince == nil { overfullSince = core.now }
        } else {
            overfullSince = nil
        }
        if timer?.deadline == nil {
            sentBytesBefore = sentBytes
            setTimer(patience.milliseconds)
        }
    }

    private func timeIsUp() {
        switch stage {
        case .open, .finishing:
            guard hasUndrained || stage == .finishing else { return }
            let isOverfull =
                overfullSince.map { core.now - $0 >= Int64(patience.milliseconds) * 1_000 } ?? false
            if sentBytes == sentBytesBefore || isOverfull { return abort() }
            sentBytesBefore = sentBytes
            setTimer(patience.milliseconds)
        case .lingering: abort()
        case .connecting, .ending, .closed: break
        }
    }

    private func setTimer(_ milliseconds: Int) {
        let timer = timer ?? LoopTimer { [weak self] in self?.timeIsUp() }
        self.timer = timer
        core.set(timer, milliseconds: milliseconds)
    }

    private func dropQueue() {
        pending.subtract(queue.count, ordering: .relaxed)
        queue = WriteQueue()
    }

    private func linger() {
        guard let handle else { return }
        stage = .lingering
        // TLS has an end of its own, and both sides know the length of what was sent.
        if !hasTLS { shutdown(lws_get_socket_fd(handle), Int32(SHUT_WR)) }
        setTimer(TransportLimits.lingerMilliseconds)
        setReading(true)
    }
}

// MARK: reading

extension Wire {
    /// Reads nothing for now. The end of the connection is not seen meanwhile either.
    func pauseReading() {
        if isOpen { setReading(false) }
    }

    /// Reads again.
    func resumeReading() {
        if isOpen { setReading(true) }
    }

    private func setReading(_ isReading: Bool) {
        guard isReading != self.isReading else { return }
        self.isReading = isReading
        if let handle { lws_rx_flow_control(handle, isReading ? 1 : 0) }
    }
}

// MARK: what libwebsockets tells

extension Wire {
    /// Who the pointer stands for that libwebsockets keeps.
    static func of(_ handle: OpaquePointer) -> Wire? {
        lws_get_opaque_user_data(handle).map {
            Unmanaged<Wire>.fromOpaque($0).takeUnretainedValue()
        }
    }

    /// Has an accepted socket served; the socket is closed where that fails.
    func adopt(_ socket: CInt, host: OpaquePointer) {
        let retained = Unmanaged.passRetained(self)
        var descriptor = lws_sock_file_fd_type()
        descriptor.sockfd = socket
        var info = lws_adopt_desc_t()
        info.vh = host
        info.type = lws_adoption_type(
            LWS_ADOPT_SOCKET.rawValue | (hasTLS ? LWS_ADOPT_ALLOW_SSL.rawValue : 0))
        info.fd = descriptor
        info.opaque = retained.toOpaque()
        let handle = LoopCore.protocolName.withCString { name in
            info.vh_prot_name = name
            return lws_adopt_descriptor_vhost_via_info(&info)
        }
        if handle == nil, stage != .closed { gone(retained) }
    }

    /// Begins to connect to a server; `wireConnected` or `wireClosed` follows.
    /// - Parameters:
    ///   - address: a numeric address, or the path of a Unix socket behind a plus sign.
    func connect(_ context: OpaquePointer, host: OpaquePointer, address: String, port: Int) {
        let retained = Unmanaged.passRetained(self)
        var info = lws_client_connect_info()
        info.context = context
        info.vhost = host
        info.port = CInt(port)
        info.opaque_user_data = retained.toOpaque()
        let handle = Self.withStrings(
            [address, "/", "RAW", LoopCore.protocolName]
        ) { strings in
            info.address = strings[0]
            info.host = strings[0]
            info.origin = strings[0]
            info.path = strings[1]
            info.method = strings[2]
            info.local_protocol_name = strings[3]
            return lws_client_connect_via_info(&info)
        }
        if handle != nil {
            // Until it is connected the pointer serves to give it up.
            if stage == .connecting { self.handle = handle }
        } else if stage != .closed {
            gone(retained)
        }
    }

    private static func withStrings<R>(
        _ strings: [String], _ body: ([UnsafePointer<CChar>?]) -> R
    ) -> R {
        let copies = strings.map { strdup($0) }
        defer { for copy in copies { free(copy) } }
        return body(copies.map { UnsafePointer($0) })
    }

    /// libwebsockets has made something of the socket.
    func began(_ handle: OpaquePointer) { self.handle = handle }

    /// A client's connection is there.
    func connected(_ handle: OpaquePointer) {
        self.handle = handle
        guard stage == .connecting else { return }
        guard let tls else { return opened() }
        tls.goOn()
        sendOfTLS()
    }

    private func opened() {
        stage = .open
        if !isReading, let handle { lws_rx_flow_control(handle, 0) }
        owner?.wireConnected()
        flush()
    }

    func received(_ bytes: UnsafeRawBufferPointer) {
        switch stage {
        case .open, .finishing, .connecting:
            if let tls { receive(bytes, tls) } else { owner?.wireReceived(bytes) }
        case .lingering:
            lingerLeft -= bytes.count
            if lingerLeft < 0 { abort() }
        case .ending, .closed: break
        }
    }

    private func receive(_ bytes: UnsafeRawBufferPointer, _ tls: TLSClientStream) {
        tls.take(bytes)
        sendOfTLS()
        if stage == .connecting, tls.stage == .open { opened() }
        while stage == .open || stage == .finishing, let plain = tls.plain() {
            plain.withUnsafeBytes { owner?.wireReceived($0) }
        }
        // Reading may make it say something, as the answer to a change of keys.
        sendOfTLS()
        switch tls.stage {
        case .handshake, .open: break
        case .ended:
            endsCleanly = true
            abort()
        case .failed(let reason):
            failure = reason
            abort()
        }
    }

    private func sendOfTLS() {
        guard let tls else { return }
        enqueue(tls.encrypted())
        flush()
    }

    func writable() {
        let hadToWait = hasUndrained
        flush()
        guard hadToWait, queue.isEmpty, isOpen, let handle, lws_partial_buffered(handle) == 0
        else { return }
        hasUndrained = false
        owner?.wireDrained()
    }

    /// The connection is no more.
    func closed(_ reason: String?) {
        guard stage != .closed else { return }
        stage = .closed
        handle = nil
        dropQueue()
        if let timer { core.drop(timer) }
        timer = nil
        let owner = owner
        self.owner = nil
        owner?.wireClosed(failure.map { "TLS: \($0)" } ?? reason)
    }

    /// libwebsockets has forgotten the pointer.
    func gone(_ retained: Unmanaged<Wire>) {
        closed(nil)
        retained.release()
    }
}
