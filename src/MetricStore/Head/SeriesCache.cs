using System.Buffers;
using System.Buffers.Binary;
using System.Diagnostics.CodeAnalysis;
using System.Runtime.InteropServices;
using Observability.Telemetry;

namespace Observability.MetricStore.Head;

/// <summary>
/// Recognises a series by the bytes of its labels as a sender writes them, so that the steady path makes no strings and no <see cref="LabelSet"/>.
/// The same series written in another order is another key of the same series. Forgotten as a whole when full: it is only a shortcut.
/// </summary>
internal sealed class SeriesCache(int maximumEntries)
{
    private readonly Dictionary<byte[], MemorySeries> _series = new(new BytesComparer());
    private readonly ArrayBufferWriter<byte> _key = new(512);

    public void Clear() => _series.Clear();

    /// <summary>Reads the labels of the reader's current series into the key that <see cref="TryGet"/> and <see cref="Remember"/> use. Returns the key's length.</summary>
    public int ReadKey(TelemetryFrame frame, ref SeriesRowReader row)
    {
        _key.ResetWrittenCount();
        while (row.MoveNextLabel())
        {
            Write(frame.TextUtf8(row.Label.Name));
            Write(frame.TextUtf8(row.Label.Value));
        }
        return _key.WrittenCount;
    }

    public bool TryGet([NotNullWhen(true)] out MemorySeries? series) =>
        _series.GetAlternateLookup<ReadOnlySpan<byte>>().TryGetValue(_key.WrittenSpan, out series);

    public void Remember(MemorySeries series)
    {
        if (_series.Count >= maximumEntries)
        {
            _series.Clear();
        }
        _series[_key.WrittenSpan.ToArray()] = series;
    }

    // Lengths in front of the texts: ("ab", "c") and ("a", "bc") must differ.
    private void Write(ReadOnlySpan<byte> text)
    {
        BinaryPrimitives.WriteInt32LittleEndian(_key.GetSpan(4), text.Length);
        _key.Advance(4);
        _key.Write(text);
    }

    /// <summary>Seeded per process (HashCode is), so that a sender cannot choose labels that collide.</summary>
    private sealed class BytesComparer : IEqualityComparer<byte[]>, IAlternateEqualityComparer<ReadOnlySpan<byte>, byte[]>
    {
        public bool Equals(byte[]? x, byte[]? y) => x.AsSpan().SequenceEqual(y);

        public bool Equals(ReadOnlySpan<byte> alternate, byte[] other) => alternate.SequenceEqual(other);

        public int GetHashCode(byte[] obj) => GetHashCode(obj.AsSpan());

        public int GetHashCode(ReadOnlySpan<byte> alternate)
        {
            var hash = new HashCode();
            var words = MemoryMarshal.Cast<byte, long>(alternate);
            foreach (var word in words)
            {
                hash.Add(word);
            }
            hash.AddBytes(alternate[(words.Length * sizeof(long))..]);
            return hash.ToHashCode();
        }

        public byte[] Create(ReadOnlySpan<byte> alternate) => alternate.ToArray();
    }
}
