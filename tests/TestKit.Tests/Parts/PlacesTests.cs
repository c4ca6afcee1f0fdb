using System.Net;
using System.Net.Sockets;

namespace Observability.TestKit.Tests.Parts;

public sealed class PlacesTests
{
    [Fact]
    public void The_root_is_the_folder_of_the_solution()
    {
        Assert.True(File.Exists(RepositoryRoot.PathOf("Observability.sln")));
        Assert.Throws<DirectoryNotFoundException>(() => RepositoryRoot.FindAbove("/"));
    }

    [Fact]
    public void A_missing_sample_is_refused_with_its_name() =>
        Assert.Contains("nowhere/nothing.json", Assert.Throws<FileNotFoundException>(() => Samples.PathOf("nowhere/nothing.json")).Message, StringComparison.Ordinal);

    [Fact]
    public void A_folder_is_gone_with_its_content_when_disposed()
    {
        var folder = new TemporaryDirectory();
        Assert.True(File.Exists(folder.Write("deep/down/file.txt", "content")));
        folder.Dispose();
        Assert.False(Directory.Exists(folder.Path));
    }

    [Fact]
    public void No_port_is_given_twice_and_each_can_be_listened_on()
    {
        var ports = Enumerable.Range(0, 50).Select(_ => FreePorts.NextWith(100)).ToList();
        Assert.Equal(100, ports.Concat(ports.Select(port => port + 100)).Distinct().Count());
        using var listener = new TcpListener(IPAddress.Loopback, ports[0]);
        listener.Start();
    }

    [Fact]
    public async Task What_never_becomes_true_is_named_in_the_timeout()
    {
        var timeout = await Assert.ThrowsAsync<TimeoutException>(() => Eventually.TrueAsync(() => false, TimeSpan.FromMilliseconds(10), "the moon is green"));
        Assert.Contains("the moon is green", timeout.Message, StringComparison.Ordinal);
    }
}
