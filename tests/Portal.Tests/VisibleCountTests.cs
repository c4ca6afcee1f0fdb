using Microsoft.Extensions.Logging.Abstractions;
using Observability.Configuration;
using Observability.LogStore;
using Observability.LogStore.Segments;
using Observability.Portal.Api;
using Observability.Query.LogQL;
using Observability.Query.Values;
using Observability.ServiceDefaults.Access;
using Observability.Telemetry;
using Observability.TestKit;

namespace Observability.Portal.Tests;

public sealed class VisibleCountTests
{
    private const long Second = 1_000_000_000;

    [Fact]
    public async Task A_key_counts_only_lines_of_its_environments_and_the_store_does_the_counting()
    {
        await using var store = SegmentLogStore.Open(
            new SimulatedDisk(1), new SegmentStoreOptions { Directory = "/logs" }, new ManualTime(PortalWorld.Now), NullLogger<SegmentLogStore>.Instance);
        await store.AppendAsync([new NamedFrame(new FrameName(1, 1), FrameOf("prod", "prod", "dev", "dev", "dev", ""))], TestContext.Current.CancellationToken);
        var key = new ApiKey { Name = "dev-key", Line = 1, Sha256 = new byte[32], Roles = AccessRoles.Read, Environments = ["dev"] };
        var visible = new VisibleLogs(store, Actor.OfKey(key));

        var counts = await visible.CountAsync(new LogCountQuery(new LogRange(0, 100 * Second), [], ["level"], 60 * Second), TestContext.Current.CancellationToken);
        Assert.Equal([(LabelSet.Of(("level", "info")), 3L)], counts.Counts.Select(count => (count.Group, count.Count)));
        Assert.Equal("{level=\"info\"} 3", await AskAsync("sum by (level) (count_over_time({source=\"dbt\"} [1m]))", visible));
        Assert.Equal("{level=\"info\"} 6", await AskAsync("sum by (level) (count_over_time({source=\"dbt\"} [1m]))", new VisibleLogs(store, Actor.Unsigned)));
        Assert.NotEmpty((await new VisibleLogs(new ListLogSource(), Actor.Unsigned).CountAsync(
            new LogCountQuery(new LogRange(0, Second), [], [], Second), TestContext.Current.CancellationToken)).Refusal);
    }

    [Theory]
    [InlineData("""{app="orders"}""", 2)]
    [InlineData("""{app=~"or.*", source="dbt"}""", 2)]
    [InlineData("""{app!="orders", source="dbt"}""", 2)]
    [InlineData("""{k8s_pod="p-1"}""", 1)]
    [InlineData("""{source="dbt", app=""}""", 1)]
    [InlineData("""{app="orders", environment="prod"}""", 1)]
    [InlineData("""{app="nobody"}""", 0)]
    [InlineData("""{severity_number="9", app="orders"}""", 2)]
    public async Task A_selector_finds_what_a_sender_called_a_label_and_counts_it_alike(string selector, int expected)
    {
        await using var store = SegmentLogStore.Open(
            new SimulatedDisk(1), new SegmentStoreOptions { Directory = "/logs" }, new ManualTime(PortalWorld.Now), NullLogger<SegmentLogStore>.Instance);
        await store.AppendAsync([new NamedFrame(new FrameName(1, 1), AttributedFrame())], TestContext.Current.CancellationToken);
        var logs = new VisibleLogs(store, Actor.Unsigned);
        var matchers = ((Query.LogQL.Syntax.LogSelectorExpression)LogQLParser.Parse(selector)).Matchers;
        var always = new LogRange(0, 100 * Second);

        var lines = await logs.SearchAsync(new LogSearch(always, matchers, []), TestContext.Current.CancellationToken).ToListAsync(TestContext.Current.CancellationToken);
        Assert.Equal(expected, lines.Count);
        Assert.Equal(expected == 0 ? "" : $"{{}} {expected}", await AskAsync($"sum(count_over_time({selector} [1m]))", logs));
        Assert.Equal(lines.Select(static line => line.Stream).Distinct().Count(), (await logs.StreamsAsync(matchers, always, TestContext.Current.CancellationToken)).Count);
        Assert.Equal(
            lines.Select(static line => line.Stream["environment"]).Distinct().Order(StringComparer.Ordinal),
            await logs.LabelValuesAsync("environment", matchers, always, TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task A_key_sees_label_names_of_its_environments_only()
    {
        var secret = ListLogSource.Line(PortalWorld.Now, "a line") with { Stream = LabelSet.Of(("environment", "prod"), ("merger", "acme")) };
        var logs = new ListLogSource(secret, ListLogSource.Line(PortalWorld.Now, "a line", environment: "dev"));
        var key = new ApiKey { Name = "dev-key", Line = 1, Sha256 = new byte[32], Roles = AccessRoles.Read, Environments = ["dev"] };
        var always = new LogRange(0, long.MaxValue);

        Assert.Equal(["environment", "level", "pipeline", "source"], await new VisibleLogs(logs, Actor.OfKey(key)).LabelNamesAsync(always, TestContext.Current.CancellationToken));
        Assert.Contains("merger", await new VisibleLogs(logs, Actor.Unsigned).LabelNamesAsync(always, TestContext.Current.CancellationToken));
    }

    private static async Task<string> AskAsync(string query, VisibleLogs logs)
    {
        var value = await new LogQLEngine(LogQLLimits.Default).QueryMetricInstantAsync(LogQLParser.Parse(query), logs, 60 * Second, TestContext.Current.CancellationToken);
        return string.Join("; ", ((InstantVector)value).Samples.Select(sample => $"{sample.Labels} {sample.Value}"));
    }

    /// <summary>Four lines: app=orders of the resource in prod, app=orders of the line in dev, app=other with a dotted name, and one without.</summary>
    private static byte[] AttributedFrame()
    {
        using var writer = new TelemetryBatchWriter();
        writer.Reset(FrameKind.Telemetry, "prod", "loki", "test", Second);
        Add("prod", "app", "orders", onLine: false);
        Add("dev", "app", "orders", onLine: true);
        Add("dev", "app", "other", onLine: true, ("k8s.pod", "p-1"));
        Add("dev", "job", "orders", onLine: true);
        return writer.Finish().ToArray();

        void Add(string environment, string name, string value, bool onLine, params (string Name, string Value)[] more)
        {
            TextPair Pair(string pairName, string pairValue) => new(writer.Intern(pairName), writer.Intern(pairValue));
            var resource = writer.AddResource([Pair("environment", environment), Pair("source", "dbt")], onLine ? [] : [Pair(name, value)]);
            writer.BeginLog();
            foreach (var attribute in onLine ? more.Append((Name: name, Value: value)) : [])
            {
                writer.AddAttribute(writer.Intern(attribute.Name), System.Text.Encoding.UTF8.GetBytes(attribute.Value));
            }
            writer.EndLog(resource, 30 * Second, 9, "a line"u8, default, default);
        }
    }

    private static byte[] FrameOf(params string[] environments)
    {
        using var writer = new TelemetryBatchWriter();
        writer.Reset(FrameKind.Telemetry, "prod", "dbt", "test", Second);
        foreach (var environment in environments)
        {
            var source = new TextPair(writer.Intern("source"), writer.Intern("dbt"));
            TextPair[] labels = environment.Length == 0 ? [source] : [new TextPair(writer.Intern("environment"), writer.Intern(environment)), source];
            writer.BeginLog();
            writer.EndLog(writer.AddResource(labels, []), 30 * Second, 9, "a line"u8, [], []);
        }
        return writer.Finish().ToArray();
    }
}
