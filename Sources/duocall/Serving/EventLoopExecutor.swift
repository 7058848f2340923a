import NIOCore

/// Runs tasks on an event loop's own thread.
///
/// A request then goes from its socket to its answer, and an event from the dispatcher to its connection, without
/// changing threads: handing them to the pool and back costs several times what is done with them.
final class EventLoopExecutor: TaskExecutor {
    private let loop: any EventLoop

    init(_ loop: any EventLoop) { self.loop = loop }

    func enqueue(_ job: consuming ExecutorJob) {
        let job = UnownedJob(job)
        loop.execute { job.runSynchronously(on: self.asUnownedTaskExecutor()) }
    }
}
