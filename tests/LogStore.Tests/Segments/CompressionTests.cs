using System.Text;
using FsCheck;
using FsCheck.Fluent;
using Observability.LogStore.Segments.Compression;

namespace Observability.LogStore.Tests.Segments;

/// <summary>What a column is packed with, and that it comes back; LZ4 by itself is tested in <see cref="Lz4Tests"/>.</summary>
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
}
