import CallModel
import CallSwitching
import LinuxIO
import MediaControl
import Testing

@testable import CallRuntime

@Suite("The signalling thread's inbox")
struct InboxTests {
    private let id = CallID(high: 0, low: 1)

    /// Asks without waiting for the answer; returns when the command lies in the inbox.
    private func ask(_ inbox: Inbox, _ poller: borrowing Poller) async -> Task<CommandAnswer, Never> {
        let task = Task { [id] in await inbox.ask(.describe(id)) }
        while poller.wait(.zero) == 0 { await Task.yield() }
        return task
    }

    @Test func `letters arrive in order and wake the reader once`() throws {
        let inbox = try Inbox()
        let poller = try Poller()
        try poller.add(inbox.descriptor, token: 0)
        inbox.tell(.terminate)
        inbox.tell(.media([.opened(MediaLegID(number: 1))]))
        #expect(poller.wait(.seconds(5)) == 1)
        let letters = inbox.takeAll()
        #expect(letters.count == 2)
        guard case .terminate = letters[0], case .media = letters[1] else {
            Issue.record("out of order")
            return
        }
        #expect(poller.wait(.zero) == 0)
        #expect(inbox.takeAll().isEmpty)
    }

    @Test func `one command more than the limit is refused at once`() async throws {
        let inbox = try Inbox(commandLimit: 1)
        let poller = try Poller()
        try poller.add(inbox.descriptor, token: 0)
        let first = await ask(inbox, poller)
        #expect(await inbox.ask(.describe(id)) == .refused(.busy))
        for case .command(_, let reply) in inbox.takeAll() { reply.resume(returning: .described(nil)) }
        #expect(await first.value == .described(nil))
        let second = await ask(inbox, poller)
        for case .command(_, let reply) in inbox.takeAll() { reply.resume(returning: .described(nil)) }
        #expect(await second.value == .described(nil))
    }

    @Test func `a closed inbox refuses those that wait and those that come`() async throws {
        let inbox = try Inbox()
        let poller = try Poller()
        try poller.add(inbox.descriptor, token: 0)
        let waiting = await ask(inbox, poller)
        inbox.close()
        #expect(await waiting.value == .refused(.busy))
        #expect(await inbox.ask(.describe(id)) == .refused(.busy))
    }
}
