import TestMaterials
import Testing

@testable import Webhooks

@Suite struct RetryScheduleTests {
    @Test("The first three waits are exact, the others spread by a fifth, and the ninth failure is the last")
    func waits() {
        let expected: [(seconds: Double, spread: Double)] = [
            (1, 0), (5, 0), (30, 0), (120, 0.2), (600, 0.2), (1_800, 0.2), (7_200, 0.2), (21_600, 0.2),
        ]
        var generator = SplitMix(seed: 7)
        for (index, (seconds, spread)) in expected.enumerated() {
            let waits = (0..<1_000).map { _ in
                RetrySchedule().wait(afterFailed: index + 1, using: &generator)! / .seconds(1)
            }
            let (least, most) = (waits.min()!, waits.max()!)
            #expect(least >= seconds * (1 - spread) && most <= seconds * (1 + spread))
            if spread > 0 { #expect(least < seconds * 0.81 && most > seconds * 1.19) }
        }
        #expect(RetrySchedule.attempts == 9)
        #expect(RetrySchedule().wait(afterFailed: 9, using: &generator) == nil)
        #expect(RetrySchedule().wait(afterFailed: 10, using: &generator) == nil)
    }
}
