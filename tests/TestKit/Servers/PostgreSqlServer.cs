using System.Collections.Immutable;
using System.Globalization;

namespace Observability.TestKit;

/// <summary>
/// A PostgreSQL cluster of our own on 127.0.0.1 without passwords; or, when <c>OBS_TEST_POSTGRES</c> holds an Npgsql connection string, that server.
/// PostgreSQL refuses to run as root: then it runs as the package's user <c>postgres</c>.
/// </summary>
public sealed class PostgreSqlServer : IAsyncDisposable
{
    private const string Name = "postgres";

    /// <summary>initdb takes 2-4 s on an idle machine and the server less than 1 s.</summary>
    private static readonly TimeSpan _startTimeout = TimeSpan.FromSeconds(60);

    private readonly OwnServer? _own;

    private PostgreSqlServer(string connectionString, int port, OwnServer? own)
    {
        ConnectionString = connectionString;
        Port = port;
        _own = own;
    }

    /// <summary>In Npgsql's form; the user may create databases.</summary>
    public string ConnectionString { get; }

    /// <summary>The port of an own server; 0 when <c>OBS_TEST_POSTGRES</c> names another.</summary>
    public int Port { get; }

    /// <summary>The server that <c>OBS_TEST_POSTGRES</c> names, else an own one.</summary>
    /// <exception cref="ServerUnavailableException">It is not installed or does not start.</exception>
    public static Task<PostgreSqlServer> StartAsync(CancellationToken cancellationToken = default) =>
        Environment.GetEnvironmentVariable("OBS_TEST_POSTGRES") is { Length: > 0 } connectionString
            ? Task.FromResult(new PostgreSqlServer(connectionString, 0, null))
            : StartOwnAsync(cancellationToken);

    /// <summary>An own server in any case, for tests that kill it.</summary>
    /// <exception cref="ServerUnavailableException">It is not installed or does not start.</exception>
    public static async Task<PostgreSqlServer> StartOwnAsync(CancellationToken cancellationToken = default)
    {
        var binaries = Binaries();
        var own = new OwnServer(Name);
        var port = FreePorts.Next();
        var server = new PostgreSqlServer($"Host=127.0.0.1;Port={port};Username=postgres;Database=postgres", port, own);
        try
        {
            var data = await CreateClusterAsync(own.Directory, binaries);
            var start = AsServerUser([
                Path.Combine(binaries, "postgres"), "-D", data, "-p", port.ToString(CultureInfo.InvariantCulture),
                "-c", "listen_addresses=127.0.0.1", "-c", "unix_socket_directories=", "-c", "max_connections=100"]) with
            {
                // "Fast": rolls back what is open and goes, where SIGTERM would wait for every client to leave.
                StopSignal = ProcessSignal.Interrupt,
                WorkingDirectory = own.Directory.Path,
            };
            await own.StartAsync(start, () => IsReadyAsync(binaries, port), _startTimeout, cancellationToken);
        }
        catch
        {
            await server.DisposeAsync();
            throw;
        }
        return server;
    }

    /// <summary>Kills the postmaster; its workers notice and end, its data stays for <see cref="RestartAsync"/>.</summary>
    public Task Kill9Async() => Own().Kill9Async();

    public Task RestartAsync(CancellationToken cancellationToken = default) => Own().RestartAsync(cancellationToken);

    public Task StopAsync() => Own().StopAsync();

    public async ValueTask DisposeAsync()
    {
        if (_own is not null)
        {
            await _own.DisposeAsync();
        }
    }

    /// <summary>The folder of Debian's newest installed version.</summary>
    internal static string Binaries()
    {
        const string versions = "/usr/lib/postgresql";
        var newest = Directory.Exists(versions)
            ? Directory.EnumerateDirectories(versions).OrderByDescending(path => int.TryParse(Path.GetFileName(path), out var version) ? version : 0).FirstOrDefault()
            : null;
        return Path.GetDirectoryName(InstalledProgram.Find(Name, "postgresql", $"{newest ?? versions}/bin/postgres"))!;
    }

    private OwnServer Own() =>
        _own ?? throw new ServerUnavailableException(Name, "OBS_TEST_POSTGRES names a running server, and this test stops or kills one; unset it");

    private static async Task<string> CreateClusterAsync(TemporaryDirectory directory, string binaries)
    {
        var data = directory.PathOf("data");
        if (Environment.IsPrivilegedProcess)
        {
            var (ownerExit, ownerOutput) = await ChildProcess.RunAsync(new ProgramStart("chown", "postgres:postgres", directory.Path), _startTimeout);
            if (ownerExit != 0)
            {
                throw new ServerUnavailableException(Name, $"its folder could not be given to the user postgres: {ownerOutput}");
            }
        }
        var initdb = AsServerUser([
            Path.Combine(binaries, "initdb"), "-D", data, "-U", "postgres", "-A", "trust", "-E", "UTF8", "--no-locale", "--no-sync"]) with
        { WorkingDirectory = directory.Path };
        var (exitCode, output) = await ChildProcess.RunAsync(initdb, _startTimeout);
        return exitCode == 0 ? data : throw new ServerUnavailableException(Name, $"initdb ended with {exitCode}: {output}");
    }

    /// <summary>setpriv changes the user and then becomes the program, so that the process we know is the server itself.</summary>
    private static ProgramStart AsServerUser(ImmutableArray<string> command) =>
        Environment.IsPrivilegedProcess
            ? new ProgramStart("setpriv", ["--reuid=postgres", "--regid=postgres", "--clear-groups", .. command])
            : new ProgramStart(command[0], command[1..]);

    private static async Task<bool> IsReadyAsync(string binaries, int port)
    {
        var probe = new ProgramStart(
            Path.Combine(binaries, "pg_isready"), "-q", "-h", "127.0.0.1", "-p", port.ToString(CultureInfo.InvariantCulture), "-U", "postgres", "-d", "postgres");
        return (await ChildProcess.RunAsync(probe, _startTimeout)).ExitCode == 0;
    }
}
