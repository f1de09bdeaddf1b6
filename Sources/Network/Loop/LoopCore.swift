// The thread, its context of libwebsockets, and what others ask of it.
import CWebSockets
import Dispatch
import Glibc
import Synchronization

/// What an `EventLoop` stands for; kept by its thread and by its connections.
final class LoopCore: @unchecked Sendable {  // Safe: but for `mailbox` only the thread touches it
    private struct Mailbox {
        var work: [@Sendable () -> Void] = []
        /// Whether the thread knows that there is work.
        var isWoken = false
        var isStopping = false
        /// Whether nothing more is taken.
        var isClosed = false
    }

    /// What libwebsockets hands back when time is up; it knows the first member only.
    fileprivate struct Alarm {
        var list = lws_sorted_usec_list_t()
        let core: Unmanaged<LoopCore>
    }

    private let mailbox = Mutex(Mailbox())
    private let ended = DispatchSemaphore(value: 0)
    /// The thread's handle; 0 before it runs.
    private let thread = Atomic<UInt>(0)
    private let protocols: UnsafeMutablePointer<lws_protocols>
    private let name: UnsafeMutablePointer<CChar>
    private let alarm: UnsafeMutablePointer<Alarm>
    private var timers = TimerQueue()
    private var alarmTime: Int64?

    /// The context; nil when it is gone.
    private(set) var context: OpaquePointer?
    /// The virtual host of what needs no certificate.
    private(set) var plainHost: OpaquePointer?
    /// Whom clients trust.
    var clientContexts: [TLSTrust: TLSClientContext] = [:]

    init() throws(NetworkError) {
        Self.prepareProcess()
        guard let name = strdup(Self.protocolName) else {
            throw NetworkError.cannotListen(address: "", reason: "out of memory")
        }
        self.name = name
        // They outlive the context, which keeps their addresses. The second, an empty one, ends
        // the list.
        protocols = .allocate(capacity: 2)
        protocols.initialize(repeating: lws_protocols(), count: 2)
        protocols[0].name = UnsafePointer(name)
        protocols[0].callback = wireCallback
        protocols[0].rx_buffer_size = TransportLimits.readBytes
        protocols[0].tx_packet_size = TransportLimits.writeBytes
        alarm = .allocate(capacity: 1)
        alarm.initialize(to: Alarm(core: .passUnretained(self)))
        var info = Self.blankInfo(protocols)
        info.options =
            UInt64(LWS_SERVER_OPTION_DO_SSL_GLOBAL_INIT)
            | UInt64(LWS_SERVER_OPTION_EXPLICIT_VHOSTS)
        info.pt_serv_buf_size = UInt32(TransportLimits.readBytes)
        info.user = Unmanaged.passUnretained(self).toOpaque()
        info.timeout_secs = TransportLimits.libraryTimeoutSeconds
        info.connect_timeout_secs = TransportLimits.libraryTimeoutSeconds
        guard let context = lws_create_context(&info) else {
            throw NetworkError.cannotListen(address: "", reason: "no event loop can be made")
        }
        self.context = context
        // Without TLS: its trust takes a while to be read.
        info.options = 0
        plainHost = "plain".withCString { name in
            info.vhost_name = name
            return lws_create_vhost(context, &info)
        }
        guard plainHost != nil else {
            throw NetworkError.cannotListen(address: "", reason: "no event loop can be made")
        }
    }

    deinit {
        if let context { lws_context_destroy(context) }
        alarm.deallocate()
        protocols.deallocate()
        free(name)
    }

    /// The name under which all connections of ours go.
    static let protocolName = "bytes"

    /// What every context and virtual host begins with.
    static func blankInfo(
        _ protocols: UnsafePointer<lws_protocols>
    ) -> lws_context_creation_info {
        var info = lws_context_creation_info()
        info.port = CONTEXT_PORT_NO_LISTEN
        info.protocols = protocols
        info.uid = -1
        info.gid = -1
        return info
    }

    /// Our protocols, for further virtual hosts.
    var protocolTable: UnsafePointer<lws_protocols> { UnsafePointer(protocols) }

