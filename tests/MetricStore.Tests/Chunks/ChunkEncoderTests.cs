using FsCheck;
using FsCheck.Fluent;
using Observability.MetricStore.Chunks;
using Observability.Telemetry;

namespace Observability.MetricStore.Tests.Chunks;

public sealed class ChunkEncoderTests
{
    [Fact]
    public void Every_sample_comes_back_bit_by_bit() =>
        Prop.ForAll<int>(static seed =>
        {
            var random = new Random(seed);
            var (timestamps, values) = Samples(random, 1 + random.Next(SampleChunk.MaximumSamples));
            var chunk = default(ChunkEncoder).Pack(timestamps, values);
            return SameSamples(chunk.Bytes, timestamps, values) && chunk.Last == timestamps[^1] && chunk.First == timestamps[0];
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(2_000));

    [Fact]
    public void A_stored_chunk_is_read_from_its_packed_bytes_alone() =>
        Prop.ForAll<int>(static seed =>
        {
            var random = new Random(seed);
            var (timestamps, values) = Samples(random, 1 + random.Next(SampleChunk.MaximumSamples));
            var chunk = default(ChunkEncoder).Pack(timestamps, values);
            // What follows a chunk in a file is another one: no bit of it may leak in.
            var bytes = new byte[chunk.Packed.Length + SampleChunk.PaddingBytes];
            random.NextBytes(bytes);
            chunk.Packed.CopyTo(bytes);
            return SameSamples(bytes, timestamps, values);
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(500));

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(-1)]
    [InlineData((1 << 13) - 1)]
    [InlineData(1 << 13)]
    [InlineData(-(1 << 13))]
    [InlineData((1 << 16) - 1)]
    [InlineData(-(1 << 16))]
    [InlineData(1 << 16)]
    [InlineData((1 << 19) - 1)]
    [InlineData(-(1 << 19))]
    [InlineData(1 << 19)]
    [InlineData(-(1 << 19) - 1)]
    public void A_change_of_the_interval_at_the_edge_of_a_width_is_kept(int change)
    {
        long[] timestamps = [1_000_000, 2_000_000, 3_000_000 + change, 4_000_000 + (2 * change)];
        Assert.True(SameSamples(default(ChunkEncoder).Pack(timestamps, [1, 2, 3, 4]).Bytes, timestamps, [1, 2, 3, 4]));
    }

    [Fact]
    public void A_regular_series_that_rests_costs_two_bits_a_sample()
    {
        var timestamps = Enumerable.Range(0, 128).Select(static i => 1_795_000_000_000 + (i * 15_000L)).ToArray();
        var packed = default(ChunkEncoder).Pack(timestamps, Enumerable.Repeat(42.0, 128).ToArray()).Packed.Length;
        Assert.InRange(packed, 1, 16 + 4 + (128 * 2 / 8));
    }

    /// <summary>The form is on disk. These bytes were made by hand from its description, not by the encoder.</summary>
    [Fact]
    public void The_form_of_a_chunk_never_changes()
    {
        var chunk = default(ChunkEncoder).Pack([1_795_000_000_000, 1_795_000_015_000, 1_795_000_030_000, 1_795_000_045_010], [1, 1, 2.5, StalenessMarker.Value]);
        Assert.Equal("000001A1EE565E003FF0000000000000C3A983099FFD800AC5E7FE80000000000040", Convert.ToHexString(chunk.Packed));
    }

    private static bool SameSamples(ReadOnlySpan<byte> bytes, long[] timestamps, double[] values)
    {
        var foundTimes = new long[timestamps.Length];
        var foundValues = new double[timestamps.Length];
        ChunkDecoder.Decode(bytes, timestamps.Length, foundTimes, foundValues);
        return foundTimes.AsSpan().SequenceEqual(timestamps) && foundValues.Select(BitConverter.DoubleToInt64Bits).SequenceEqual(values.Select(BitConverter.DoubleToInt64Bits));
    }

    /// <summary>Regular and irregular stamps up to the ends of their range; counters, resting values, fractions, random bits and markers.</summary>
    private static (long[] Timestamps, double[] Values) Samples(Random random, int count)
    {
        var timestamps = new long[count];
        var values = new double[count];
        var time = random.Next(10) == 0 ? random.NextInt64(long.MinValue / 4, 0) : random.NextInt64(0, 1L << 45);
        var value = (double)random.Next(1000);
        var (timeShape, valueShape) = (random.Next(4), random.Next(6));
        for (var i = 0; i < count; i++)
        {
            time += timeShape switch { 0 => 15_000, 1 => 15_000 + random.Next(-20, 20), 2 => 1 + random.Next(1 << random.Next(1, 30)), _ => 1 + random.NextInt64(1L << random.Next(1, 54)) };
            value = valueShape switch
            {
                0 => value,
                1 => value + random.Next(100),
                2 => random.NextDouble(),
                3 => BitConverter.Int64BitsToDouble(random.NextInt64(long.MinValue, long.MaxValue)),
                4 => random.Next(4) == 0 ? StalenessMarker.Value : value + 0.1,
                _ => random.Next(3) switch { 0 => double.NaN, 1 => double.NegativeInfinity, _ => -0.0 },
            };
            (timestamps[i], values[i]) = (time, value);
        }
        return (timestamps, values);
    }
}
