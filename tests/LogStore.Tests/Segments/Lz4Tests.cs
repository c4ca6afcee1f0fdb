using System.Diagnostics;
using System.Globalization;
using System.Text;
using Observability.LogStore.Segments.Compression;

namespace Observability.LogStore.Tests.Segments;

/// <summary>LZ4 by whole words: the format as others read and write it, and no byte outside of what it was given.</summary>
public sealed class Lz4Tests
{
    private const int Margin = 64;
    private const byte Untouched = 0xA5;

    /// <summary>Frame of the format's 1.6.4: independent blocks of at most 4 MiB, no checksums; the last byte is that of the header itself.</summary>
    private static readonly byte[] s_frameHeader = [0x04, 0x22, 0x4D, 0x18, 0x60, 0x70, 0x73];

    [Fact]
    public void The_format_is_read_as_it_is_documented()
    {
        // Two literals, a copy of six from two back, then five literals: lz4_Block_format.md.
        byte[] packed = [0x22, (byte)'a', (byte)'b', 0x02, 0x00, 0x50, (byte)'h', (byte)'e', (byte)'l', (byte)'l', (byte)'o'];
        var text = new byte[13];
        Assert.True(Lz4.TryDecompress(packed, text));
        Assert.Equal("ababababhello", Encoding.ASCII.GetString(text));
    }

    [Fact]
    public void Texts_of_every_kind_and_length_come_back()
    {
        var random = new Random(13);
        for (var length = 1; length <= 300; length++)
        {
            foreach (var text in TextsOf(random, length))
            {
                AssertComesBack(text);
            }
        }
        // Copies from as far back as the format allows, and one further.
        foreach (var distance in new[] { 65_534, 65_535, 65_536 })
        {
            var text = new byte[distance + 100];
            random.NextBytes(text);
            text.AsSpan(0, 100).CopyTo(text.AsSpan(distance));
            AssertComesBack(text);
        }
    }

    [Fact]
    public void A_pattern_of_any_length_is_repeated_for_any_length()
    {
        // Copies that read what they have just written; near the end there is no room for whole lanes.
        var random = new Random(12);
        for (var pattern = 1; pattern <= 40; pattern++)
        {
            for (var length = pattern + 20; length < pattern + 90; length++)
            {
                var first = new byte[pattern];
                random.NextBytes(first);
                AssertComesBack([.. Enumerable.Range(0, length).Select(place => first[place % pattern]), .. new byte[length % 30]]);
            }
        }
    }

    [Fact]
    public void Damaged_bytes_never_write_outside()
    {
        var random = new Random(11);
        var texts = TextsOf(random, 6000).Concat(TextsOf(random, 90)).ToList();
        foreach (var text in texts)
        {
            var packed = Pack(text);
            for (var attempt = 0; attempt < 3000; attempt++)
            {
                var damaged = packed.AsSpan(0, random.Next(packed.Length + 1)).ToArray();
                for (var changes = random.Next(4); changes > 0 && damaged.Length > 0; changes--)
                {
                    damaged[random.Next(damaged.Length)] ^= (byte)(1 << random.Next(8));
                }
                // Often a target of another length too: the length stands in a table that may be of another block.
                AssertStaysInside(damaged, random.Next(3) == 0 ? random.Next(text.Length + 40) : text.Length);
            }
        }
    }

    [Fact]
    public void Bytes_that_nobody_packed_never_write_outside()
    {
        var random = new Random(14);
        for (var attempt = 0; attempt < 100_000; attempt++)
        {
            var bytes = new byte[random.Next(60)];
            random.NextBytes(bytes);
            for (var place = 1; place < bytes.Length; place += 2)
            {
                // Short distances and long lengths are rare in noise, and the ones that matter.
                bytes[place] = random.Next(3) switch { 0 => (byte)random.Next(20), 1 => 0, _ => bytes[place] };
            }
            AssertStaysInside(bytes, random.Next(400));
        }
    }

