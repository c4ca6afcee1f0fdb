using System.Text;
using FsCheck;
using FsCheck.Fluent;
using Observability.LogStore.Segments.Compression;

namespace Observability.LogStore.Tests.Segments;

/// <summary>What is packed comes back, and bytes that nobody packed give an answer and no wild read.</summary>
public sealed class CompressionTests
{
    [Theory]
    [InlineData(ColumnCompression.None)]
    [InlineData(ColumnCompression.Lz4)]
    [InlineData(ColumnCompression.Brotli)]
    internal void A_column_comes_back_as_it_was(ColumnCompression compression)
    {
        // Few different bytes and long repetitions beside noise: every kind of sequence.
        var part = Gen.OneOf(
            Gen.Choose(0, 255).Select(value => (byte)value).ArrayOf(),
            Gen.Choose(1, 700).Zip(Gen.Choose(0, 3)).Select(pair => Enumerable.Repeat((byte)pair.Item2, pair.Item1).ToArray()),
            Gen.Choose(1, 40).Select(count => Encoding.UTF8.GetBytes(string.Concat(Enumerable.Repeat("Loaded 12 rows into fact_orders ", count)))));
        var columns = part.ListOf().Select(parts => parts.SelectMany(bytes => bytes).ToArray()).ToArbitrary();
        using var compressor = new ColumnCompressor(compression);
        Prop.ForAll(columns, column =>
        {
            var packed = compressor.Pack(column, out var used).ToArray();
            var unpacked = new byte[column.Length];
            return ColumnCompressor.TryUnpack(packed, used, unpacked) && unpacked.AsSpan().SequenceEqual(column) && packed.Length <= column.Length;
        }).QuickCheckThrowOnFailure();
    }

    [Fact]
    public void Noise_is_left_as_it_is()
    {
        var noise = new byte[50_000];
        new Random(5).NextBytes(noise);
        using var compressor = new ColumnCompressor(ColumnCompression.Brotli);
        Assert.Equal(noise.Length, compressor.Pack(noise, out var used).Length);
        Assert.Equal(ColumnCompression.None, used);
    }

    [Fact]
    public void Lz4_reads_the_format_as_it_is_documented()
    {
        // Two literals, a copy of six from two back, then five literals: lz4_Block_format.md.
        byte[] packed = [0x22, (byte)'a', (byte)'b', 0x02, 0x00, 0x50, (byte)'h', (byte)'e', (byte)'l', (byte)'l', (byte)'o'];
        var text = new byte[13];
        Assert.True(Lz4.TryDecompress(packed, text));
        Assert.Equal("ababababhello", Encoding.ASCII.GetString(text));
    }

    [Fact]
    public void A_pattern_of_any_length_is_repeated_for_any_length()
    {
        // Copies that read what they have just written; near the end there is no room for whole lanes.
        var random = new Random(12);
        var table = new int[Lz4.TableEntries];
        for (var pattern = 1; pattern <= 40; pattern++)
        {
            for (var length = pattern + 20; length < pattern + 90; length++)
            {
                var first = new byte[pattern];
                random.NextBytes(first);
                var text = Enumerable.Range(0, length).Select(place => first[place % pattern]).Concat(new byte[length % 30]).ToArray();
                var packed = new byte[Lz4.MaximalLength(text.Length)];
                var unpacked = new byte[text.Length];
                Assert.True(Lz4.TryDecompress(packed.AsSpan(0, Lz4.Compress(text, packed, table)), unpacked));
                Assert.Equal(text, unpacked);
            }
        }
    }

    [Fact]
    public void Damaged_bytes_never_read_or_write_outside()
    {
        var random = new Random(11);
        var text = Encoding.UTF8.GetBytes(string.Concat(Enumerable.Range(0, 300).Select(number => $"Loaded {number % 7} rows into fact_{number % 11} ")));
        var packed = new byte[Lz4.MaximalLength(text.Length)];
        packed = packed[..Lz4.Compress(text, packed, new int[Lz4.TableEntries])];
        for (var attempt = 0; attempt < 20_000; attempt++)
        {
            var damaged = packed.AsSpan(0, random.Next(packed.Length + 1)).ToArray();
            for (var flips = random.Next(4); flips > 0 && damaged.Length > 0; flips--)
            {
                damaged[random.Next(damaged.Length)] = (byte)random.Next(256);
            }
            var target = new byte[text.Length];
            // Answers false, or true with some other text: the checksum is what tells those apart.
            if (Lz4.TryDecompress(damaged, target) && damaged.AsSpan().SequenceEqual(packed))
            {
                Assert.Equal(text, target);
            }
        }
    }
}
