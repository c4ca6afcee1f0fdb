using System.Text;
using Observability.Durability;
using Observability.Telemetry;

namespace Observability.RuleEngine.Consuming;

/// <summary>
/// Frames that could not be read or applied, kept for whoever looks into it: <c>&lt;frame name&gt;.frame</c> with the bytes as they came and
/// <c>&lt;frame name&gt;.reason</c>. Setting aside is what keeps one bad frame from holding up all others.
/// </summary>
internal sealed class DeadLetterFrames(IDisk disk, string directory)
{
    /// <summary>A thousand are enough to see what is wrong; more would only fill the disk that the journal needs.</summary>
    public const int MaximumFrames = 1000;

    /// <summary>Returns false when there are too many already; then only the counter and the log tell of it.</summary>
    /// <exception cref="IOException">The disk failed.</exception>
    public bool TryKeep(FrameName name, ReadOnlySpan<byte> frame, string reason)
    {
        disk.CreateDirectory(directory);
        if (disk.ListFiles(directory).Count >= MaximumFrames * 2)
        {
            return false;
        }
        Write($"{name}.frame", frame);
        Write($"{name}.reason", Encoding.UTF8.GetBytes(reason));
        disk.SyncDirectory(directory);
        return true;
    }

    private void Write(string fileName, ReadOnlySpan<byte> content)
    {
        using var file = disk.Open(Path.Combine(directory, fileName), DiskOpenMode.ExistingOrNew);
        file.SetLength(0);
        file.Write(0, content);
        file.Flush();
    }
}
