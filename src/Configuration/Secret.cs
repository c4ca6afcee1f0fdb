using System.Text;

namespace Observability.Configuration;

/// <summary>
/// A value that must not be seen: written in the file (as Alertmanager allows), taken from the environment, or kept in a file of its own.
/// It prints as <c>&lt;secret&gt;</c> everywhere; only <see cref="Read"/> gives the value.
/// </summary>
public sealed class Secret : IEquatable<Secret>
{
    /// <summary>What stands for a secret in every text, as Alertmanager prints it.</summary>
    public const string Placeholder = "<secret>";

    /// <summary>Bigger: no key or password is; a file of this name was probably meant to be something else.</summary>
    public const int MaximumFileBytes = 64 * 1024;

    private readonly string _value;
    private readonly string? _problem;

    private Secret(string value, string? filePath, string? problem = null)
    {
        _value = value;
        FilePath = filePath;
        _problem = problem;
    }

    /// <summary>The file that holds the value, or null when it is known already.</summary>
    public string? FilePath { get; }

    public static Secret FromText(string value) => new(value, null);

    /// <summary>The file is read at each use, so that a rotated secret needs no reload.</summary>
    public static Secret FromFile(string path) => new("", path);

    /// <summary>One whose value is lost: every reading gives the reason.</summary>
    public static Secret Lost(string reason) => new("", null, reason);

    /// <summary>What tells it from other secrets: the file's path, else the value. For hashing only; it must not be shown or stored.</summary>
    internal string Identity => FilePath is null ? "value " + _value : "file " + FilePath;

    /// <summary>The value without surrounding white space, or the reason why there is none. Never throws for a missing or unreadable file.</summary>
    public SecretReading Read(IFileReader files)
    {
        if (FilePath is null)
        {
            return _problem is null ? new SecretReading(_value, null) : new SecretReading(null, _problem);
        }
        var reading = files.Read(FilePath, MaximumFileBytes);
        if (reading.Bytes is null)
        {
            return new SecretReading(null, $"secret file '{FilePath}': {reading.Problem}");
        }
        var value = Encoding.UTF8.GetString(reading.Bytes).Trim();
        return value.Length == 0 ? new SecretReading(null, $"secret file '{FilePath}' is empty") : new SecretReading(value, null);
    }

    public bool Equals(Secret? other) => other is not null && _value == other._value && FilePath == other.FilePath && _problem == other._problem;

    public override bool Equals(object? obj) => Equals(obj as Secret);

    public override int GetHashCode() => HashCode.Combine(_value, FilePath);

    public override string ToString() => Placeholder;
}

/// <summary>Either <see cref="Value"/> or <see cref="Problem"/> is set.</summary>
public readonly record struct SecretReading(string? Value, string? Problem)
{
    /// <summary>Not the record's own text: that would print the value.</summary>
    public override string ToString() => Problem ?? Secret.Placeholder;
}
