using Observability.TestKit;

namespace Observability.EndToEnd.Tests.Shapes;

/// <summary>Collector, RuleEngine, Notifier and Portal as four processes over a real RabbitMQ and a real Elasticsearch, each with its own data folder.</summary>
internal sealed class DistributedShape : Shape
{
    private const string Broker = "rabbitmq";

    private readonly RabbitMqServer _broker;
    private readonly ElasticsearchServer _elasticsearch;
    private readonly Dictionary<string, ProductProcess> _services;
    private readonly TemporaryDirectory _data;

    private DistributedShape(Uri url, RabbitMqServer broker, ElasticsearchServer elasticsearch, Dictionary<string, ProductProcess> services, TemporaryDirectory data)
        : base(url)
    {
        _broker = broker;
        _elasticsearch = elasticsearch;
        _services = services;
        _data = data;
    }

    public override IReadOnlyList<string> Parts => [.. _services.Keys, Broker];

    public override string Output => string.Join('\n', _services.Select(service => $"--- {service.Key}\n{service.Value.Output}"));

    public static async Task<DistributedShape> StartAsync(string configuration)
    {
        var broker = await RabbitMqServer.StartOwnAsync().OrSkipAsync();
        var elasticsearch = await ElasticsearchServer.StartOwnAsync().OrSkipAsync();
        var data = new TemporaryDirectory("distributed");
        var addresses = new Dictionary<string, Uri>(StringComparer.Ordinal);
        foreach (var name in (string[])["collector", "rule-engine", "notifier", "portal"])
        {
            addresses[name] = new Uri($"http://127.0.0.1:{FreePorts.Next()}");
        }

        ProductStart Start(string name, string project)
        {
            var start = new ProductStart(project, new Uri(addresses[name], "/alive"), "--config", configuration, "--data", data.PathOf(name))
                .With("ASPNETCORE_URLS", addresses[name].ToString().TrimEnd('/'))
                .With("ConnectionStrings__rabbitmq", broker.Address.ToString())
                .With("ConnectionStrings__elasticsearch", elasticsearch.Url.ToString());
            return addresses.Aggregate(start, (sofar, address) => sofar.With($"services__{address.Key}__http__0", address.Value.ToString().TrimEnd('/')));
        }

        var services = new Dictionary<string, ProductProcess>(StringComparer.Ordinal);
        foreach (var (name, project) in ((string, string)[])[("rule-engine", "RuleEngine"), ("notifier", "Notifier"), ("collector", "Collector"), ("portal", "Portal")])
        {
            services[name] = await ProductProcess.StartAsync(Start(name, project));
        }
        // A broker killed within seconds of the first declaration forgets the stream: that is the broker's, and not what these tests are about.
        await broker.WaitUntilStreamsSurviveKillAsync();
        return new DistributedShape(addresses["portal"], broker, elasticsearch, services, data);
    }

    public override async Task KillAndRestartAsync(string part)
    {
        if (part == Broker)
        {
            await _broker.Kill9Async();
            await _broker.RestartAsync();
            return;
        }
        await _services[part].Kill9Async();
        await _services[part].RestartAsync();
    }

    public override async ValueTask DisposeAsync()
    {
        await base.DisposeAsync();
        foreach (var service in _services.Values)
        {
            await service.DisposeAsync();
        }
        await _elasticsearch.DisposeAsync();
        await _broker.DisposeAsync();
        _data.Dispose();
    }
}
