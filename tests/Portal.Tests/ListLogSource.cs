using System.Runtime.CompilerServices;
using Observability.Telemetry;

namespace Observability.Portal.Tests;

/// <summary>A log store over a list.</summary>
internal sealed class ListLogSource(params IReadOnlyList<LogRecord> records) : ILogSource
{
    public static LogRecord Line(DateTimeOffset at, string body, string environment = "prod", string pipeline = "orders_daily", int severity = 9) => new()
    {
        TimeUnixNanoseconds = at.ToUnixTimeMilliseconds() * 1_000_000,
        ReceivedUnixNanoseconds = at.ToUnixTimeMilliseconds() * 1_000_000,
        SeverityNumber = severity,
        Body = body,
        Stream = LabelSet.Of(("environment", environment), ("source", "dbt"), ("pipeline", pipeline), ("level", SeverityText.LevelOf(severity))),
        Attributes = [new Label("run_id", "48211")],
    };

    public async IAsyncEnumerable<LogRecord> SearchAsync(LogSearch search, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await Task.CompletedTask;
        var found = records.Where(record => search.Range.Contains(record.TimeUnixNanoseconds) && search.Stream.All(matcher => matcher.Matches(record.Stream)) && search.Lines.All(line => line.Accepts(record.Body))
            && (search.TraceId.Length == 0 || record.TraceId == search.TraceId));
        foreach (var record in (search.NewestFirst ? found.OrderByDescending(record => record.TimeUnixNanoseconds) : found.OrderBy(record => record.TimeUnixNanoseconds)).Take(search.Limit))
        {
            cancellationToken.ThrowIfCancellationRequested();
            yield return record;
        }
    }

    public Task<IReadOnlyList<string>> LabelNamesAsync(LogRange range, CancellationToken cancellationToken) =>
        Task.FromResult<IReadOnlyList<string>>([.. In(range).SelectMany(record => record.Stream).Select(label => label.Name).Distinct().Order()]);

    public Task<IReadOnlyList<string>> LabelValuesAsync(string name, IReadOnlyList<LabelMatcher> matchers, LogRange range, CancellationToken cancellationToken) =>
        Task.FromResult<IReadOnlyList<string>>([.. In(range).Select(record => record.Stream[name]).Where(value => value.Length > 0).Distinct().Order()]);

    public Task<IReadOnlyList<LabelSet>> StreamsAsync(IReadOnlyList<LabelMatcher> matchers, LogRange range, CancellationToken cancellationToken) =>
        Task.FromResult<IReadOnlyList<LabelSet>>([.. In(range).Select(record => record.Stream).Where(stream => matchers.All(matcher => matcher.Matches(stream))).Distinct()]);

    private IEnumerable<LogRecord> In(LogRange range) => records.Where(record => range.Contains(record.TimeUnixNanoseconds));
}
