internal import CLinux
internal import Glibc

/// What the operating system allows this process.
public enum ProcessLimits {
    /// Raises the number of files and sockets that may be open to the most allowed, and returns it.
    @discardableResult
    public static func raiseOpenFiles() throws(SystemError) -> Int {
        var limit = rlimit()
        try check(getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit), "getrlimit RLIMIT_NOFILE")
        if limit.rlim_cur < limit.rlim_max {
            limit.rlim_cur = limit.rlim_max
            try check(setrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit), "setrlimit RLIMIT_NOFILE")
        }
        return Int(clamping: limit.rlim_cur)
    }

    /// How many processors the calling thread may run on.
    public static var processors: Int { Int(clinux_processors()) }

    /// From now on a write beyond the largest size allowed for files (RLIMIT_FSIZE) fails with `EFBIG` on this thread,
    /// instead of ending the process.
    public static func surviveFileSizeLimit() {
        var signals = sigset_t()
        sigemptyset(&signals)
        sigaddset(&signals, SIGXFSZ)
        let code = pthread_sigmask(SIG_BLOCK, &signals, nil)
        precondition(code == 0, "pthread_sigmask: error \(code)")
    }
}
