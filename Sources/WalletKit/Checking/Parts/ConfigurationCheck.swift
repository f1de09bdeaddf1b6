// The wallet's own configuration: whether it can be read, and means something.
import Files

/// What is known of the configuration, as far as it can be read.
struct ConfigurationCheck {
    /// The setting `domain.name`; nil where there is none.
    private(set) var domain: String?
    /// The wallet's own addresses; nil where the names cannot be read.
    private(set) var own: [OwnAddress]?

    private static let file = Wallet.configurationName

    /// Reads the file at `path`, and reports what is wrong with it.
    init(_ path: String, _ findings: Findings) {
        func report(_ message: String) {
            findings.damage(
                "configuration", file: Self.file, message, isRepairable: false)
        }
        do throws(FileError) {
            guard try FileSystem.status(path) != nil else {
                report("the configuration is missing")
                return
            }
        } catch {
            report("\(error.call): \(error.reason)")
            return
        }
        let configuration: Configuration
        do {
            configuration = try Configuration(Configuration.Sources(walletPath: path))
        } catch {
            report("\(error)")
            return
        }
        for setting in Settings.all {
            do { _ = try configuration.text(setting) } catch { report("\(error)") }
        }
        domain = try? configuration.text(Settings.domainName)
        if domain == nil { report("it names no domain: domain.name is missing") }
        do {
            own = try AddressBook(configuration).own
        } catch WalletError.invalidName(let name, let reason) {
            report("'\(name)': \(reason)")
        } catch {
            report("\(error)")
        }
    }

    /// Compares the domain with the log's.
    func check(_ logDomain: String, _ findings: Findings) {
        guard let domain, !domain.utf8.elementsEqual(logDomain.utf8) else { return }
        findings.damage(
            "configuration", file: Self.file,
            "domain.name is '\(domain)', the log is of '\(logDomain)'", isRepairable: false)
    }
}