    private static func prepareProcess() {
        // What libwebsockets would say goes to standard error, which is not ours.
        lws_set_log_level(0, nil)
        signal(SIGPIPE, SIG_IGN)
        var limit = rlimit()
        guard getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit) == 0 else { return }
        limit.rlim_cur = min(limit.rlim_max, rlim_t(TransportLimits.descriptors))
        setrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit)
    }
}

// MARK: the thread

extension LoopCore {
    /// Starts the thread.
    func start() {
        let retained = Unmanaged.passRetained(self).toOpaque()
        var thread = pthread_t()
        let status = pthread_create(
            &thread, nil,
            { core in
                if let core { Unmanaged<LoopCore>.fromOpaque(core).takeRetainedValue().run() }
                return nil
            }, retained)
        precondition(status == 0, "no thread can be made")
        pthread_detach(thread)
    }

    fileprivate func run() {
        thread.store(UInt(pthread_self()), ordering: .relaxed)
        guard let context else { return }
        while !mailbox.withLock({ $0.isStopping }) {
            // The timeout is not looked at: it sleeps until something comes or the alarm rings.
            if lws_service(context, 0) < 0 { break }
        }
        performWork()
        mailbox.withLock {
            $0.isClosed = true
            $0.isStopping = true
            $0.work = []
            self.context = nil
        }
        plainHost = nil
        clientContexts = [:]
        lws_context_destroy(context)
        timers = TimerQueue()
        ended.signal()
    }

    /// Whether the calling thread is the loop's.
    var isCurrent: Bool { thread.load(ordering: .relaxed) == UInt(pthread_self()) }

    /// Runs `work` on the thread; false where it has ended.
    @discardableResult
    func execute(_ work: @escaping @Sendable () -> Void) -> Bool {
        mailbox.withLock { mailbox in
            if mailbox.isClosed { return false }
            mailbox.work.append(work)
            if !mailbox.isWoken {
                mailbox.isWoken = true
                wake()
            }
            return true
        }
    }

    /// Runs `work` at once if this is the loop's thread, otherwise as `execute`.
    func perform(_ work: @escaping @Sendable () -> Void) {
        if isCurrent { work() } else { execute(work) }
    }

    /// Ends the thread, and waits for it unless this is it.
    func stop() {
        let isFirst = mailbox.withLock { mailbox in
            defer { mailbox.isStopping = true }
            if !mailbox.isStopping { wake() }
            return !mailbox.isStopping
        }
        if isFirst, !isCurrent { ended.wait() }
    }

    /// The lock of the mailbox is held, so that the context is there.
    private func wake() {
        if let context { lws_cancel_service(context) }
    }

    /// Does what others have asked for.
    func performWork() {
        let work = mailbox.withLock { mailbox in
            mailbox.isWoken = false
            let work = mailbox.work
            mailbox.work = []
            return work
        }
        for item in work { item() }
    }
}

// MARK: time

extension LoopCore {
    /// Microseconds of a clock that only ever goes on.
    var now: Int64 { lws_now_usecs() }

    /// Lets `timer` run in so many milliseconds; never, with nil.
    func set(_ timer: LoopTimer, milliseconds: Int?) {
        set(timer, to: milliseconds.map { now + Int64($0) * 1_000 })
    }

    /// Lets `timer` run at a time of the loop's clock; never, with nil.
    func set(_ timer: LoopTimer, to deadline: Int64?) {
        timers.set(timer, to: deadline)
        setAlarm()
    }

    /// Takes a timer back for good.
    func drop(_ timer: LoopTimer) { timer.drop() }

    fileprivate func runTimers() {
        alarmTime = nil
        let now = now
        while let timer = timers.due(at: now) { timer.run() }
        setAlarm()
    }

    private func setAlarm() {
        guard let context, let next = timers.next else { return }
        if let alarmTime, alarmTime <= next { return }
        alarmTime = next
        let list = UnsafeMutableRawPointer(alarm).assumingMemoryBound(
            to: lws_sorted_usec_list_t.self)
        lws_sul_schedule(context, 0, list, { LoopCore.ring($0) }, max(1, next - now))
    }

    private static func ring(_ list: UnsafeMutablePointer<lws_sorted_usec_list_t>?) {
        guard let list else { return }
        let alarm = UnsafeMutableRawPointer(list).assumingMemoryBound(to: Alarm.self)
        alarm.pointee.core.takeUnretainedValue().runTimers()
    }
}
