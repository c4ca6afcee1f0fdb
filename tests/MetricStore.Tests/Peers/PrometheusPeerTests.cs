using Observability.MetricStore.Tests.Blocks;
using Observability.TestKit;

namespace Observability.MetricStore.Tests.Peers;

/// <summary>Generated queries over the same samples, here and in Debian's Prometheus 2.42, get the same answers.</summary>
public sealed class PrometheusPeerTests
{
    private const int Queries = 600;

    /// <summary>What Prometheus 3 changed and we follow; the generator writes nothing of the kind, so that every other difference is a fault.</summary>
    private static readonly (string Query, string Reason)[] KnownDifferences =
    [
        ("count_over_time(sum(up)[5m:3s])", "2 counts in a point on the left edge of a range"),
        ("increase(requests_total[1h] @ 1794999303)", "2 extrapolates a counter that begins inside the range further towards zero"),
    ];

    /// <summary>The first time that is asked for; 3 s behind a multiple of 15 s, as every other one.</summary>
    private static readonly long First = Store.Start + (60 * 60_000) + 3_000;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Generated_queries_get_the_answers_of_Prometheus()
    {
        var samples = new PeerSamples(seed: 11);
        await using var peer = await PrometheusServer.StartAsync("global: {}\n", samples: samples.OpenMetrics(), cancellationToken: Cancellation).OrSkipAsync();
        using var store = samples.Load();
        using var http = new HttpClient();
        var random = new Random(5);
        var generator = new QueryGenerator(seed: 3);
        var asked = new HashSet<string>(StringComparer.Ordinal);
        var (answered, differences) = (0, new List<string>());
        while (asked.Count < Queries)
        {
            var query = generator.Next();
            if (!asked.Add(query))
            {
                continue;
            }
            var start = First + (random.Next(120) * 15_000);
            var (end, step) = random.Next(2) == 0 ? (start, 0) : (start + 1_800_000, random.Next(2) == 0 ? 15_000 : 60_000);
            var theirs = await PeerAnswer.TheirsAsync(query, http, peer.Url, start, end, step, Cancellation);
            answered += theirs.Points.Count > 0 ? 1 : 0;
            if (PeerAnswer.Difference(PeerAnswer.Ours(query, store, start, end, step), theirs) is { } difference)
            {
                differences.Add($"{query}   [{start - Store.Start} to {end - Store.Start} by {step}]\n    {difference}");
            }
        }
        Assert.True(differences.Count == 0, $"{differences.Count} of {Queries} differ:\n{string.Join('\n', differences)}");
        // Queries that select nothing would all be equal.
        Assert.InRange(answered, Queries * 3 / 4, Queries);
        foreach (var (query, reason) in KnownDifferences)
        {
            var theirs = await PeerAnswer.TheirsAsync(query, http, peer.Url, First, First, 0, Cancellation);
            Assert.True(PeerAnswer.Difference(PeerAnswer.Ours(query, store, First, First, 0), theirs) is not null, $"{query} no longer differs, though: {reason}");
        }
    }
}
