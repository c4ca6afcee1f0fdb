using Observability.TestKit;

namespace Observability.Durability.Tests.Log;

/// <summary>Bytes that lie on the disks of others.</summary>
public sealed class LogFormatTests
{
    private const string Advice = "logs on disk hold these bytes; raise SegmentHeader.Version and keep reading the old ones: ";

    [Fact]
    public async Task The_bytes_on_disk_never_change()
    {
        var disk = new SimulatedDisk(1);
        await using var log = disk.OpenLog();
        await log.AppendAsync(new byte[] { 0xAA, 0xBB, 0xCC });
        await log.AppendAsync([new byte[] { 0x11 }, new byte[] { 0x22 }]);
        using var file = disk.Open(LogTestExtensions.Directory + "/0000000000000001.segment", DiskOpenMode.Existing);
        Assert.Equal(8 << 10, file.Length);

        const string Header = "004F42534C4F4731" + "01000000" + "00000000" + "F0DEBC9A78563412" + "0100000000000000" + "0100000000000000";
        AssertBytes(Header, file, 0, 40);
        AssertBytes(Header, file, 2048, 40);
        AssertBytes("03000000" + "00000000" + "0100000000000000" + "0000000000000000" + "01000000", file, 4096, 28);
        AssertBytes("AABBCC" + "0000000000", file, 4096 + 32, 8);
        AssertBytes("01000000" + "01000000" + "0200000000000000" + "0100000000000000" + "01000000", file, 4096 + 40, 28);
        AssertBytes("01000000" + "00000000" + "0300000000000000" + "0100000000000000" + "01000000", file, 4096 + 80, 28);
    }

    private static void AssertBytes(string expected, IDiskFile file, long position, int length)
    {
        var bytes = new byte[length];
        file.Read(position, bytes);
        var actual = Convert.ToHexString(bytes);
        Assert.True(actual == expected, Advice + actual);
    }
}
