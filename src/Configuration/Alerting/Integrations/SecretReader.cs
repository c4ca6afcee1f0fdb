using Observability.Configuration.Yaml;

namespace Observability.Configuration;

/// <summary>Reads a secret that stands under <c>key</c> or in the file that <c>key_file</c> names, and marks its text for redaction.</summary>
internal static class SecretReader
{
    /// <param name="mapping">Where the keys stand.</param>
    /// <param name="key">The key of the value itself.</param>
    /// <param name="fileKey">The key of the file, or null when the format has none.</param>
    /// <param name="isUrl">The value must be an http(s) address.</param>
    public static Secret? Read(MappingReader mapping, string key, string? fileKey, bool isUrl = false)
    {
        var file = fileKey is null ? null : mapping.FilePath(fileKey);
        if (mapping.Value(key) is not { } value)
        {
            return file is null ? null : Secret.FromFile(file);
        }
        if (file is not null)
        {
            value.Error($"'{key}' and '{fileKey}' exclude each other; keep the file");
        }
        return ReadValue(value, isUrl);
    }

    public static Secret? ReadValue(NodeReader value, bool isUrl = false)
    {
        if (value.Node is not YamlScalar scalar)
        {
            value.Error($"must be a text, not {value.Node.Description}");
            return null;
        }
        value.Context.MarkSecret(scalar);
        if (scalar.Value == Secret.Placeholder)
        {
            value.Error($"{Secret.Placeholder} is what a shown configuration has instead of the value; write the value, or name a file");
            return null;
        }
        var text = isUrl ? value.AsUrl() : value.AsText();
        // A block scalar ends with a line end that is not part of any key, password or address.
        text = scalar.IsBlock ? text?.TrimEnd() : text;
        return string.IsNullOrEmpty(text) ? null : Secret.FromText(text);
    }
}
