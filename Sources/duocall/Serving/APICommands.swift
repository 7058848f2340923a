import CallModel
import CallRuntime
import CallSwitching
import CallTracing
import Dispatch
import HTTPAPI
import SansIO
import Storage
import Webhooks

/// What the HTTP API asks of the rest of the server.
struct APICommands: Sendable {
    let service: CallService
    let store: any CallStore
    let committer: GroupCommitter
    let log: LogQueue
    let webhooks: WebhookDispatcher
    /// Our own addresses, as captures show them.
    let ownAddresses: [TransportAddress]
    /// Reads of the store block, so they have threads of their own.
    private let readers = DispatchQueue(label: "duocall.reads", attributes: .concurrent)

    init(
        service: CallService, store: any CallStore, committer: GroupCommitter, log: LogQueue,
        webhooks: WebhookDispatcher, ownAddresses: [TransportAddress]
    ) {
        self.service = service
        self.store = store
        self.committer = committer
        self.log = log
        self.webhooks = webhooks
        self.ownAddresses = ownAddresses
    }

    var commands: CallCommands {
        CallCommands(
            place: { await place($0, $1) }, cancel: { await cancel($0, $1) }, liveCall: { await service.call($0) },
            storedCall: { id in try await read { try $0.call(id) } },
            storedCalls: { query in try await read { try $0.calls(matching: query) } },
            trace: { await trace($0, $1) }, readiness: { readiness },
            metrics: {
                MetricFamily.all(of: service.figures, events: webhooks.counts, log: log, committer: committer)
            }
        )
    }

    private func place(_ request: CallbackRequest, _ replay: ReplayKey?) async -> PlaceAnswer {
        switch await service.place(request, replay: replay) {
        case .placed(let id): .accepted(id)
        case .refused(let code): .refused(code)
        case .cancelled, .described, .traced: .refused(.internalError)
        }
    }

    private func cancel(_ id: CallID, _ scope: CallScope) async -> CancelAnswer {
        switch await service.cancel(id, by: scope) {
        case .cancelled(let call): return .cancelled(state: call.state, duration: call.duration)
        case .refused(.callUnknown): return .unknown
        case .refused(let code): return .refused(code)
        case .placed, .described, .traced: return .refused(.internalError)
        }
    }

    private func trace(_ id: CallID, _ format: TraceFormat) async -> [UInt8]? {
        let trace = await service.trace(of: id)
        return switch format {
        case .text: trace.map { Array($0.text.utf8) }
        case .capture: trace?.capture(listeners: ownAddresses)
        }
    }

    private var readiness: Readiness {
        guard service.figures.takesCalls else { return .notReady("the server is stopping") }
        switch committer.health {
        case .working: return .ready
        case .failing(let reason): return .notReady("the store fails: \(reason)")
        }
    }

    private func read<Result: Sendable>(
        _ body: @escaping @Sendable (any CallStore) throws -> Result
    ) async throws -> Result {
        try await withCheckedThrowingContinuation { continuation in
            readers.async { continuation.resume(with: Swift.Result { try body(store) }) }
        }
    }
}
