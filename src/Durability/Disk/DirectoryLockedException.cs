using System.Globalization;

namespace Observability.Durability;

/// <summary>A data directory is in use by another process. Two writers would destroy it, so the second one must not start.</summary>
public sealed class DirectoryLockedException : IOException
{
    public DirectoryLockedException(string directory, int? ownerProcessId)
        : base(Describe(directory, ownerProcessId))
    {
        Directory = directory;
        OwnerProcessId = ownerProcessId;
    }

    public string Directory { get; }

    /// <summary>Who holds it; null when the lock does not tell.</summary>
    public int? OwnerProcessId { get; }

    private static string Describe(string directory, int? ownerProcessId)
    {
        var owner = ownerProcessId is { } id ? "process " + id.ToString(CultureInfo.InvariantCulture) : "another process";
        return $"'{directory}' is in use by {owner}; stop it, or start this one with a data directory of its own";
    }
}
