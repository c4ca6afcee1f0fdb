using System.Globalization;
using System.Text;

namespace Observability.TestKit;

/// <summary>
/// A RabbitMQ node of our own with its own name server (epmd) and data folder, everything on 127.0.0.1; or, when <c>OBS_TEST_RABBITMQ</c>
/// holds an AMQP address, that broker, which is then neither stopped nor emptied.
/// No plugin is enabled: stream queues declared over AMQP 0.9.1 need none.
/// </summary>
public sealed class RabbitMqServer : IAsyncDisposable
{
    private const string Name = "rabbitmq";

    /// <summary>2.5 s on an idle machine, 2.8-6.5 s after a crash with data; the rest is room for a machine that builds at the same time.</summary>
    private static readonly TimeSpan _startTimeout = TimeSpan.FromSeconds(90);

    private readonly OwnServer? _own;
    private readonly ChildProcess? _nameServer;

    private RabbitMqServer(Uri address, OwnServer? own = null, ChildProcess? nameServer = null)
    {
        Address = address;
        _own = own;
        _nameServer = nameServer;
    }

    /// <summary><c>amqp://guest:guest@127.0.0.1:port</c></summary>
    public Uri Address { get; }

    public int Port => Address.Port > 0 ? Address.Port : 5672;

    /// <summary>The broker that <c>OBS_TEST_RABBITMQ</c> names, else an own one.</summary>
    /// <exception cref="ServerUnavailableException">It is not installed or does not start.</exception>
    public static Task<RabbitMqServer> StartAsync(CancellationToken cancellationToken = default) =>
        Environment.GetEnvironmentVariable("OBS_TEST_RABBITMQ") is { Length: > 0 } address
            ? Task.FromResult(new RabbitMqServer(new Uri(address)))
            : StartOwnAsync(cancellationToken);

    /// <summary>An own broker in any case, for tests that kill it.</summary>
    /// <exception cref="ServerUnavailableException">It is not installed or does not start.</exception>
    public static async Task<RabbitMqServer> StartOwnAsync(CancellationToken cancellationToken = default)
    {
        // The scripts in /usr/sbin change the user and lose the environment; this one does not.
        var program = InstalledProgram.Find(Name, "rabbitmq-server", "/usr/lib/rabbitmq/bin/rabbitmq-server");
        var epmd = InstalledProgram.Find(Name, "erlang-base", "/usr/bin/epmd");
        var own = new OwnServer(Name);
        var port = FreePorts.Next();
        var nameServerPort = FreePorts.Next();
        // Started here and in the foreground: the one that a broker starts itself is a daemon that outlives it.
        var nameServer = ChildProcess.Start(new ProgramStart(epmd, "-port", Text(nameServerPort), "-address", "127.0.0.1"));
        var server = new RabbitMqServer(new Uri($"amqp://guest:guest@127.0.0.1:{port}"), own, nameServer);
        try
        {
            var start = StartOf(program, own.Directory, port, nameServerPort);
            await own.StartAsync(start, () => ServerProbe.AnswersAsync(port, ProtocolHeader, IsConnectionStart), _startTimeout, cancellationToken);
        }
        catch
        {
            await server.DisposeAsync();
            throw;
        }
        return server;
    }

    /// <summary>
    /// Waits until the broker's register of Raft members is on disk. RabbitMQ 3.10 writes it seconds after the first stream of a node was declared,
    /// although it has confirmed messages of that stream by then: a kill in between makes the stream unreachable for ever
    /// ("home node ... is down or inaccessible"). Streams declared later are not affected.
    /// </summary>
    public Task WaitUntilStreamsSurviveKillAsync()
    {
        var node = NodeName(Port);
        var register = Own().Directory.PathOf($"mnesia/{node}/coordination/{node}/names.dets");
        return Eventually.TrueAsync(
            () => File.Exists(register) && File.ReadAllBytes(register).AsSpan().IndexOf("rabbit_stream_coordinator"u8) >= 0,
            _startTimeout,
            "the stream coordinator's registration is on disk");
    }

    /// <summary>Kills the broker; its data stays for <see cref="RestartAsync"/>.</summary>
    public Task Kill9Async() => Own().Kill9Async();

    /// <summary>Starts it again on the same port and data, after a kill or, if it still runs, after a clean stop.</summary>
    public Task RestartAsync(CancellationToken cancellationToken = default) => Own().RestartAsync(cancellationToken);

    public Task StopAsync() => Own().StopAsync();

    public async ValueTask DisposeAsync()
    {
        if (_own is not null)
        {
            await _own.DisposeAsync();
        }
        if (_nameServer is not null)
        {
            await _nameServer.DisposeAsync();
        }
    }

    /// <summary>AMQP 0-9-1, section 4.2.2: what a client sends first.</summary>
    internal static ReadOnlyMemory<byte> ProtocolHeader { get; } = "AMQP\0\0\u0009\u0001"u8.ToArray();

    /// <summary>The answer of a broker that accepts clients: a method frame (type 1, channel 0) with class 10, method 10, connection.start.</summary>
    internal static bool IsConnectionStart(byte[] answer) =>
        answer.Length >= 11 && answer[0] == 1 && answer.AsSpan(1, 2).SequenceEqual<byte>([0, 0]) && answer.AsSpan(7, 4).SequenceEqual<byte>([0, 10, 0, 10]);

    private OwnServer Own() =>
        _own ?? throw new ServerUnavailableException(Name, "OBS_TEST_RABBITMQ names a running broker, and this test stops or kills one; unset it");

    private static ProgramStart StartOf(string program, TemporaryDirectory directory, int port, int nameServerPort)
    {
        const string loopback = "-kernel inet_dist_use_interface {127,0,0,1}";
        var configuration = new StringBuilder()
            .Append(CultureInfo.InvariantCulture, $"listeners.tcp.1 = 127.0.0.1:{port}\n")
            // Tests run beside builds and other tests: alarms over the machine's disk and memory would only stop publishers.
            .Append("disk_free_limit.absolute = 50MB\n");
        return new ProgramStart(program)
            // Makes the script replace itself by the Erlang machine, so that the process we know is the broker.
            .With("RUNNING_UNDER_SYSTEMD", "true")
            .With("HOME", directory.Path)
            .With("LANG", "C.UTF-8")
            .With("RABBITMQ_NODENAME", NodeName(port))
            .With("RABBITMQ_NODE_IP_ADDRESS", "127.0.0.1")
            .With("RABBITMQ_NODE_PORT", Text(port))
            .With("RABBITMQ_DIST_PORT", Text(FreePorts.Next()))
            .With("RABBITMQ_MNESIA_BASE", directory.PathOf("mnesia"))
            .With("RABBITMQ_LOG_BASE", directory.PathOf("log"))
            .With("RABBITMQ_LOGS", "-")
            .With("RABBITMQ_CONFIG_FILE", directory.Write("rabbitmq.conf", configuration.ToString()))
            .With("RABBITMQ_ADVANCED_CONFIG_FILE", directory.PathOf("advanced.config"))
            .With("RABBITMQ_CONF_ENV_FILE", directory.Write("rabbitmq-env.conf", ""))
            .With("RABBITMQ_ENABLED_PLUGINS_FILE", directory.Write("enabled_plugins", "[].\n"))
            .With("RABBITMQ_PID_FILE", directory.PathOf("pid"))
            .With("RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS", loopback)
            .With("ERL_EPMD_ADDRESS", "127.0.0.1")
            .With("ERL_EPMD_PORT", Text(nameServerPort));
    }

    private static string NodeName(int port) => $"test{port}@localhost";

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);
}
