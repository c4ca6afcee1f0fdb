namespace Observability.Configuration;

/// <summary>How configuration reaches files: the real disk, or a dictionary in a test and in the validation of what an API was sent.</summary>
public interface IFileReader
{
    /// <summary>Reads a whole file. Missing, unreadable and bigger than <paramref name="maximumBytes"/> are values, not exceptions.</summary>
    FileReading Read(string path, int maximumBytes);

    /// <summary>Full paths of the files directly in <paramref name="directory"/>, sorted (ordinal); empty when it does not exist.</summary>
    IReadOnlyList<string> List(string directory);
}

/// <summary>Either <see cref="Bytes"/> or <see cref="Problem"/> is set; <see cref="IsMissing"/> tells an absent file from an unreadable one.</summary>
public readonly record struct FileReading(byte[]? Bytes, string? Problem, bool IsMissing)
{
    public static FileReading Of(byte[] bytes) => new(bytes, null, false);

    public static FileReading Missing { get; } = new(null, "does not exist", true);

    public static FileReading Failed(string problem) => new(null, problem, false);
}

/// <summary>The real disk.</summary>
public sealed class DiskFileReader : IFileReader
{
    public static DiskFileReader Instance { get; } = new();

    public FileReading Read(string path, int maximumBytes)
    {
        try
        {
            using var stream = File.OpenRead(path);
            if (stream.Length > maximumBytes)
            {
                return FileReading.Failed($"is {stream.Length} bytes; at most {maximumBytes} are read");
            }
            // A device or a growing file has no true length: the bound is kept on what is read, not on what was announced.
            var buffer = new byte[stream.Length + 1];
            var length = stream.ReadAtLeast(buffer, buffer.Length, throwOnEndOfStream: false);
            return length == buffer.Length ? FileReading.Failed("changed while it was read; try again") : FileReading.Of(buffer[..length]);
        }
        catch (Exception exception) when (exception is FileNotFoundException or DirectoryNotFoundException)
        {
            return FileReading.Missing;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or NotSupportedException)
        {
            return FileReading.Failed($"cannot be read: {exception.Message}");
        }
    }

    public IReadOnlyList<string> List(string directory)
    {
        if (!Directory.Exists(directory))
        {
            return [];
        }
        var files = Directory.GetFiles(directory);
        Array.Sort(files, StringComparer.Ordinal);
        return files;
    }
}
