using System.Text.Json;
using Observability.EndToEnd.Tests.Shapes;
using Observability.TestKit;

namespace Observability.EndToEnd.Tests;

/// <summary>
/// kill -9 under load, part after part. Every acknowledged log batch must be stored, each record once; every acknowledged failure must be told, and no
/// oftener than once plus once for each kill.
/// </summary>
public sealed class KillLoopTests
{
    private const int ShortKills = 10;
    private const int LongKills = 200;

    [Theory]
    [InlineData("standalone")]
    [InlineData("distributed")]
    public async Task Nothing_acknowledged_is_lost_and_repeats_stay_within_the_kills(string shapeName)
    {
        var kills = Environment.GetEnvironmentVariable("OBS_TEST_ALL") == "1" ? LongKills : ShortKills;
        await using var slack = await ScriptedHttpServer.StartAsync();
        using var folder = new TestFolder(slack.Url, smtpPort: null);
        await using var shape = await Shape.StartAsync(shapeName, folder.Path);

        using var load = new KillLoopLoad(shape);
        var running = load.RunAsync();
        for (var kill = 0; kill < kills; kill++)
        {
            await load.WaitForMoreAsync(batches: 5, failures: 1);
            await shape.KillAndRestartAsync(shape.Parts[kill % shape.Parts.Count]);
        }
        await load.WaitForMoreAsync(batches: 5, failures: 1);
        load.Stop();
        await running;

        // 1. Stored: every record of an acknowledged batch, once.
        var expected = load.AcknowledgedBatches.SelectMany(batch => Enumerable.Range(0, KillLoopLoad.RowsPerBatch).Select(row => KillLoopLoad.LineOf(batch, row))).ToHashSet(StringComparer.Ordinal);
        List<string> lines = [];
        await Eventually.TrueAsync(
            async () => expected.IsSubsetOf(lines = await ReadLinesAsync(shape, load.StartedAt)),
            TimeSpan.FromSeconds(60),
            $"all {expected.Count} acknowledged records\n{shape.Output}");
        var twice = lines.GroupBy(line => line, StringComparer.Ordinal).Where(same => same.Count() > 1).Select(same => same.Key).ToList();

        // 2. Told: every acknowledged failure.
        var missing = load.AcknowledgedFailures.ToHashSet(StringComparer.Ordinal);
        await Eventually.TrueAsync(() => { missing.ExceptWith(slack.Requests.SelectMany(PipelinesIn)); return missing.Count == 0; }, TimeSpan.FromSeconds(60),
            $"all {load.AcknowledgedFailures.Count} acknowledged failures told\n{shape.Output}");
        var told = slack.Requests.SelectMany(PipelinesIn).GroupBy(name => name, StringComparer.Ordinal).ToList();
        var repeated = told.Sum(name => name.Count() - 1);

        TestContext.Current.SendDiagnosticMessage(
            "{0}: {1} kills, {2} batches ({3} records) and {4} failures acknowledged, {5} records stored, {6} stored twice, {7} failures told, {8} repeated",
            shapeName, kills, load.AcknowledgedBatches.Count, expected.Count, load.AcknowledgedFailures.Count, lines.Count, twice.Count, told.Count, repeated);
        Assert.Empty(twice);
        Assert.InRange(repeated, 0, kills);
    }

    private static IEnumerable<string> PipelinesIn(RecordedRequest request)
    {
        var start = request.Text.IndexOf(KillLoopLoad.PipelinePrefix, StringComparison.Ordinal);
        if (start >= 0)
        {
            var end = start + KillLoopLoad.PipelinePrefix.Length;
            while (end < request.Text.Length && char.IsAsciiDigit(request.Text[end]))
            {
                end++;
            }
            yield return request.Text[start..end];
        }
    }

    private static async Task<List<string>> ReadLinesAsync(Shape shape, DateTimeOffset since)
    {
        const int page = 1000;
        var lines = new List<string>();
        var start = since.ToUnixTimeMilliseconds() * 1_000_000;
        var end = start + (3_600L * 1_000_000_000);
        for (var pages = 0; pages < 1000; pages++)
        {
            var query = Uri.EscapeDataString("{service_name=\"kill-loop\"}");
            using var response = await shape.Client.GetAsync(new Uri($"/loki/api/v1/query_range?query={query}&start={start}&end={end}&limit={page}&direction=forward", UriKind.Relative));
            if (!response.IsSuccessStatusCode)
            {
                return lines;
            }
            using var answer = JsonDocument.Parse(await response.Content.ReadAsStringAsync());
            var entries = answer.RootElement.GetProperty("data").GetProperty("result").EnumerateArray()
                .SelectMany(stream => stream.GetProperty("values").EnumerateArray())
                .Select(entry => (Time: long.Parse(entry[0].GetString()!, System.Globalization.CultureInfo.InvariantCulture), Line: entry[1].GetString()!))
                .ToList();
            lines.AddRange(entries.Select(entry => entry.Line));
            if (entries.Count < page)
            {
                return lines;
            }
            // Every record of the load has a time of its own, so the next page begins behind the last.
            start = entries.Max(entry => entry.Time) + 1;
        }
        return lines;
    }
}
