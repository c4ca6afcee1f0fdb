using System.Text;
using FsCheck;
using FsCheck.Fluent;

namespace Observability.Durability.Tests.Files;

public sealed class Crc32CTests
{
    /// <summary>Examples of RFC 3720, appendix B.4, and the usual check value.</summary>
    [Fact]
    public void The_published_examples_come_out()
    {
        Assert.Equal(0xE3069283u, Crc32C.Compute(Encoding.ASCII.GetBytes("123456789")));
        Assert.Equal(0x8A9136AAu, Crc32C.Compute(new byte[32]));
        Assert.Equal(0x62A8AB43u, Crc32C.Compute(Enumerable.Repeat((byte)0xFF, 32).ToArray()));
        Assert.Equal(0x46DD794Eu, Crc32C.Compute(Enumerable.Range(0, 32).Select(value => (byte)value).ToArray()));
        Assert.Equal(0u, Crc32C.Compute([]));
    }

    [Fact]
    public void Any_content_has_the_checksum_of_the_definition_however_it_is_cut() =>
        Prop.ForAll(Gen.Choose(0, 6000).Two().ToArbitrary(), sizes =>
        {
            var content = new byte[sizes.Item1];
            new Random(sizes.Item2).NextBytes(content);
            var cut = Math.Min(sizes.Item2, content.Length);
            var expected = BitByBit(content);
            return Crc32C.Compute(content) == expected && Crc32C.Append(Crc32C.Compute(content.AsSpan(0, cut)), content.AsSpan(cut)) == expected;
        }).QuickCheckThrowOnFailure();

    private static uint BitByBit(byte[] content)
    {
        var state = 0xFFFFFFFFu;
        foreach (var value in content)
        {
            state ^= value;
            for (var bit = 0; bit < 8; bit++)
            {
                state = (state >> 1) ^ ((state & 1) * 0x82F63B78u);
            }
        }
        return ~state;
    }
}
