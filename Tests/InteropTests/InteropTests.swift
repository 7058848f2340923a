import Testing

/// Real programs on loopback that judge what is heard, and the proxy, so that both lanes take about as long; one test at a
/// time, because sound suffers where many want the processors.
@Suite(.serialized) struct SoundInterop {}

/// Real programs on loopback that judge what is signalled; one test at a time, beside the others.
@Suite(.serialized) struct SignallingInterop {}
