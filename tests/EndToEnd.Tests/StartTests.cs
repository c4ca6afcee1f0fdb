using System.Buffers.Binary;
using System.Numerics;
using Observability.TestKit;

namespace Observability.EndToEnd.Tests;

public sealed class StartTests
{
    [Fact]
    public async Task A_data_folder_of_another_version_is_named_and_left_as_it_is()
    {
        using var data = new TemporaryDirectory("data");
        var later = SegmentOfVersion(99);
        var file = Path.Combine(data.Path, "logs", "0000000000000001-0000000000000001.segment");
        Directory.CreateDirectory(Path.GetDirectoryName(file)!);
        await File.WriteAllBytesAsync(file, later, TestContext.Current.CancellationToken);

        var start = new ProgramStart(ProductProcess.ProgramOf("Standalone"), "--data", data.Path, "--urls", $"http://127.0.0.1:{FreePorts.Next()}");
        var (exitCode, output) = await ChildProcess.RunAsync(start, TimeSpan.FromSeconds(60));

        Assert.Equal(3, exitCode);
        Assert.Contains($"the data folder cannot be used: '{file}'", output, StringComparison.Ordinal);
        Assert.Contains("version 99", output, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", output, StringComparison.Ordinal);
        Assert.Equal(later, await File.ReadAllBytesAsync(file, TestContext.Current.CancellationToken));
    }

    /// <summary>The header of a log segment as a later program might write it; its format stands in the log store's README.</summary>
    private static byte[] SegmentOfVersion(byte version)
    {
        byte[] header = [.. "OBSLS1\0\0"u8, version, .. new byte[311]];
        var checksum = uint.MaxValue;
        foreach (var value in (byte[])[.. header[..12], .. header[16..]])
        {
            checksum = BitOperations.Crc32C(checksum, value);
        }
        BinaryPrimitives.WriteUInt32LittleEndian(header.AsSpan(12), ~checksum);
        return header;
    }
}
