using Observability.TestKit;
namespace Observability.Durability.Tests.Disk;

public sealed class PhysicalDiskTests : IDisposable
{
    private readonly TemporaryDirectory _directory = new();

    private static PhysicalDisk Disk => PhysicalDisk.Instance;

    public void Dispose() => _directory.Dispose();

    [Fact]
    public void More_buffers_than_the_system_takes_at_once_are_written_behind_each_other()
    {
        var buffers = Enumerable.Range(0, 5000).Select(number => (ReadOnlyMemory<byte>)BitConverter.GetBytes(number)).ToArray();
        using var file = Disk.Open(PathOf("many"), DiskOpenMode.New);
        file.Write(100, buffers);
        file.Flush();
        var read = new byte[20_000];
        Assert.Equal(20_000, file.Read(100, read));
        Assert.Equal(Enumerable.Range(0, 5000), Enumerable.Range(0, 5000).Select(number => BitConverter.ToInt32(read, number * 4)));
        Assert.Equal(20_100, file.Length);
    }

    [Fact]
    public void Reserving_room_grows_a_file_and_never_shrinks_it()
    {
        using var file = Disk.Open(PathOf("reserved"), DiskOpenMode.New);
        file.Preallocate(100_000);
        Assert.Equal(100_000, file.Length);
        file.Preallocate(10);
        Assert.Equal(100_000, file.Length);
        file.SetLength(5);
        Assert.Equal(5, file.Length);
        Assert.Equal(0, file.Read(5, new byte[10]));
    }

    [Fact]
    public void Room_that_no_disk_has_is_a_full_disk()
    {
        using var file = Disk.Open(PathOf("huge"), DiskOpenMode.New);
        var refused = Assert.ThrowsAny<IOException>(() => file.Preallocate(1L << 60));
        Assert.Contains("huge", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_full_device_is_told_apart_from_a_broken_one()
    {
        Assert.SkipUnless(File.Exists("/dev/full"), "this system has no /dev/full");
        using var file = Disk.Open("/dev/full", DiskOpenMode.Existing);
        var refused = Assert.Throws<DiskFullException>(() => file.Write(0, new byte[10]));
        Assert.Contains("/dev/full", refused.Message, StringComparison.Ordinal);
        Assert.Throws<DiskFullException>(() => file.Write(0, [new byte[10], new byte[10]]));
    }

    [Fact]
    public void Open_modes_do_what_they_say()
    {
        Assert.Throws<FileNotFoundException>(() => Disk.Open(PathOf("a"), DiskOpenMode.Existing));
        Disk.Open(PathOf("a"), DiskOpenMode.New).Dispose();
        Assert.Throws<IOException>(() => Disk.Open(PathOf("a"), DiskOpenMode.New));
        Disk.Open(PathOf("b"), DiskOpenMode.ExistingOrNew).Dispose();
        Disk.Rename(PathOf("a"), PathOf("b"));
        Disk.SyncDirectory(_directory.Path);
        Assert.Equal(["b"], Disk.ListFiles(_directory.Path));
        Disk.Delete(PathOf("b"));
        Disk.Delete(PathOf("b"));
        Assert.False(Disk.FileExists(PathOf("b")));
        Assert.Empty(Disk.ListFiles(PathOf("missing")));
        Assert.True(Disk.FreeBytes(_directory.Path) > 0);
    }

    [Fact]
    public void Parents_are_created()
    {
        Disk.CreateDirectory(PathOf("x/y/z"));
        Disk.CreateDirectory(PathOf("x/y/z"));
        Assert.True(Directory.Exists(PathOf("x/y/z")));
    }

    [Fact]
    public void A_second_owner_of_a_directory_is_refused_and_told_who_has_it()
    {
        using (Disk.LockDirectory(_directory.Path))
        {
            var refused = Assert.Throws<DirectoryLockedException>(() => Disk.LockDirectory(_directory.Path));
            Assert.Equal(_directory.Path, refused.Directory);
            Assert.Equal(OperatingSystem.IsLinux() ? Environment.ProcessId : null, refused.OwnerProcessId);
        }
        Disk.LockDirectory(_directory.Path).Dispose();
    }

    [Fact]
    public void A_lock_file_left_behind_by_a_killed_process_locks_nothing()
    {
        File.WriteAllText(PathOf("lock"), "1234567890123");
        using var owned = Disk.LockDirectory(_directory.Path);
        Assert.Equal(Environment.ProcessId, Assert.Throws<DirectoryLockedException>(() => Disk.LockDirectory(_directory.Path)).OwnerProcessId);
    }

    [Fact]
    public void A_place_that_cannot_be_written_is_an_io_error_that_names_it()
    {
        // A folder in its place: unlike a read-only file it also stops a privileged user.
        Directory.CreateDirectory(PathOf("mine"));
        Assert.Contains("mine", Assert.Throws<IOException>(() => Disk.Open(PathOf("mine"), DiskOpenMode.Existing)).Message, StringComparison.Ordinal);
    }

    private string PathOf(string name) => Path.Combine(_directory.Path, name);
}
