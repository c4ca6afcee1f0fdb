using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Observability.Messaging.RabbitMq.Frames;
using Observability.Messaging.RabbitMq.Intents;

namespace Observability.Messaging.RabbitMq;

/// <summary>
/// The borders between processes, one call for each side of each. The broker's address is the connection string <c>rabbitmq</c>
/// (<c>ConnectionStrings:rabbitmq</c>, <c>amqp[s]://user:password@host:port/vhost</c>). No call needs the broker at start: what waits for it says so in its health check.
/// </summary>
public static class RabbitMqMessagingExtensions
{
    private const string ConnectionName = "rabbitmq";

    /// <summary>Collector: registers <see cref="IFramePublisher"/>.</summary>
    public static IHostApplicationBuilder AddRabbitMqTelemetryPublisher(this IHostApplicationBuilder builder, Action<RabbitMqOptions>? configure = null)
    {
        var (address, options) = Prepare(builder, configure);
        builder.Services.AddSingleton(services => new RabbitMqFramePublisher(
            address, options, services.GetRequiredService<TimeProvider>(), services.GetRequiredService<ILogger<RabbitMqFramePublisher>>()));
        builder.Services.AddSingleton<IFramePublisher>(services => services.GetRequiredService<RabbitMqFramePublisher>());
        AddHealth<RabbitMqFramePublisher>(builder, "rabbitmq-telemetry-publisher", address, "Received telemetry waits in the spool");
        return builder;
    }

    /// <summary>RuleEngine: hands every frame of the stream to the registered <see cref="IFrameConsumer"/>, from its <see cref="IFrameConsumer.NextOffset"/> on.</summary>
    public static IHostApplicationBuilder AddRabbitMqTelemetryConsumer(this IHostApplicationBuilder builder, Action<RabbitMqOptions>? configure = null)
    {
        var (address, options) = Prepare(builder, configure);
        builder.Services.AddSingleton(services => new RabbitMqFrameConsumer(
            services.GetRequiredService<IFrameConsumer>(), address, options, services.GetRequiredService<TimeProvider>(), services.GetRequiredService<ILogger<RabbitMqFrameConsumer>>()));
        builder.Services.AddHostedService(services => services.GetRequiredService<RabbitMqFrameConsumer>());
        AddHealth<RabbitMqFrameConsumer>(builder, "rabbitmq-telemetry-consumer", address, "Rules see no new telemetry");
        return builder;
    }

    /// <summary>RuleEngine: registers <see cref="IIntentPublisher"/>.</summary>
    public static IHostApplicationBuilder AddRabbitMqIntentPublisher(this IHostApplicationBuilder builder)
    {
        var (address, _) = Prepare(builder, configure: null);
        AddBus(builder, Role.Publisher, services => new IntentBus(address, services.GetRequiredService<TimeProvider>(), services.GetRequiredService<ILoggerFactory>()));
        builder.Services.AddSingleton<IIntentPublisher>(services => new RabbitMqIntentPublisher(
            services.GetRequiredKeyedService<IntentBus>(Role.Publisher), address, services.GetRequiredService<TimeProvider>(),
            services.GetRequiredService<ILogger<RabbitMqIntentPublisher>>()));
        AddBusHealth(builder, Role.Publisher, "rabbitmq-intent-publisher", address, "Decided notices wait in the outbox");
        return builder;
    }

    /// <summary>Notifier: hands every intent to the registered <see cref="IIntentConsumer"/>.</summary>
    public static IHostApplicationBuilder AddRabbitMqIntentConsumer(this IHostApplicationBuilder builder)
    {
        var (address, _) = Prepare(builder, configure: null);
        AddBus(builder, Role.Consumer, services =>
        {
            var time = services.GetRequiredService<TimeProvider>();
            var consumer = services.GetRequiredService<IIntentConsumer>();
            return new IntentBus(address, time, services.GetRequiredService<ILoggerFactory>(), bus => IntentEndpoint.Configure(bus, consumer, time));
        });
        AddBusHealth(builder, Role.Consumer, "rabbitmq-intent-consumer", address, "Decided notices do not arrive");
        return builder;
    }

    private static (RabbitMqAddress Address, RabbitMqOptions Options) Prepare(IHostApplicationBuilder builder, Action<RabbitMqOptions>? configure)
    {
        var text = builder.Configuration.GetConnectionString(ConnectionName);
        if (string.IsNullOrWhiteSpace(text))
        {
            throw new InvalidOperationException("ConnectionStrings:rabbitmq is not set; expected amqp://user:password@host:5672 (environment: ConnectionStrings__rabbitmq)");
        }
        var options = new RabbitMqOptions();
        configure?.Invoke(options);
        builder.Services.TryAddSingleton(TimeProvider.System);
        return (RabbitMqAddress.Parse(text), options);
    }

    private static void AddBus(IHostApplicationBuilder builder, Role role, Func<IServiceProvider, IntentBus> create)
    {
        builder.Services.AddKeyedSingleton(role, (services, _) => create(services));
        builder.Services.AddSingleton<IHostedService>(services => services.GetRequiredKeyedService<IntentBus>(role));
    }

    private static void AddBusHealth(IHostApplicationBuilder builder, Role role, string name, RabbitMqAddress address, string whatWaits) =>
        AddHealth(builder, name, services => new BrokerHealthCheck(services.GetRequiredKeyedService<IntentBus>(role), address, whatWaits));

    private static void AddHealth<TUser>(IHostApplicationBuilder builder, string name, RabbitMqAddress address, string whatWaits)
        where TUser : class, IBrokerUser =>
        AddHealth(builder, name, services => new BrokerHealthCheck(services.GetRequiredService<TUser>(), address, whatWaits));

    private static void AddHealth(IHostApplicationBuilder builder, string name, Func<IServiceProvider, IHealthCheck> create) =>
        builder.Services.AddHealthChecks().Add(new HealthCheckRegistration(name, create, failureStatus: null, tags: null));

    private enum Role
    {
        Publisher,
        Consumer,
    }
}
