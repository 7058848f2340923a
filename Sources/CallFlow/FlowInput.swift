public import CallModel

/// What can happen to a callback. Every input may come at any moment: one that means nothing any more changes nothing.
public enum FlowInput: Hashable, Sendable {
    /// The call is accepted; once.
    case start
    /// The leg's first INVITE was sent; the ring limit runs.
    case invited(Party)
    /// The leg's trunk gave its first response, whatever it was.
    case trying(Party)
    /// The leg went on to its next trunk, which has not responded yet. Never after a `ringing`.
    case redialled(Party)
    /// A 180.
    case ringing(Party)
    /// Any other provisional response but 100. Not ringing by itself; with a session description, the RTP that follows is.
    case progressed(Party, described: Bool = false)
    case answered(Party)
    /// The leg could not be had, on any trunk. Its signalling is over or ends by itself.
    case failed(Party, LegFailure)
    /// BYE from the party.
    case hungUp(Party)
    /// Nothing is left of the leg's signalling. Comes once per dialled leg, after all else of it.
    case released(Party)
    /// RTP comes (after `watch(_, .early)`), or RTP or RTCP comes again (after `watch(_, .connected)`).
    case mediaFlowing(Party)
    /// No RTP came for 200 ms, after some did (after `watch(_, .early)`).
    case mediaQuiet(Party)
    /// Neither RTP nor RTCP came for the plan's `mediaTimeout` (after `watch(_, .connected)`).
    case mediaIdle(Party)
    /// The sound that the party is sent (`feed(_, .sound)`) has come to its end; never told of one that was replaced.
    case played(Party)
    /// What the party is to be sent cannot be played; never told of what was replaced.
    case playFailed(Party)
    /// The party pressed a key.
    case pressed(Party, TelephoneKey)
    /// The party's session description became, or ceased to be, other than `sendrecv`. Remembered from the dialling on.
    case held(Party, Bool)
    /// The API's cancel.
    case cancel
    /// The server stops and hangs up everybody.
    case hangUpAll
    /// The deadline is reached.
    case timeOut
}
