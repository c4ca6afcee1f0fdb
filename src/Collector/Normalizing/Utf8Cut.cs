namespace Observability.Collector.Normalizing;

/// <summary>Cuts text to a number of bytes without leaving half a character.</summary>
internal static class Utf8Cut
{
    public static ReadOnlySpan<byte> To(ReadOnlySpan<byte> utf8, int maximumBytes)
    {
        if (utf8.Length <= maximumBytes)
        {
            return utf8;
        }
        var end = maximumBytes;
        while (end > 0 && (utf8[end] & 0xC0) == 0x80)
        {
            end--;
        }
        return utf8[..end];
    }
}
