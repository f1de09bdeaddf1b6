// Parts of long lists.
import Testing

@testable import Service

@Suite struct PageTests {
    @Test func `a page says what is left out and how much is taken`() {
        #expect(Page(skip: 3, limit: 10) != Page(skip: 0, limit: 10))
    }
}
