// Following a channel for as long as somebody wants to, through lost connections.
import Channels
import CommandKit
import Dispatch
import Synchronization
import WalletKit

/// The moment at which watching ends.
final class WatchEnd: Sendable {
    private let state = Mutex<(isOver: Bool, follower: ChannelFollower?)>((false, nil))
    private let signal = DispatchSemaphore(value: 0)

    var isOver: Bool { state.withLock { $0.isOver } }

    func stop() {
        state.withLock { state in
            state.isOver = true
            return state.follower
        }?.stop()
        signal.signal()
    }

    func follow(_ follower: ChannelFollower) {
        let isOver = state.withLock { state in
            state.follower = follower
            return state.isOver
        }
        if isOver { follower.stop() }
    }

    func pause(seconds: Int) { _ = signal.wait(timeout: .now() + .seconds(seconds)) }
}

/// One run of the command.
final class ChannelWatch {
    let end = WatchEnd()
    private let access: ChannelAccess
    private let invocation: Invocation
    private let context: Context
    private var last = 0

    /// Seconds before connecting again: doubled up to this.
    private static let pauseSeconds = 60

    init(_ access: ChannelAccess, _ invocation: Invocation, _ context: Context) {
        self.access = access
        self.invocation = invocation
        self.context = context
    }

    func run() throws {
        var pause = 1
        var isFirst = true
        while !end.isOver {
            do throws(ChannelClientError) {
                let follower = try access.client.follow(
                    over: access.sockets, showsTokenInQuery: invocation.flag("token-in-query"))
                end.follow(follower)
                if isFirst { context.say("watching '\(access.name)'") }
                (isFirst, pause) = (false, 1)
                try follow(follower)
            } catch {
                if end.isOver { return }
                // What fails at once will fail for ever; what worked will work again.
                guard !isFirst, Self.isTemporary(error) else { throw error }
                context.say("connecting again in \(pause) s")
                end.pause(seconds: pause)
                pause = min(2 * pause, Self.pauseSeconds)
            }
        }
    }

    private static func isTemporary(_ error: ChannelClientError) -> Bool {
        switch error {
        case .network, .ended(1001), .ended(1006), .ended(1011), .ended(1012), .ended(1013): true
        case .refused(let refusal): refusal.isTemporary
        default: false
        }
    }

    private func follow(_ follower: ChannelFollower) throws(ChannelClientError) {
        if invocation.flag("read") { try read() }
        while let notification = try follower.next(milliseconds: nil) {
            guard invocation.flag("read") else {
                try write(notification)
                continue
            }
            follower.forgetWaiting()
            try read()
        }
    }

    private func write(_ notification: ChannelNotification) throws(ChannelClientError) {
        let received = notification.received ?? ""
        let row = ReportRow([
            "channel": .text(access.name), "notification": .text(notification.text),
            "received": .text(received),
        ])
        show {
            try context.console.write(
                context.isJSON
                    ? row.json + "\n"
                    : DisplayText.neutralised("\(received)  \(notification.text)") + "\n")
        }
    }

    private func read() throws(ChannelClientError) {
        for message in try access.client.messages(unreadOnly: true, after: last) {
            show { try ChannelReadCommand.print(message, isRaw: false, context) }
            last = message.sequence
            if end.isOver { return }
            if invocation.flag("mark") {
                try access.client.mark(message.sequence, isRead: true)
            }
        }
    }

    /// Nobody reads any more: then it is over.
    private func show(_ body: () throws -> Void) {
        do {
            try body()
            try context.console.flush()
        } catch { end.stop() }
    }
}
