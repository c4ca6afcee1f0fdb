using FsCheck;
using FsCheck.Fluent;
using Observability.Collector.Receiving.Bodies;
using Snappy = IronSnappy.Snappy;

namespace Observability.Collector.Tests.Receiving.Bodies;

public sealed class SnappyBlockTests
{
    [Fact]
    public void What_another_implementation_packs_is_unpacked() =>
        Prop.ForAll<byte[], byte>((content, repeats) =>
        {
            var text = Repeated(content, repeats);
            return Decode(Snappy.Encode(text), out var decoded) is null && decoded.AsSpan().SequenceEqual(text);
        }).QuickCheckThrowOnFailure();

    [Theory]
    [InlineData(1)]
    [InlineData(65_535)]
    [InlineData(65_537)]
    [InlineData(1_000_000)]
    public void Content_of_several_windows_is_unpacked(int length)
    {
        var text = new byte[length];
        var random = new Random(length);
        for (var i = 0; i < length; i++)
        {
            text[i] = (byte)(random.Next(40) == 0 ? random.Next(256) : i % 7);
        }
        Assert.Null(Decode(Snappy.Encode(text), out var decoded));
        Assert.Equal(text, decoded);
    }

    [Theory]
    [InlineData("0A 0061 1501", "aaaaaaaaaa")]                  // length 10: "a", then a copy of 9 bytes from one back
    [InlineData("05 0861 6263 0503", "")]                       // "abc", a copy of 5 from 3 back: longer than announced
    [InlineData("06 0861 6263 0A03 00", "abcabc")]              // the same with an offset of two bytes, 3 bytes long
    [InlineData("06 0861 6263 0B03 0000 00", "abcabc")]         // and of four
    [InlineData("03 F002 6162 63", "abc")]                      // a literal whose length stands in a byte of its own
    public void Each_kind_of_element_is_read(string block, string expected)
    {
        var fault = Decode(Convert.FromHexString(block.Replace(" ", "", StringComparison.Ordinal)), out var decoded);
        Assert.Equal(expected.Length == 0, fault is not null);
        Assert.Equal(expected, fault is null ? System.Text.Encoding.ASCII.GetString(decoded) : "");
    }

    [Theory]
    [InlineData("", "")]                                        // nothing at all
    [InlineData("FFFFFFFF", "")]                                // a length that does not end
    [InlineData("FFFFFFFF0F 0061", "")]                         // four gigabytes in two bytes
    [InlineData("01", "")]                                      // one byte announced, none there
    [InlineData("05 0061", "ends after 1 of the 5")]
    [InlineData("01 0461 62", "longer than the 1")]
    [InlineData("04 0C61", "begins where 1 are left")]
    [InlineData("08 0061 0102", "2 bytes back begins where 1 are written")]
    [InlineData("08 0061 0100", "0 bytes back")]
    [InlineData("08 0061 0601", "cut off")]
    [InlineData("08 F4FF", "cut off")]
    public void A_block_that_lies_is_refused_with_the_reason(string block, string reason)
    {
        var fault = Decode(Convert.FromHexString(block.Replace(" ", "", StringComparison.Ordinal)), out _);
        Assert.NotNull(fault);
        Assert.Contains(reason, fault.Value.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void Damaged_and_cut_blocks_are_refused_or_fill_the_whole_target()
    {
        for (var seed = 0; seed < 3_000; seed++)
        {
            var random = new Random(seed);
            var content = new byte[random.Next(1, 300)];
            random.NextBytes(content);
            var block = Snappy.Encode(Repeated(content, (byte)random.Next(5)));
            block = random.Next(3) == 0 ? block[..random.Next(block.Length)] : block;
            for (var flips = random.Next(4); flips > 0 && block.Length > 0; flips--)
            {
                block[random.Next(block.Length)] ^= (byte)(1 << random.Next(8));
            }
            if (Decode(block, out var decoded, filledWith: 0x00) is null)
            {
                // What a pool's array held before must never be part of a result: the same block gives the same bytes over other leftovers.
                Assert.Null(Decode(block, out var again, filledWith: 0xFF));
                Assert.True(decoded.AsSpan().SequenceEqual(again), $"seed {seed}");
            }
        }
    }

    private static SnappyFault? Decode(byte[] block, out byte[] decoded, byte filledWith = 0xAA)
    {
        decoded = [];
        if (SnappyBlock.ReadLength(block) is not (var length, var elementsAt))
        {
            return new SnappyFault("", 0);
        }
        decoded = new byte[length];
        Array.Fill(decoded, filledWith);
        return SnappyBlock.Decode(block, elementsAt, decoded);
    }

    private static byte[] Repeated(byte[] content, byte repeats)
    {
        var text = new List<byte>(content);
        for (var i = 0; i < repeats; i++)
        {
            text.AddRange(content);
            text.Add((byte)i);
        }
        return [.. text];
    }
}
