import Files
import Glibc
import Testing

struct BellTests {
    private func isReadable(_ bell: Bell) -> Bool {
        var request = pollfd(fd: bell.descriptor, events: Int16(POLLIN), revents: 0)
        return poll(&request, 1, 0) > 0
    }

    @Test func `it rings until it is silenced, however often it was rung`() {
        let bell = Bell()
        #expect(!isReadable(bell) && !bell.silence())
        // More often than anything could hold.
        for _ in 0..<100_000 { bell.ring() }
        #expect(isReadable(bell))
        #expect(bell.silence())
        #expect(!isReadable(bell) && !bell.silence())
        bell.ring()
        #expect(bell.silence())
    }

    @Test func `a handler's errno stays as it was`() {
        let bell = Bell()
        for _ in 0..<100_000 { bell.ring() }
        errno = ENOTTY
        bell.ring()
        #expect(errno == ENOTTY)
    }
}
