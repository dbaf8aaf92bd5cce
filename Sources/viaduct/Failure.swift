internal import ViaductCore

/// An error on its way out of the program.
struct Failure: Error {
    var status: ExitStatus
    /// What is said on standard error; nil when all has been said.
    var message: String?

    /// Wraps an error of a library.
    ///
    /// - Parameters:
    ///   - error: the error.
    ///   - tunnel: which tunnel it is about.
    init(_ error: any Error, tunnel: String) {
        status = ExitStatus(error)
        // The problems of a spec begin with file, line and column, as editors and people look for them.
        message =
            error is SpecError || error is ImportError || error is SettingsError
            ? "\(error)" : "viaduct: \(tunnel): \(error)"
    }

    init(status: ExitStatus) {
        self.status = status
    }

    func report() {
        if let message { Talk.line(message) }
    }
}
