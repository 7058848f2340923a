import CSoxr

/// Brings one channel of sound from any rate to 8 kHz.
final class Resampler {
    /// `nil` where the rate is 8 kHz already.
    private let soxr: soxr_t?
    private var output: [Float]

    /// - Parameter longest: the most samples that are given at a time.
    init(from sampleRate: Int, longest: Int) throws(VoiceFault) {
        let ratio = 8_000 / Double(sampleRate)
        output = Array(repeating: 0, count: Int(Double(longest) * ratio) + 64)
        guard sampleRate != 8_000 else {
            soxr = nil
            return
        }
        var failure: soxr_error_t?
        guard let soxr = soxr_create(Double(sampleRate), 8_000, 1, &failure, nil, nil, nil) else {
            throw .broken(failure.map { String(cString: $0) } ?? "cannot be resampled")
        }
        self.soxr = soxr
    }

    deinit { soxr_delete(soxr) }

    /// Resamples `input` and hands the result on piece by piece. With `nil` the sound has ended, and the rest comes.
    func resample(
        _ input: UnsafeBufferPointer<Float>?, _ take: (UnsafeBufferPointer<Float>) throws(VoiceFault) -> Void
    ) throws(VoiceFault) {
        guard let soxr else {
            if let input { try take(input) }
            return
        }
        var rest = input
        while true {
            var (used, made) = (0, 0)
            let failure = output.withUnsafeMutableBufferPointer { output in
                soxr_process(soxr, rest?.baseAddress, rest?.count ?? 0, &used, output.baseAddress, output.count, &made)
            }
            if let failure { throw .broken(String(cString: failure)) }
            if made > 0 { try hand(made, to: take) }
            if let left = rest { rest = UnsafeBufferPointer(rebasing: left[used...]) }
            if made < output.count, rest?.isEmpty ?? true { return }
        }
    }

    private func hand(
        _ count: Int, to take: (UnsafeBufferPointer<Float>) throws(VoiceFault) -> Void
    ) throws(VoiceFault) {
        // The closure's own error type does not pass through `withUnsafeBufferPointer` otherwise.
        try output.withUnsafeBufferPointer { buffer throws(VoiceFault) in
            try take(UnsafeBufferPointer(rebasing: buffer[..<count]))
        }
    }
}
