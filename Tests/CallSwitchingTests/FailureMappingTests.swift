import CallModel
import Testing

@testable import CallSwitching

@Suite struct FailureMappingTests {
    @Test(arguments: [
        (486, LegFailure.busy), (600, .busy), (408, .noAnswer), (480, .unreachable), (603, .rejected), (607, .rejected),
        (608, .rejected), (403, .barred), (404, .invalidNumber), (410, .invalidNumber), (484, .invalidNumber),
        (485, .invalidNumber), (604, .invalidNumber), (401, .barred), (402, .barred), (407, .barred), (433, .barred),
        (500, .congestion), (502, .congestion), (503, .congestion), (504, .congestion), (488, .incompatible),
        (415, .incompatible), (606, .incompatible), (302, .unreachable), (487, .noAnswer), (400, .congestion),
        (481, .congestion), (482, .congestion), (483, .congestion), (491, .congestion), (599, .congestion),
        (420, .incompatible), (501, .incompatible), (505, .incompatible), (513, .incompatible), (580, .incompatible),
        (699, .rejected),
    ])
    func `a status has its meaning`(status: Int, failure: LegFailure) {
        #expect(FailureMapping.failure(status: status, rang: false) == failure)
    }

    @Test func `ringing changes what 480 and 403 mean`() {
        #expect(FailureMapping.failure(status: 480, rang: true) == .noAnswer)
        #expect(FailureMapping.failure(status: 403, rang: true) == .rejected)
    }

    @Test(arguments: [
        (17, LegFailure.busy), (18, .noAnswer), (19, .noAnswer), (21, .rejected), (1, .invalidNumber),
        (2, .invalidNumber),
        (3, .invalidNumber), (22, .invalidNumber), (28, .invalidNumber), (20, .unreachable), (27, .unreachable),
        (52, .barred), (53, .barred), (54, .barred), (55, .barred), (57, .barred), (34, .congestion), (38, .congestion),
        (41, .congestion), (42, .congestion), (44, .congestion), (47, .congestion), (58, .incompatible),
        (65, .incompatible),
        (79, .incompatible), (88, .incompatible), (102, .trunkTimeout),
    ])
    func `a listed cause comes before the status`(cause: Int, failure: LegFailure) {
        #expect(FailureMapping.failure(status: 699, q850: cause, rang: false) == failure)
    }

    @Test(arguments: [16, 31, 127, 0, 99])
    func `a cause that says nothing leaves the word to the status`(cause: Int) {
        #expect(FailureMapping.failure(status: 486, q850: cause, rang: false) == .busy)
    }

    @Test func `only four statuses send a call to the next trunk`() {
        #expect((300...699).filter(FailureMapping.isTrunkFailure(status:)) == [500, 502, 503, 504])
    }
}
