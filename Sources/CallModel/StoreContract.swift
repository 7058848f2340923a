/// One change of the store. Several are committed as one transaction, in order.
public indirect enum StoreWrite: Hashable, Sendable {
    /// A call is accepted; with its replay key, so that a repeated request gets the same answer after a restart.
    case accepted(CallRecord, replay: ReplayKey?)
    /// A leg, and with it the call, went on. A `connectTime` of `nil` leaves what is stored.
    case progressed(CallID, state: CallState, connectTime: WallTime?, party: Party, leg: LegRecord)
    /// The call was cancelled by API; whatever follows, it has this reason.
    case cancelled(CallID, EndReason)
    /// The call is over: its final record, and the events that tell of it with their target, in one.
    case ended(CallRecord, events: [CallEvent])
    /// An event was delivered.
    case delivered(outbox: Int64)
    /// An attempt failed; the next one is due at `retry`.
    case attemptFailed(outbox: Int64, attempts: Int, retry: WallTime, error: String)
    /// The last attempt failed: the event joins the dead letters.
    case deadLettered(outbox: Int64, attempts: Int, error: String, at: WallTime)
    /// Accounts and apps from the configuration.
    case provisioned(TenantDirectory)
    /// Replay keys that expired before this time are forgotten.
    case forgetReplays(before: WallTime)
    /// Calls are forgotten with their dead letters; one that lives or has an undelivered event stays.
    case forgetCalls([CallID])
}

/// An authenticated request's fingerprint: the computed HMAC for one account.
public struct ReplayKey: Hashable, Sendable {
    public var account: CertID
    /// The 32 computed bytes.
    public var hmac: [UInt8]
    /// The request's Timestamp + 300 s.
    public var expires: WallTime

    public init(account: CertID, hmac: [UInt8], expires: WallTime) {
        self.account = account
        self.hmac = hmac
        self.expires = expires
    }
}

/// A remembered acceptance.
public struct RememberedCall: Hashable, Sendable {
    public var key: ReplayKey
    public var call: CallID
    public var userData: String?

    public init(key: ReplayKey, call: CallID, userData: String?) {
        self.key = key
        self.call = call
        self.userData = userData
    }
}

/// Which calls to list.
public struct CallQuery: Hashable, Sendable {
    public var mainAccount: CertID
    /// Only this app's calls.
    public var app: AppID?
    /// Only calls placed by this sub-account; `nil` sees all of the main account's.
    public var account: CertID?
    /// Accepted at or after.
    public var start: WallTime?
    /// Accepted at or before.
    public var end: WallTime?
    public var state: CallState?
    /// From 1.
    public var page: Int
    /// 1–1000.
    public var pageSize: Int

    public init(
        mainAccount: CertID, app: AppID? = nil, account: CertID? = nil, start: WallTime? = nil, end: WallTime? = nil,
        state: CallState? = nil, page: Int = 1, pageSize: Int = 10
    ) {
        self.mainAccount = mainAccount
        self.app = app
        self.account = account
        self.start = start
        self.end = end
        self.state = state
        self.page = page
        self.pageSize = pageSize
    }
}

/// What one receiver is owed at some time.
public struct DueEntries: Hashable, Sendable {
    public var entries: [OutboxEntry]
    /// When the first of the receiver's entries that are not due yet will be.
    public var next: WallTime?

    public init(entries: [OutboxEntry], next: WallTime?) {
        self.entries = entries
        self.next = next
    }
}

/// What lies in the outbox.
public struct OutboxSummary: Hashable, Sendable {
    /// The receivers (URLs) with undelivered entries, and when the first of each is due.
    public var receivers: [String: WallTime]

    public init(receivers: [String: WallTime]) {
        self.receivers = receivers
    }
}

/// One page of a list.
public struct Page<Element: Sendable>: Sendable {
    public var elements: [Element]
    /// Of all pages together.
    public var totalCount: Int

    public init(elements: [Element], totalCount: Int) {
        self.elements = elements
        self.totalCount = totalCount
    }
}

/// What calls, tenants and events need of a store. All methods block; callers keep them off event loops.
///
/// `commit` is all or nothing, and what it committed survives the loss of power. An empty one proves that the
/// store can write. Writes about a call that is unknown or over, and a call or replay key that exists, are refused.
/// Implementations throw their own errors; a caller may retry a failed commit as it is.
public protocol CallStore: Sendable {
    /// Returns the entries that the writes put into the outbox, in order.
    @discardableResult
    func commit(_ writes: [StoreWrite]) throws -> [OutboxEntry]

    func call(_ id: CallID) throws -> CallRecord?
    /// Newest first.
    func calls(matching query: CallQuery) throws -> Page<CallRecord>
    /// At most `limit` calls that were accepted before `time`, are over and have no undelivered event.
    func forgettableCalls(acceptedBefore time: WallTime, limit: Int) throws -> [CallID]
    /// Calls without an end, oldest first, each with the API cancel's end reason where one was committed.
    func liveCalls() throws -> [(record: CallRecord, cancelled: EndReason?)]
    func tenants() throws -> TenantDirectory
    func rememberedCalls(notExpiredAt time: WallTime) throws -> [RememberedCall]
    /// Undelivered entries with a greater number than `number` (0 for all), in order; dead letters excluded.
    func outbox(after number: Int64, limit: Int) throws -> [OutboxEntry]
    /// Undelivered entries for one receiver that are due at `time`, longest due first. An entry is left out while an
    /// earlier one of its call is undelivered.
    func outbox(to url: String, dueAt time: WallTime, limit: Int) throws -> DueEntries
    func outboxSummary() throws -> OutboxSummary
    func deadLetters(limit: Int) throws -> [OutboxEntry]
}
