using System.Text.Json.Serialization;
using Observability.Telemetry;

namespace Observability.RuleEngine.Runs;

/// <summary>
/// Which of two reports about the same thing holds: finished beats running beats queued, then the later by the sender's clock, then, for reports that
/// differ in nothing else, a hash of their content. A total order, so that folding reports ends the same whatever order they came in.
/// </summary>
[method: JsonConstructor]
internal readonly record struct ReportOrder(int Rank, long TimeMilliseconds, ulong Tie) : IComparable<ReportOrder>
{
    public static ReportOrder Of(RunStatus status, long timeMilliseconds, ulong tie) =>
        new(status switch { RunStatus.Queued => 1, RunStatus.Running => 2, _ => 3 }, timeMilliseconds, tie);

    public int CompareTo(ReportOrder other)
    {
        var byRank = Rank.CompareTo(other.Rank);
        var byTime = byRank != 0 ? byRank : TimeMilliseconds.CompareTo(other.TimeMilliseconds);
        return byTime != 0 ? byTime : Tie.CompareTo(other.Tie);
    }
}

/// <summary>A value that keeps what the highest report said; a report that says nothing about it leaves it alone.</summary>
[method: JsonConstructor]
internal readonly record struct Latest<T>(ReportOrder Order, T? Value)
{
    public Latest<T> With(ReportOrder order, T value) => order.CompareTo(Order) > 0 ? new Latest<T>(order, value) : this;
}

internal static class LatestText
{
    /// <summary>Empty means "not said". Longer texts are cut to <paramref name="maximumLength"/> characters with an ellipsis.</summary>
    public static Latest<string> WithText(this Latest<string> current, ReportOrder order, string text, int maximumLength) =>
        text.Length == 0 ? current : current.With(order, Cut(text, maximumLength));

    public static Latest<T?> WithKnown<T>(this Latest<T?> current, ReportOrder order, T? value)
        where T : struct => value is null ? current : current.With(order, value);

    public static string Cut(string text, int maximumLength) => text.Length <= maximumLength ? text : string.Concat(text.AsSpan(0, maximumLength - 1), "…");
}
