using System.Globalization;
using Microsoft.Extensions.Logging.Abstractions;
using Observability.LogStore.Elasticsearch;
using Observability.TestKit;

namespace Observability.LogStore.Tests.Elasticsearch;

/// <summary>One node for all tests of the class.</summary>
public sealed class ElasticsearchNode : IAsyncLifetime
{
    public ElasticsearchServer? Server { get; private set; }

    /// <summary>Why there is none.</summary>
    public string Missing { get; private set; } = "";

    public HttpClient Http { get; } = new();

    public async ValueTask InitializeAsync()
    {
        try
        {
            Server = await ElasticsearchServer.StartAsync();
        }
        catch (ServerUnavailableException exception)
        {
            Missing = exception.Message;
        }
    }

    public async ValueTask DisposeAsync()
    {
        Http.Dispose();
        if (Server is not null)
        {
            await Server.DisposeAsync();
        }
    }
}

/// <summary>The contract on a real node.</summary>
public sealed class ElasticsearchLogStoreContractTests(ElasticsearchNode node) : LogStoreContract, IClassFixture<ElasticsearchNode>
{
    private static int s_tests;

    /// <summary>The node may be somebody's and outlive the tests: each test has names of its own.</summary>
    private readonly string _prefix = string.Create(CultureInfo.InvariantCulture, $"logs-obstest-{Environment.ProcessId}-{Interlocked.Increment(ref s_tests)}-");

    protected override Task<ILogStore> OpenAsync()
    {
        if (node.Server is null)
        {
            Assert.Skip(node.Missing);
        }
        return Task.FromResult<ILogStore>(new ElasticsearchLogStore(
            node.Http,
            new ElasticsearchStoreOptions { Address = ElasticsearchAddress.Parse(node.Server.Url.ToString()), DataStreamPrefix = _prefix },
            NullLogger<ElasticsearchLogStore>.Instance));
    }

    private protected override Task SettleAsync(ILogStore store) => Task.CompletedTask;
}
