// A message on its way, and what has come of the attempts to deliver it.
import Bytes
import Documents

/// What has become of a message that was to be sent.
public enum OutboxStatus: String, Sendable {
    /// It is tried again.
    case waiting
    /// The receiver has judged it; it is not tried again by itself.
    case refused
    /// It could not be delivered in its time; it is not tried again by itself.
    case expired
}

/// Where a message goes.
public struct MessageRoute: Sendable, Equatable {
    /// The way.
    public let destination: MessageDestination
    /// The receiver's domain.
    public let domain: String
    /// The domain's verifier key where it was seen when the message was made; nil where nothing but
    /// the domain's name tells it.
    public let key: String?
    /// When delivery is given up.
    public let expires: Timestamp
    /// When the message was made.
    public let queued: Timestamp

    var line: [UInt8] {
        var writer = CanonicalWriter(capacity: 256)
        writer.beginObject()
        writer.name("destination")
        writer.string(destination.text)
        writer.name("domain")
        writer.string(domain)
        writer.name("expires")
        writer.string(expires.text)
        if let key {
            writer.name("key")
            writer.string(key)
        }
        writer.name("queued")
        writer.string(queued.text)
        writer.endObject()
        return writer.bytes
    }
}

extension MessageRoute {
    init?(line: [UInt8]) {
        guard let root = try? JSONText(line).root,
            let destination = root["destination"]?.string.flatMap({
                MessageDestination(stored: $0)
            }), let domain = root["domain"]?.string,
            let expires = root["expires"]?.plainString.flatMap({ Timestamp($0) }),
            let queued = root["queued"]?.plainString.flatMap({ Timestamp($0) })
        else { return nil }
        self.init(
            destination: destination, domain: domain, key: root["key"]?.string, expires: expires,
            queued: queued)
    }
}

/// A message of the outbox.
public struct OutboxEntry: Sendable {
    /// The message.
    public let message: Message
    /// Where it goes.
    public let route: MessageRoute
    /// What has become of it.
    public internal(set) var status: OutboxStatus
    /// How often it was tried.
    public internal(set) var attempts: Int
    /// What the last attempt met; nil before the first.
    public internal(set) var obstacle: Obstacle?
    /// When it is tried next.
    public internal(set) var next: Timestamp

    /// A message that has not been tried.
    init(_ message: Message, _ route: MessageRoute) {
        self.message = message
        self.route = route
        status = .waiting
        attempts = 0
        next = route.queued
    }

    /// Reads a message's file and the state beside it.
    /// - Throws: `MessageError.damaged`.
    init(_ lines: [[UInt8]], state: [UInt8]?, path: String) throws(MessageError) {
        func damage(_ reason: String) -> MessageError { .damaged(path: path, reason: reason) }
        guard lines.count == 2, let route = MessageRoute(line: lines[1]) else {
            throw damage("a message and its route are needed")
        }
        do throws(Refusal) {
            self.init(try Message(try Envelope(line: lines[0])), route)
        } catch { throw damage(error.message) }
        guard let state else { return }
        guard let root = try? JSONText(state).root,
            let status = root["status"]?.string.flatMap({ OutboxStatus(rawValue: $0) }),
            let attempts = root["attempts"]?.integer,
            let next = root["next"]?.plainString.flatMap({ Timestamp($0) })
        else { throw damage("its state cannot be read") }
        self.status = status
        self.attempts = attempts
        self.next = next
        if let error = root["error"], let code = error["code"]?.string {
            obstacle = Obstacle(
                code, error["message"]?.string ?? "", isFinal: status == .refused)
        }
    }

    var state: [UInt8] {
        var writer = CanonicalWriter(capacity: 256)
        writer.beginObject()
        writer.name("attempts")
        writer.integer(attempts)
        if let obstacle {
            writer.name("error")
            writer.beginObject()
            writer.name("code")
            writer.string(obstacle.code)
            writer.name("message")
            writer.string(obstacle.message)
            writer.endObject()
        }
        writer.name("next")
        writer.string(next.text)
        writer.name("status")
        writer.string(status.rawValue)
        writer.endObject()
        return writer.bytes
    }

    /// Notes an attempt that has failed: the pause doubles each time, and differs a little from one
    /// message to the other, so that not all of them come back at the same moment.
    mutating func fail(_ obstacle: Obstacle, at now: Timestamp) {
        attempts += 1
        self.obstacle = obstacle
        if obstacle.isFinal {
            status = .refused
            return
        }
        let doubled = MessageTexts.firstPauseSeconds << Int64(min(attempts - 1, 20))
        let asked = Int64(obstacle.retryAfterSeconds ?? 0)
        let pause = max(min(doubled, MessageTexts.pauseSeconds), asked) * 1_000
        let spread = Int64(message.hash.bytes[0]) * (pause / 1_024)
        next = now.adding(milliseconds: pause + spread) ?? .latest
        if next >= route.expires { next = max(now, route.expires) }
    }
}
