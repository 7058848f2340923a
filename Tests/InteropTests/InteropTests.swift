import Testing

/// Real programs on loopback; one test at a time, so that each has both processors.
@Suite(.serialized) struct InteropSuite {}
