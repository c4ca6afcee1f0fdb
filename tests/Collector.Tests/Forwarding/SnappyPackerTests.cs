using FsCheck;
using FsCheck.Fluent;
using Observability.Collector.Forwarding;
using Observability.Collector.Receiving.Bodies;

namespace Observability.Collector.Tests.Forwarding;

public sealed class SnappyPackerTests
{
    [Fact]
    public void What_is_packed_is_unpacked_by_our_own_reader_and_by_another_one() =>
        Prop.ForAll<byte[], byte, byte>((content, repeats, step) => IsReadBack([.. Enumerable.Range(0, repeats + 1).SelectMany(round => content.Append((byte)(round * step)))]))
            .QuickCheckThrowOnFailure();

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(59)]
    [InlineData(60)]
    [InlineData(61)]
    [InlineData(256)]
    [InlineData(257)]
    [InlineData(65_536)]
    [InlineData(65_537)]
    [InlineData(16_777_217)]
    public void A_literal_of_every_kind_of_length_is_read_back(int length)
    {
        var content = new byte[length];
        new Random(length).NextBytes(content);
        Assert.True(IsReadBack(content));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2_047)]
    [InlineData(2_048)]
    [InlineData(65_535)]
    [InlineData(65_536)]
    public void A_copy_from_every_kind_of_distance_is_read_back(int distance)
    {
        var pattern = new byte[distance];
        new Random(distance).NextBytes(pattern);
        Assert.True(IsReadBack([.. pattern, .. pattern, .. pattern.Take(7)]));
    }

    [Fact]
    public void Labels_that_are_alike_take_little_room()
    {
        var text = string.Concat(Enumerable.Range(0, 2_000).Select(static number => $"__name__ http_requests_total environment prod instance 10.0.0.{number % 250}:9100 job api path /orders/{number}"));
        var packed = SnappyPacker.Pack(System.Text.Encoding.ASCII.GetBytes(text));
        Assert.InRange(packed.Length, 1, text.Length / 5);
    }

    private static bool IsReadBack(byte[] content)
    {
        var packed = SnappyPacker.Pack(content);
        var (length, elementsAt) = SnappyBlock.ReadLength(packed)!.Value;
        var ours = new byte[length];
        return length == content.Length && SnappyBlock.Decode(packed, elementsAt, ours) is null && ours.AsSpan().SequenceEqual(content)
            && IronSnappy.Snappy.Decode(packed).AsSpan().SequenceEqual(content);
    }
}
