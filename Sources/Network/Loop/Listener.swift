// Accepting connections.
import CWebSockets
import Glibc

/// A listening socket on the loop. Everything here is the loop's thread's.
final class Listener: @unchecked Sendable {  // Safe: only the loop's thread touches it
    private let core: LoopCore
    let socket: ListeningSocket
    private let accepted: (CInt, PeerAddress) -> Void
    private var handle: OpaquePointer?
    private var pause: LoopTimer?

    /// - Parameter accepted: takes a connection's socket, which is its own from then on.
    init(
        _ core: LoopCore, _ socket: ListeningSocket,
        accepted: @escaping (CInt, PeerAddress) -> Void
    ) {
        self.core = core
        self.socket = socket
        self.accepted = accepted
    }

    static func of(_ handle: OpaquePointer) -> Listener? {
        lws_get_opaque_user_data(handle).map {
            Unmanaged<Listener>.fromOpaque($0).takeUnretainedValue()
        }
    }

    /// Begins to accept; false where the loop cannot.
    func start() -> Bool {
        guard let host = core.plainHost else { return false }
        let retained = Unmanaged.passRetained(self)
        var descriptor = lws_sock_file_fd_type()
        descriptor.filefd = socket.descriptor
        var info = lws_adopt_desc_t()
        info.vh = host
        info.type = LWS_ADOPT_RAW_FILE_DESC
        info.fd = descriptor
        info.opaque = retained.toOpaque()
        handle = LoopCore.protocolName.withCString { name in
            info.vh_prot_name = name
            return lws_adopt_descriptor_vhost_via_info(&info)
        }
        if handle == nil { retained.release() }
        return handle != nil
    }

    /// Accepts nothing more. What waits in the kernel's queue is refused.
    func stop() {
        guard let handle else { return }
        self.handle = nil
        if let pause { core.drop(pause) }
        socket.remove()
        // Refuses at once; the descriptor itself is closed a moment later.
        shutdown(socket.descriptor, Int32(SHUT_RDWR))
        lws_rx_flow_control(handle, 0)
        lws_set_timeout(handle, PENDING_TIMEOUT_USER_OK, LWS_TO_KILL_ASYNC)
    }

    /// Somebody waits.
    func readable() {
        guard handle != nil else { return }
        for _ in 0..<TransportLimits.acceptsInOneTurn {
            guard let (descriptor, peer) = SocketAddress.accept(socket.descriptor) else {
                switch errno {
                case EMFILE, ENFILE, ENOBUFS, ENOMEM: return rest()
                case EAGAIN: return
                // The caller has gone already, or is no concern of ours: the next one.
                default: continue
                }
            }
            if peer.family != AF_UNIX {
                var one: CInt = 1
                setsockopt(
                    descriptor, CInt(IPPROTO_TCP), TCP_NODELAY, &one,
                    socklen_t(MemoryLayout<CInt>.size))
            }
            accepted(descriptor, PeerAddress(peer))
        }
    }

    /// Out of descriptors: whoever waits, waits on, until some are given back.
    private func rest() {
        guard let handle, pause == nil else { return }
        lws_rx_flow_control(handle, 0)
        let timer = LoopTimer { [weak self] in
            guard let self else { return }
            pause = nil
            if let handle = self.handle { lws_rx_flow_control(handle, 1) }
        }
        pause = timer
        core.set(timer, milliseconds: TransportLimits.acceptPauseMilliseconds)
    }
}
