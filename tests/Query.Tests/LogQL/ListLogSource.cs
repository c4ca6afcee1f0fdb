using System.Runtime.CompilerServices;
using Observability.Telemetry;

namespace Observability.Query.Tests.LogQL;

/// <summary>A log store over a list: applies searches exactly, and remembers them and how far its answers were read.</summary>
internal sealed class ListLogSource(params IReadOnlyList<LogRecord> records) : ILogSource
{
    public List<LogSearch> Searches { get; } = [];

    public int RecordsGiven { get; private set; }

    public async IAsyncEnumerable<LogRecord> SearchAsync(LogSearch search, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await Task.CompletedTask;
        Searches.Add(search);
        var found = records
            .Where(record => search.Range.Contains(record.TimeUnixNanoseconds))
            .Where(record => search.Stream.All(matcher => matcher.Matches(record.Stream)))
            .Where(record => search.Lines.All(filter => filter.Accepts(record.Body)));
        found = search.NewestFirst ? found.OrderByDescending(Time) : found.OrderBy(Time);
        foreach (var record in found.Take(search.Limit))
        {
            cancellationToken.ThrowIfCancellationRequested();
            RecordsGiven++;
            yield return record;
        }
    }

    public Task<IReadOnlyList<string>> LabelNamesAsync(LogRange range, CancellationToken cancellationToken) =>
        Task.FromResult<IReadOnlyList<string>>([.. records.SelectMany(static record => record.Stream).Select(static label => label.Name).Distinct().Order(StringComparer.Ordinal)]);

    public Task<IReadOnlyList<string>> LabelValuesAsync(string name, IReadOnlyList<LabelMatcher> matchers, LogRange range, CancellationToken cancellationToken) =>
        Task.FromResult<IReadOnlyList<string>>([.. records.Select(record => record.Stream[name]).Distinct().Order(StringComparer.Ordinal)]);

    public Task<IReadOnlyList<LabelSet>> StreamsAsync(IReadOnlyList<LabelMatcher> matchers, LogRange range, CancellationToken cancellationToken) =>
        Task.FromResult<IReadOnlyList<LabelSet>>([.. records.Select(static record => record.Stream).Distinct()]);

    private static long Time(LogRecord record) => record.TimeUnixNanoseconds;
}

/// <summary>Short ways to write records; times are seconds after the Unix epoch.</summary>
internal static class Records
{
    public const long Second = 1_000_000_000;

    public static LogRecord At(double seconds, string body, params (string Name, string Value)[] stream) => new()
    {
        TimeUnixNanoseconds = (long)(seconds * Second),
        ReceivedUnixNanoseconds = (long)(seconds * Second),
        Body = body,
        Stream = LabelSet.Of(stream.Length == 0 ? [("app", "a")] : stream),
    };

    public static LogRecord With(this LogRecord record, params (string Name, string Value)[] attributes) =>
        record with { Attributes = [.. attributes.Select(static attribute => new Label(attribute.Name, attribute.Value))] };
}
