using System.Text;
using Observability.Durability;
using Observability.Telemetry;

namespace Observability.RuleEngine.Consuming;

/// <summary>
/// Frames that could not be read or applied, kept for whoever looks into it: <c>&lt;frame name&gt;.frame</c> with the bytes as they came and
/// <c>&lt;frame name&gt;.reason</c>. Setting aside is what keeps one bad frame from holding up all others. Of a good frame with samples that came too late,
/// those are in <c>late-samples/&lt;frame name&gt;.prom</c>.
/// </summary>
internal sealed class DeadLetterFrames(IDisk disk, string directory)
{
    /// <summary>A thousand are enough to see what is wrong; more would only fill the disk that the journal needs.</summary>
    public const int MaximumFrames = 1000;

    private readonly string _lateSamples = Path.Combine(directory, "late-samples");
    private int _lateCount = -1;

    /// <summary>Returns false when there are too many already; then only the counter and the log tell of it.</summary>
    /// <exception cref="IOException">The disk failed.</exception>
    public bool TryKeep(FrameName name, ReadOnlySpan<byte> frame, string reason)
    {
        disk.CreateDirectory(directory);
        if (disk.ListFiles(directory).Count >= MaximumFrames * 2)
        {
            return false;
        }
        Write(directory, $"{name}.frame", frame);
        Write(directory, $"{name}.reason", Encoding.UTF8.GetBytes(reason));
        disk.SyncDirectory(directory);
        return true;
    }

    /// <summary>
    /// Returns false when there are too many already. Those of one frame are kept once, however often it is replayed. The folder is looked at once, since a
    /// late sender is late with every frame: room that somebody makes in it is found at the next start.
    /// </summary>
    /// <exception cref="IOException">The disk failed.</exception>
    public bool TryKeep(LateSamples late)
    {
        if (_lateCount < 0)
        {
            disk.CreateDirectory(_lateSamples);
            _lateCount = disk.ListFiles(_lateSamples).Count;
        }
        var fileName = $"{late.Name}.prom";
        if (disk.FileExists(Path.Combine(_lateSamples, fileName)))
        {
            return true;
        }
        if (_lateCount >= MaximumFrames)
        {
            return false;
        }
        Write(_lateSamples, fileName, late.ToText());
        disk.SyncDirectory(_lateSamples);
        _lateCount++;
        return true;
    }

    private void Write(string place, string fileName, ReadOnlySpan<byte> content)
    {
        using var file = disk.Open(Path.Combine(place, fileName), DiskOpenMode.ExistingOrNew);
        file.SetLength(0);
        file.Write(0, content);
        file.Flush();
    }
}
