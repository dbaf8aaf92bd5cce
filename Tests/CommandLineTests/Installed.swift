import TestBed
import Testing

/// Ends the test as skipped when it needs a program that is not on this machine.
///
/// - Parameter program: Its name, as PATH finds it.
/// - Throws: what ends the test.
func requireInstalled(_ program: String) async throws {
    let search = try Program(["sh", "-c", "command -v \"$0\"", program], timeout: .seconds(10))
    guard await !search.outcome().succeeded else { return }
    try Test.cancel("\(program) is not there")
}
