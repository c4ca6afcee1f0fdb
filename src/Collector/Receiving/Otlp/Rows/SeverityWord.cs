using System.Text;

namespace Observability.Collector.Receiving.Otlp.Rows;

/// <summary>The severity number behind a word, for senders that fill in the text alone. Works on bytes: it runs for every such record.</summary>
internal static class SeverityWord
{
    public static int NumberOf(ReadOnlySpan<byte> utf8)
    {
        if (utf8.Length is 0 or > 11)
        {
            return 0;
        }
        if (Is(utf8, "error"u8) || Is(utf8, "err"u8))
        {
            return 17;
        }
        if (Is(utf8, "warn"u8) || Is(utf8, "warning"u8))
        {
            return 13;
        }
        if (Is(utf8, "info"u8) || Is(utf8, "information"u8) || Is(utf8, "notice"u8))
        {
            return 9;
        }
        if (Is(utf8, "debug"u8))
        {
            return 5;
        }
        if (Is(utf8, "trace"u8))
        {
            return 1;
        }
        return Is(utf8, "fatal"u8) || Is(utf8, "critical"u8) || Is(utf8, "crit"u8) || Is(utf8, "emergency"u8) ? 21 : 0;
    }

    private static bool Is(ReadOnlySpan<byte> utf8, ReadOnlySpan<byte> word) => Ascii.EqualsIgnoreCase(utf8, word);
}
