using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Observability.Contracts;
using Observability.Messaging;
using Observability.Messaging.RabbitMq;
using Observability.TestKit;

namespace Observability.Integration.Tests.Messaging;

/// <summary>One side of a border as its service wires it, in a host of its own.</summary>
internal sealed class Side : IAsyncDisposable
{
    private readonly IHost _host;

    private Side(IHost host)
    {
        _host = host;
    }

    public IServiceProvider Services => _host.Services;

    public static Task<Side> TelemetryPublisherAsync(RabbitMqServer broker) =>
        StartAsync(broker, builder => builder.AddRabbitMqTelemetryPublisher(options => options.NewStreamSettlesFor = TimeSpan.Zero));

    public static Task<Side> TelemetryConsumerAsync(RabbitMqServer broker, IFrameConsumer consumer) => StartAsync(broker, builder =>
    {
        builder.Services.AddSingleton(consumer);
        builder.AddRabbitMqTelemetryConsumer();
    });

    public static Task<Side> IntentPublisherAsync(RabbitMqServer broker) => StartAsync(broker, builder => builder.AddRabbitMqIntentPublisher());

    public static Task<Side> IntentConsumerAsync(RabbitMqServer broker, IIntentConsumer consumer) => StartAsync(broker, builder =>
    {
        builder.Services.AddSingleton(consumer);
        builder.AddRabbitMqIntentConsumer();
    });

    public async ValueTask DisposeAsync()
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(20));
        await _host.StopAsync(limit.Token);
        await ((IAsyncDisposable)_host).DisposeAsync();
    }

    private static async Task<Side> StartAsync(RabbitMqServer broker, Action<HostApplicationBuilder> add)
    {
        var builder = Host.CreateEmptyApplicationBuilder(null);
        builder.Configuration["ConnectionStrings:rabbitmq"] = broker.Address.ToString();
        builder.Logging.SetMinimumLevel(LogLevel.Warning);
        add(builder);
        var host = builder.Build();
        await host.StartAsync(TestContext.Current.CancellationToken);
        return new Side(host);
    }
}
