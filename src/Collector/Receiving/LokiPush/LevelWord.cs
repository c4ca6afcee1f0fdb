using Observability.Collector.Receiving.Otlp.Rows;
using Observability.Telemetry;

namespace Observability.Collector.Receiving.LokiPush;

/// <summary>
/// Finds the severity among labels or metadata: <c>level</c>, else <c>severity</c>, else <c>detected_level</c>, the first whose word is known.
/// </summary>
internal sealed class LevelWord
{
    private int _rank = int.MaxValue;

    /// <summary>OpenTelemetry's severity number; 0 when no word was known.</summary>
    public int Number { get; private set; }

    public void Clear() => (_rank, Number) = (int.MaxValue, 0);

    /// <summary>True when the pair says no more than the label <c>level</c> that the severity becomes; every other spelling is kept beside it.</summary>
    public bool Takes(ReadOnlySpan<byte> name, ReadOnlySpan<byte> word)
    {
        var rank = name.SequenceEqual("level"u8) ? 0 : name.SequenceEqual("severity"u8) ? 1 : name.SequenceEqual("detected_level"u8) ? 2 : int.MaxValue;
        if (rank >= _rank || SeverityWord.NumberOf(word) is not (> 0 and var number))
        {
            return false;
        }
        (_rank, Number) = (rank, number);
        return rank == 0 && IsLevelOf(number, word);
    }

    private static bool IsLevelOf(int number, ReadOnlySpan<byte> word)
    {
        var level = SeverityText.LevelOf(number);
        Span<byte> utf8 = stackalloc byte[16];
        return System.Text.Encoding.UTF8.TryGetBytes(level, utf8, out var length) && word.SequenceEqual(utf8[..length]);
    }
}
