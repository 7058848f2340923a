/// One change of the store. Several are committed as one transaction, in order.
public indirect enum StoreWrite: Hashable, Sendable {
    /// A call is accepted; with its replay key, so that a repeated request gets the same answer after a restart.
    case accepted(CallRecord, replay: ReplayKey?)
    /// A leg, and with it the call, went on. A `connectTime` of `nil` leaves what is stored.
    case progressed(CallID, state: CallState, connectTime: WallTime?, party: Party, leg: LegRecord)
    /// The call was cancelled by API; whatever follows, it has this reason.
    case cancelled(CallID, EndReason)
    /// Events of a call for its receiver, in the order of their numbers. Those of a call that is over are numbered by the
    /// store, after its last.
    case told(CallID, to: EventTarget, [CallEvent])
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
    /// Calls are forgotten with their dead letters; one that lives, has an undelivered event or a recording
    /// whose file is there stays.
    case forgetCalls([CallID])
    /// A voice file whose prepared files are on disk.
    case voiceFileStored(VoiceFile)
    /// The file cannot be named any more; calls that were accepted before still play it.
    case voiceFileDeleted(VoiceFileID, at: WallTime)
    /// The prepared files of a deleted file are gone from the disk.
    case voiceFileForgotten(VoiceFileID)
    /// A live call is being recorded, before the first byte is written.
    case recordingBegan(Recording)
    /// The recording came to its end and its file is closed. Ignored unless it was in progress, as are the next.
    case recordingEnded(RecordingID, samples: Int64, bytes: Int64)
    /// The recording broke off. What was written before is kept and finished; without any sample it has failed, also
    /// where it was being finished and nothing was found.
    case recordingFailed(RecordingID, samples: Int64, bytes: Int64)
    /// A client was told that the file is still being finished; it is owed an event with a link of this validity.
    case recordingAwaited(RecordingID, linkValidFor: Duration)
    /// The file was checked and is ready, and the call's receiver is told these. The store numbers the events. Refused unless the
    /// recording was being finished and its call is over.
    case recordingFinished(RecordingID, samples: Int64, bytes: Int64, sha256: [UInt8], events: [CallEvent])
    /// The file is gone.
    case recordingDeleted(RecordingID)
    /// An extension's phones are these from now on, the one that registered last at the end.
    case phonesRegistered(of: String, [PhoneBinding])
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

    /// Those that can be named.
    func voiceFiles() throws -> [VoiceFile]
    /// Those that were deleted before `time` and not forgotten yet.
    func voiceFiles(deletedBefore time: WallTime) throws -> [VoiceFileID]
    func recording(_ id: RecordingID) throws -> Recording?
    /// Those whose file is there or being finished, newest first.
    func recordings(matching query: RecordingQuery) throws -> Page<Recording>
    /// Those that are being recorded; at a start, those that a stop interrupted.
    func recordingsInProgress() throws -> [Recording]
    /// Those whose file is to be checked and whose call is over, oldest first.
    func finishingRecordings(limit: Int) throws -> [FinishingRecording]
    /// Ready ones that began before `time`, oldest first.
    func recordings(beganBefore time: WallTime, limit: Int) throws -> [Recording]

    /// The phones of each extension that has some, the one that registered last at the end.
    func registeredPhones() throws -> [String: [PhoneBinding]]
}
