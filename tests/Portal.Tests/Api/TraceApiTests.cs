using System.Globalization;
using System.Net;
using System.Text.Json;
using Observability.Telemetry;

namespace Observability.Portal.Tests.Api;

public sealed class TraceApiTests
{
    private const string TraceId = "0ac7495a46c2b529c02c6318a6b2f640";
    private const long Second = 1_000_000_000;

    private static readonly long s_start = PortalWorld.Now.AddMinutes(-30).ToUnixTimeSeconds() * Second;

    [Fact]
    public async Task The_spans_of_a_trace_come_with_the_stage_that_took_longest_by_itself()
    {
        await using var portal = await PortalWorld.StartAsync(new Dictionary<string, TestKit.HttpReply>(),
            Span("root", "", "run orders_daily", 0, 10),
            Span("load", "root", "load_orders", 1, 7),
            // Side by side inside load_orders: together they cover 2 s to 6 s, so 2 of its 6 s are its own.
            Span("read", "load", "read s3", 2, 5, service: "reader"),
            Span("read2", "load", "read s3 again", 3, 6),
            Happened("load", "exception", 6),
            Span("other", "", "of another trace", 0, 100) with { TraceId = new string('f', 32) });
        var answer = await ReadAsync(portal, TraceId);
        Assert.Equal(["run orders_daily", "load_orders", "read s3", "read s3 again"], answer.GetProperty("spans").EnumerateArray().Select(span => span.GetProperty("name").GetString()));
        Assert.Equal([4m, 2m, 3m, 3m], answer.GetProperty("spans").EnumerateArray().Select(span => span.GetProperty("own_seconds").GetDecimal()));
        Assert.Equal((10m, false, "2026-11-21T03:01:00.000000000Z"),
            (answer.GetProperty("duration_seconds").GetDecimal(), answer.GetProperty("cut").GetBoolean(), answer.GetProperty("start").GetString()));
        var longest = answer.GetProperty("longest_stage");
        Assert.Equal(("run orders_daily", 4m, 0.4m), (longest.GetProperty("name").GetString(), longest.GetProperty("own_seconds").GetDecimal(), longest.GetProperty("share").GetDecimal()));
        var load = answer.GetProperty("spans")[1];
        Assert.Equal("exception", load.GetProperty("events")[0].GetProperty("name").GetString());
        Assert.Equal(("error", "disk full", "prod"),
            (load.GetProperty("status").GetString(), load.GetProperty("status_message").GetString(), load.GetProperty("labels").GetProperty("environment").GetString()));
        Assert.Equal("7", load.GetProperty("attributes").GetProperty("rows").GetString());
        Assert.False(load.GetProperty("attributes").TryGetProperty(SpanAttributes.Duration, out _));
    }

    [Fact]
    public async Task A_span_that_was_sent_twice_counts_once_and_a_child_that_outlives_its_parent_takes_no_more_than_there_is()
    {
        await using var portal = await PortalWorld.StartAsync(new Dictionary<string, TestKit.HttpReply>(),
            Span("root", "", "root", 0, 10), Span("root", "", "root", 0, 10), Span("late", "root", "late", 5, 30), Span("early", "root", "early", -5, 2));
        var spans = (await ReadAsync(portal, TraceId.ToUpperInvariant())).GetProperty("spans").EnumerateArray().ToList();
        Assert.Equal(["early", "root", "late"], spans.Select(span => span.GetProperty("name").GetString()));
        Assert.Equal(3m, spans[1].GetProperty("own_seconds").GetDecimal());
    }

    [Theory]
    [InlineData("ffffffffffffffffffffffffffffffff", HttpStatusCode.NotFound, "no span of trace")]
    [InlineData("0ac7", HttpStatusCode.BadRequest, "expected 32 hexadecimal digits")]
    [InlineData(TraceId + "?since=1m", HttpStatusCode.NotFound, "no span of trace")]
    [InlineData(TraceId + "?since=soon", HttpStatusCode.BadRequest, "expected a duration")]
    public async Task What_is_not_there_or_no_identity_is_said(string path, HttpStatusCode expected, string reason)
    {
        await using var portal = await PortalWorld.StartAsync(new Dictionary<string, TestKit.HttpReply>(), Span("root", "", "root", 0, 10));
        using var response = await portal.Client.GetAsync(new Uri("api/v1/traces/" + path, UriKind.Relative), TestContext.Current.CancellationToken);
        Assert.Equal(expected, response.StatusCode);
        Assert.Contains(reason, await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken), StringComparison.Ordinal);
    }

    private static async Task<JsonElement> ReadAsync(PortalWorld portal, string id)
    {
        using var answer = JsonDocument.Parse(await portal.Client.GetStringAsync(new Uri($"api/v1/traces/{id}", UriKind.Relative), TestContext.Current.CancellationToken));
        return answer.RootElement.Clone();
    }

    private static LogRecord Span(string id, string parent, string name, int from, int to, string service = "orders") => Row(id, name, from, service) with
    {
        Attributes =
        [
            new(SpanAttributes.Duration, ((to - from) * Second).ToString(CultureInfo.InvariantCulture)),
            new("rows", "7"),
            new(SpanAttributes.ParentId, parent),
            new(SpanAttributes.Status, "error"),
            new(SpanAttributes.StatusMessage, "disk full"),
        ],
    };

    private static LogRecord Happened(string span, string name, int at) => Row(span, name, at, "orders");

    private static LogRecord Row(string id, string body, int at, string service) => new()
    {
        TimeUnixNanoseconds = s_start + (at * Second),
        ReceivedUnixNanoseconds = s_start,
        Body = body,
        TraceId = TraceId,
        SpanId = id,
        Stream = LabelSet.Of(("environment", "prod"), ("source", SpanAttributes.Source), ("service_name", service)),
    };
}
