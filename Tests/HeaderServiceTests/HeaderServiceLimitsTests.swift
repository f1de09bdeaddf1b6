// Bounds that other programs rely on.
import HeaderService
import Testing

@Test func `an answer has as many headers as a node's message`() {
    #expect(HeaderServiceLimits.headersAnswered == 2_000)
}