    [Fact]
    public async Task The_lz4_program_unpacks_what_is_packed_here()
    {
        foreach (var text in TextsOf(new Random(15), 50_000))
        {
            var packed = Pack(text);
            byte[] frame = [.. s_frameHeader, .. BitConverter.GetBytes(packed.Length), .. packed, .. new byte[sizeof(int)]];
            Assert.Equal(text, await RunAsync(["-d", "-c"], frame));
        }
    }

    [Theory]
    [InlineData(1)]
    [InlineData(9)]
    public async Task What_the_lz4_program_packs_is_unpacked_here(int level)
    {
        foreach (var text in TextsOf(new Random(16), 50_000))
        {
            var frame = await RunAsync([$"-{level.ToString(CultureInfo.InvariantCulture)}", "-c", "-B4", "-BI", "--no-frame-crc"], text);
            var length = BitConverter.ToInt32(frame, s_frameHeader.Length);
            if (length < 0)
            {
                // The highest bit says that a block could not be made shorter and is stored as it is.
                continue;
            }
            var unpacked = new byte[text.Length];
            Assert.True(Lz4.TryDecompress(frame.AsSpan(s_frameHeader.Length + sizeof(int), length), unpacked));
            Assert.Equal(text, unpacked);
        }
    }

    /// <summary>Noise, few different bytes, a run, lines of a log, numbers of two bytes.</summary>
    private static IEnumerable<byte[]> TextsOf(Random random, int length)
    {
        var noise = new byte[length];
        random.NextBytes(noise);
        yield return noise;
        yield return [.. noise.Select(static value => (byte)(value % 3))];
        yield return [.. noise.Select(static value => (byte)(value / 250))];
        yield return Encoding.ASCII.GetBytes(string.Concat(Enumerable.Range(0, (length / 20) + 1).Select(_ => $"Loaded {random.Next(9999)} rows into fact_{random.Next(7)} ")))[..length];
        yield return [.. Enumerable.Range(0, length).Select(place => place % 2 == 0 ? (byte)random.Next(200) : (byte)0)];
    }

    private static byte[] Pack(byte[] text)
    {
        var packed = new byte[Lz4.MaximalLength(text.Length)];
        return packed[..Lz4.Compress(text, packed, new int[Lz4.TableEntries])];
    }

    private static void AssertComesBack(byte[] text)
    {
        var unpacked = new byte[text.Length];
        Assert.True(Lz4.TryDecompress(Pack(text), unpacked));
        Assert.Equal(text, unpacked);
    }

    /// <summary>Whether the answer is true or false is the checksum's matter: here the bytes around the target count.</summary>
    private static void AssertStaysInside(byte[] packed, int length)
    {
        var room = new byte[Margin + length + Margin];
        room.AsSpan().Fill(Untouched);
        Lz4.TryDecompress(packed, room.AsSpan(Margin, length));
        if (room.AsSpan(0, Margin).ContainsAnyExcept(Untouched) || room.AsSpan(Margin + length).ContainsAnyExcept(Untouched))
        {
            Assert.Fail($"{Convert.ToHexString(packed)} writes outside of a target of {length} bytes");
        }
    }

    private static async Task<byte[]> RunAsync(string[] arguments, byte[] input)
    {
        const string program = "/usr/bin/lz4";
        Assert.SkipUnless(File.Exists(program), $"{program} is not installed (Debian package lz4)");
        using var process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true, UseShellExecute = false })!;
        var errors = process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        var writing = Task.Run(async () =>
        {
            await process.StandardInput.BaseStream.WriteAsync(input, TestContext.Current.CancellationToken);
            process.StandardInput.Close();
        }, TestContext.Current.CancellationToken);
        using var output = new MemoryStream();
        await process.StandardOutput.BaseStream.CopyToAsync(output, TestContext.Current.CancellationToken);
        await writing;
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        Assert.True(process.ExitCode == 0, await errors);
        return output.ToArray();
    }
}
