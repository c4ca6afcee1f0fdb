using MassTransit;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Observability.Messaging.RabbitMq.Intents;

/// <summary>
/// MassTransit's bus of one side. It is built here and not through MassTransit's registration, which allows one bus a process and reports usage to its makers.
/// </summary>
internal sealed class IntentBus : BackgroundService, IBrokerUser
{
    /// <summary>A frozen peer is noticed after two of them.</summary>
    private static readonly TimeSpan Heartbeat = TimeSpan.FromSeconds(5);

    /// <summary>A start that finds no broker is given up and repeated, because only then it says why.</summary>
    private static readonly TimeSpan StartTimeout = TimeSpan.FromSeconds(20);

    private readonly RabbitMqAddress _address;
    private readonly TimeProvider _time;
    private readonly ILogger<IntentBus> _logger;
    private readonly IBusControl _bus;
    private readonly TaskCompletionSource _started = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public IntentBus(RabbitMqAddress address, TimeProvider time, ILoggerFactory loggers, Action<IRabbitMqBusFactoryConfigurator>? configureEndpoints = null)
    {
        _address = address;
        _time = time;
        _logger = loggers.CreateLogger<IntentBus>();
        LogContext.ConfigureCurrentLogContext(loggers);
        _bus = Bus.Factory.CreateUsingRabbitMq(bus =>
        {
            bus.Host(address.Host, (ushort)address.Port, address.VirtualHost, "obs.intents", host =>
            {
                host.Username(address.User);
                host.Password(address.Password);
                host.Heartbeat(Heartbeat);
                if (address.UseTls)
                {
                    host.UseSsl(tls => tls.ServerName = address.Host);
                }
            });
            IntentTopology.ConfigureMessages(bus);
            configureEndpoints?.Invoke(bus);
        });
    }

    public string? Problem
    {
        get
        {
            var health = _bus.CheckHealth();
            return health.Status == BusHealthStatus.Healthy ? null : health.Exception?.Message ?? health.Description;
        }
    }

    /// <summary>The bus, when it has met the broker for the first time; from then on it reconnects by itself.</summary>
    public async Task<IBus> StartedAsync(CancellationToken cancellationToken)
    {
        await _started.Task.WaitAsync(cancellationToken);
        return _bus;
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var backoff = new Backoff();
        while (!await TryStartAsync(stoppingToken))
        {
            await Task.Delay(backoff.Next(), _time, stoppingToken);
        }
        _started.TrySetResult();
    }

    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        await base.StopAsync(cancellationToken);
        if (_started.Task.IsCompletedSuccessfully)
        {
            await _bus.StopAsync(cancellationToken);
        }
    }

    private async Task<bool> TryStartAsync(CancellationToken stoppingToken)
    {
        using var timeout = new CancellationTokenSource(StartTimeout, _time);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, stoppingToken);
        try
        {
            await _bus.StartAsync(both.Token);
            return true;
        }
        catch (Exception exception) when (exception is RabbitMqConnectionException or OperationCanceledException && !stoppingToken.IsCancellationRequested)
        {
            Log.BusNotStarted(_logger, _address, exception.Message);
            return false;
        }
    }
}
