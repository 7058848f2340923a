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

    private func answerNext(_ inbox: Inbox) {
        inbox.acknowledge()
        guard case (.command(_, let reply), false)? = inbox.takeNext() else {
            Issue.record("no command waits")
            return
        }
        reply.resume(returning: .described(nil))
    }

    @Test func `letters arrive in order and wake the reader once`() throws {
        let inbox = try Inbox()
        let poller = try Poller()
        try poller.add(inbox.descriptor, token: 0)
        inbox.tell(.terminate)
        inbox.tell(.media([.opened(MediaLegID(number: 1))]))
        #expect(poller.wait(.seconds(5)) == 1)
        inbox.acknowledge()
        let letters = [try #require(inbox.takeNext()), try #require(inbox.takeNext())]
        guard case (.terminate, true) = letters[0], case (.media, false) = letters[1] else {
            Issue.record("out of order")
            return
        }
        #expect(poller.wait(.zero) == 0)
        #expect(inbox.takeNext() == nil)
    }

    @Test func `one command more than the limit is refused at once`() async throws {
        let inbox = try Inbox(commandLimit: 1)
        let poller = try Poller()
        try poller.add(inbox.descriptor, token: 0)
        let first = await ask(inbox, poller)
        #expect(await inbox.ask(.describe(id)) == .refused(.busy))
        answerNext(inbox)
        #expect(await first.value == .described(nil))
        let second = await ask(inbox, poller)
        answerNext(inbox)
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
