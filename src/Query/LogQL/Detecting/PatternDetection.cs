using System.Buffers;
using System.Text;

namespace Observability.Query.LogQL.Detecting;

/// <summary>A shape that lines have in common, as <c>|&gt;</c> reads it, and how many lines had it in each step of time.</summary>
/// <param name="Pattern">Its words, with <c>&lt;_&gt;</c> for what varies.</param>
/// <param name="Samples">Ascending; the beginning of a step in Unix seconds, and its lines. Steps without lines are left out.</param>
public sealed record DetectedPattern(string Pattern, IReadOnlyList<(long UnixSeconds, long Lines)> Samples)
{
    public long Lines => Samples.Sum(static sample => sample.Lines);
}

/// <summary>
/// Finds the shapes of lines: words that hold a digit are taken for values, everything else for text. That is coarser than a miner that learns which words
/// vary, and has two advantages: the shape of a line never changes with the lines around it, and each shape that is shown finds its lines as a filter.
/// </summary>
/// <param name="stepSeconds">How long a step is.</param>
public sealed class PatternDetection(long stepSeconds)
{
    private const string Anything = "<_>";

    // Angle brackets would be read as the beginning of a capture.
    private static readonly SearchValues<char> s_signsOfAValue = SearchValues.Create("0123456789<>");

    /// <summary>Different shapes counted. More: text without a shape, where no shape says anything; further ones are not looked at.</summary>
    private const int MaximumPatterns = 5_000;

    /// <summary>Words of a line that its shape keeps; the rest is one value. Longer ones say nothing more about what kind of line it is.</summary>
    private const int MaximumWords = 40;

    private readonly Dictionary<string, SortedDictionary<long, long>> _counts = new(StringComparer.Ordinal);

    public void Add(long timeUnixNanoseconds, string line)
    {
        if (line.Length == 0)
        {
            // No pattern of LogQL fits the empty line.
            return;
        }
        var pattern = Of(line);
        if (!_counts.TryGetValue(pattern, out var counts))
        {
            if (_counts.Count == MaximumPatterns)
            {
                return;
            }
            _counts.Add(pattern, counts = []);
        }
        var seconds = timeUnixNanoseconds / 1_000_000_000;
        var step = seconds - (seconds % stepSeconds);
        counts[step] = counts.GetValueOrDefault(step) + 1;
    }

    /// <summary>The most frequent ones first.</summary>
    public IReadOnlyList<DetectedPattern> Most(int count) =>
    [
        .. _counts.Select(static pattern => new DetectedPattern(pattern.Key, [.. pattern.Value.Select(static sample => (sample.Key, sample.Value))]))
            .OrderByDescending(static pattern => pattern.Lines).ThenBy(static pattern => pattern.Pattern, StringComparer.Ordinal).Take(count),
    ];

    internal static string Of(string line)
    {
        var end = line.AsSpan().IndexOfAny('\n', '\r');
        var first = end < 0 ? line : line[..end];
        var pattern = new StringBuilder();
        var words = 0;
        foreach (var word in first.Split(' '))
        {
            if (++words > MaximumWords)
            {
                end = first.Length;
                break;
            }
            pattern.Append(words > 1 ? " " : "").Append(IsValue(word) ? Anything : word);
        }
        if (end >= 0 && !EndsInAnything(pattern))
        {
            pattern.Append(Anything);
        }
        return pattern.Length == 0 ? Anything : pattern.ToString();
    }

    private static bool EndsInAnything(StringBuilder pattern) => pattern.Length >= Anything.Length && pattern.ToString(pattern.Length - Anything.Length, Anything.Length) == Anything;

    private static bool IsValue(string word) => word.AsSpan().ContainsAny(s_signsOfAValue);
}
