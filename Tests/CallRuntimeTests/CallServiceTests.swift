import CallModel
import CallSwitching
import SIPNetwork
import SIPTransactions
import SansIO
import Storage
import Testing

@testable import CallRuntime

@Suite("The running switchboard")
struct CallServiceTests {
    /// A service whose only trunk is a port of loopback where nobody listens, on a store in memory.
    private struct House {
        let service: CallService
        let store = MemoryStore()
        let committer: GroupCommitter
        let eventsCommitted: AsyncStream<[OutboxEntry]>

        init(interrupted: [CallRecord] = []) throws {
            try store.commit(interrupted.map { .accepted($0, replay: nil) })
            let loopback = TransportAddress(ip: .v4(0x7F00_0001), port: 0)
            let nobody = try SignallingSockets(listen: [loopback]).addresses[0]
            let sockets = try SignallingSockets(listen: [loopback])
            let trunk = TrunkSettings(
                name: TrunkName(rawValue: "nobody"), host: nobody.description, flow: Flow(remote: nobody),
                mediaAddress: loopback.ip)
            let settings = SwitchboardSettings(
                trunks: [trunk], trunkAddresses: [loopback.ip],
                listeners: [ListeningPoint(sockets.addresses[0].description)],
                mediaPorts: 40000...40399, mediaBindAddress: loopback.ip)
            committer = GroupCommitter(store: store, gather: .zero)
            let (stream, continuation) = AsyncStream.makeStream(of: [OutboxEntry].self)
            eventsCommitted = stream
            service = try CallService(
                CallService.Settings(
                    switchboard: settings, voiceFolder: "", recordingFolder: "", drainTimeout: .seconds(60)),
                sockets: sockets,
                interrupted: interrupted.map { InterruptedCall(record: $0, cancelled: nil) }, committer: committer,
                log: LogQueue { _ in }
            ) { continuation.yield($0) }
        }

        func stop() async {
            service.terminate()
            await service.untilStopped()
            committer.stop()
        }
    }

    private func request(to1: String = "13900000001") throws -> CallbackRequest {
        CallbackRequest(
            account: CertID(rawValue: "c"), mainAccount: CertID(rawValue: "c"), app: AppID(rawValue: "a"),
            to1: .number(try #require(PhoneNumber(to1))), to2: .number(try #require(PhoneNumber("13900000002"))),
            maxCallDuration: .seconds(60),
            eventTarget: EventTarget(
                url: "http://127.0.0.1:1/", signer: CertID(rawValue: "c"), app: AppID(rawValue: "a")))
    }

    @Test func `a call to a dead trunk is accepted, ends by the ICMP error and tells so`() async throws {
        let house = try House()
        guard case .placed(let id) = await house.service.place(try request(), replay: nil) else {
            Issue.record("not placed")
            return
        }
        for await _ in house.eventsCommitted { break }
        let record = try #require(try house.store.call(id))
        #expect(record.ending?.reason == .failed(.first, .trunkTimeout))
        #expect(try house.store.outbox(after: 0, limit: 10).map(\.event.call) == [id])
        let scope = CallScope(
            mainAccount: CertID(rawValue: "c"), app: AppID(rawValue: "a"), subaccount: nil)
        #expect(await house.service.cancel(id, by: scope) == .refused(.callUnknown))
        await house.stop()
        #expect(house.service.figures.counts.placed == 1)
        #expect(house.service.figures.network.undelivered > 0)
    }

    @Test func `an idle service stops at the first signal and refuses from then on`() async throws {
        let house = try House()
        #expect(house.service.figures.takesCalls)
        await house.stop()
        #expect(!house.service.figures.takesCalls)
        #expect(await house.service.place(try request(), replay: nil) == .refused(.busy))
        #expect(await house.service.call(CallID(high: 0, low: 1)) == nil)
    }

    @Test func `a call that the last stop interrupted is ended at the start`() async throws {
        let record = CallRecord(
            id: CallID(high: 1, low: 2), request: try request(), beginTime: WallTime(milliseconds: 1000))
        let house = try House(interrupted: [record])
        for await _ in house.eventsCommitted { break }
        #expect(try house.store.call(record.id)?.ending?.reason == .platformRestart)
        await house.stop()
    }
}
