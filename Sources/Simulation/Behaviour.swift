/// What a simulated party does with a call.
public struct Behaviour: Hashable, Sendable {
    /// What the INVITE comes to.
    public enum Outcome: Hashable, Sendable {
        case answer
        case answerWithoutDescription
        case refuse(Int, q850: Int?)
        /// No response of any kind, and then an answer when nobody waits for it.
        case silence
        /// No response of any kind, ever.
        case nothing
        /// Provisional responses and nothing more.
        case ringForEver
    }

    /// What a CANCEL comes to.
    public enum CancelReaction: Hashable, Sendable {
        case terminate
        /// The 200 is on its way when the CANCEL arrives.
        case answerAllTheSame
    }

    /// Sent on the INVITE's arrival.
    public var sendsTrying = true
    /// Provisional statuses after 100, half a second apart; with `earlyDescription` a 183 carries SDP.
    public var provisionals: [Int] = [180]
    public var earlyDescription = false
    public var outcome = Outcome.answer
    /// From the INVITE to the outcome.
    public var delay: Duration = .seconds(2)
    /// A second 200, from another fork.
    public var forks = false
    public var onCancel = CancelReaction.terminate
    /// From the ACK to the party's BYE; `nil`: it never hangs up.
    public var hangsUpAfter: Duration?
    /// From the ACK to a re-INVITE.
    public var reinvitesAfter: Duration?
    /// The hang-up falls on a full ten seconds, so that those of two parties cross.
    public var hangsUpOnTheTen = false
    /// A proxy that stays on the path.
    public var recordsRoute = false
    /// The INVITE is challenged, with a nonce of its own.
    public var challenges = false
    /// Provisional responses but 100 want a PRACK.
    public var isReliable = false
    /// The 2xx sets a session timer so short that it must be refreshed by us.
    public var wantsRefreshes = false

    public init() {}
}

extension Behaviour {
    /// A party as the field has them.
    static func ofTheField(_ fate: inout Fate) -> Behaviour {
        var behaviour = Behaviour()
        behaviour.sendsTrying = !fate.strikes(0.1)
        behaviour.provisionals = fate.pick([[180], [180], [183], [183, 180], [180, 181, 180], []])
        behaviour.earlyDescription = fate.strikes(0.5)
        behaviour.delay = fate.duration(in: .milliseconds(100)...(.seconds(8)))
        behaviour.outcome = outcome(&fate)
        behaviour.forks = fate.strikes(0.1)
        behaviour.onCancel = fate.strikes(0.4) ? .answerAllTheSame : .terminate
        behaviour.hangsUpAfter = fate.strikes(0.6) ? fate.duration(in: .milliseconds(200)...(.seconds(30))) : nil
        behaviour.reinvitesAfter = fate.strikes(0.15) ? fate.duration(in: .milliseconds(50)...(.seconds(5))) : nil
        behaviour.recordsRoute = fate.strikes(0.3)
        behaviour.challenges = fate.strikes(0.2)
        behaviour.isReliable = fate.strikes(0.2)
        behaviour.wantsRefreshes = fate.strikes(0.2)
        return behaviour
    }

    private static func outcome(_ fate: inout Fate) -> Outcome {
        if fate.strikes(0.72) { return .answer }
        if fate.strikes(0.15) { return .silence }
        if fate.strikes(0.12) { return .ringForEver }
        if fate.strikes(0.12) { return .answerWithoutDescription }
        let q850 = fate.strikes(0.2) ? fate.pick([16, 17, 20, 28, 34, 127]) : nil
        return .refuse(
            fate.pick([302, 402, 403, 404, 408, 410, 433, 480, 484, 486, 488, 500, 503, 600, 603]), q850: q850)
    }

    /// A party that nothing is heard of, on any trunk.
    static var unheard: Behaviour {
        var behaviour = Behaviour()
        behaviour.outcome = .nothing
        return behaviour
    }

    /// A party that answers at once and hangs up when the other does.
    static func hangingUpTogether(_ fate: inout Fate) -> Behaviour {
        var behaviour = Behaviour()
        behaviour.delay = fate.duration(in: .milliseconds(200)...(.seconds(1)))
        behaviour.hangsUpAfter = .zero
        behaviour.hangsUpOnTheTen = true
        return behaviour
    }

    /// A party that answers and waits for the other to hang up, or hangs up itself.
    static func answering(hangsUp: Bool, _ fate: inout Fate) -> Behaviour {
        var behaviour = Behaviour()
        behaviour.delay = fate.duration(in: .milliseconds(500)...(.seconds(4)))
        behaviour.hangsUpAfter = hangsUp ? fate.duration(in: .seconds(40)...(.seconds(60))) : nil
        return behaviour
    }
}
