namespace Observability.Durability.Tests.Disk;

internal sealed class TemporaryDirectory : IDisposable
{
    public string Path { get; } = Directory.CreateTempSubdirectory("obs-durability-").FullName;

    public void Dispose() => Directory.Delete(Path, recursive: true);
}
