using System.Security.Cryptography;
using System.Text;
using Observability.Configuration.Yaml;

namespace Observability.Configuration;

/// <summary>One file that was read: <paramref name="Name"/> as messages show it (<c>shipped:</c> in front when it is a default).</summary>
internal sealed record ConfigurationFile(string Name, string Text);

/// <summary>Reads the files of one folder, remembers which, and makes their common hash.</summary>
internal sealed class ConfigurationFiles(string directory, IFileReader reader)
{
    private static readonly UTF8Encoding s_strictUtf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    private readonly SortedDictionary<string, byte[]> _bytes = new(StringComparer.Ordinal);

    public List<ConfigurationError> Errors { get; } = [];

    public string Directory => directory;

    public IFileReader Reader => reader;

    public IReadOnlyList<string> Names => [.. _bytes.Keys];

    /// <summary>The file, or null when it does not exist or cannot be read; the latter is noted as an error.</summary>
    public ConfigurationFile? Read(string name)
    {
        var reading = reader.Read(Path.Combine(directory, name), YamlLimits.MaximumBytes);
        if (reading.Bytes is { } bytes)
        {
            return Decode(name, bytes);
        }
        if (!reading.IsMissing)
        {
            Errors.Add(new ConfigurationError(name, 0, 0, "", reading.Problem ?? "cannot be read"));
        }
        return null;
    }

    public static string ShippedName(string name) => $"shipped:{name}";

    public ConfigurationFile ReadShipped(string name) => Decode(ShippedName(name), ShippedFiles.Read(name))!;

    /// <summary>Names of the YAML files directly in a folder below the configuration's, relative to it, sorted; empty when there is none.</summary>
    public IReadOnlyList<string> List(string folder) =>
    [
        .. reader.List(Path.Combine(directory, folder))
            .Select(Path.GetFileName)
            .OfType<string>()
            .Where(name => (name.EndsWith(".yaml", StringComparison.Ordinal) || name.EndsWith(".yml", StringComparison.Ordinal)) && !name.StartsWith('.'))
            .Select(name => folder.Length == 0 ? name : $"{folder}/{name}")
            .Order(StringComparer.Ordinal),
    ];

    /// <summary>Each name and content with its length before it, so that no two different folders give the same bytes.</summary>
    public string Hash()
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (var (name, bytes) in _bytes)
        {
            var nameBytes = Encoding.UTF8.GetBytes(name);
            hash.AppendData(BitConverter.GetBytes((long)nameBytes.Length));
            hash.AppendData(nameBytes);
            hash.AppendData(BitConverter.GetBytes((long)bytes.Length));
            hash.AppendData(bytes);
        }
        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }

    public ConfigurationFile? Decode(string name, byte[] bytes)
    {
        _bytes[name] = bytes;
        try
        {
            return new ConfigurationFile(name, s_strictUtf8.GetString(bytes));
        }
        catch (DecoderFallbackException exception)
        {
            var line = 1 + bytes.AsSpan(0, Math.Clamp(exception.Index, 0, bytes.Length)).Count((byte)'\n');
            Errors.Add(new ConfigurationError(name, line, 0, "", "is not UTF-8; save the file in that encoding"));
            return null;
        }
    }
}
