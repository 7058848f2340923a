/// Rare things that a run must have met to prove anything.
public enum Occurrence: String, Hashable, Sendable, CaseIterable {
    /// A 2xx and our CANCEL crossed.
    case answerCrossedCancel
    /// Both sides' BYEs crossed.
    case byeGlare
    /// A second 2xx from another fork.
    case fork
    /// A 2xx after the INVITE was given up.
    case lateAnswer
    case reinvited
    /// A challenged INVITE came again with its proof.
    case proven
    /// A reliable provisional response got its PRACK.
    case acknowledgedEarly
    /// A connection broke.
    case broken
    /// An UPDATE or re-INVITE of ours refreshed the session.
    case refreshed
}
