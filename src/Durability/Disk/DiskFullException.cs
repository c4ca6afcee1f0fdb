namespace Observability.Durability;

/// <summary>The device, or the quota on it, has no room left. Expected in operation: callers refuse new work and go on when there is room.</summary>
public sealed class DiskFullException : IOException
{
    public DiskFullException(string message)
        : base(message)
    {
    }

    public DiskFullException(string message, Exception cause)
        : base(message, cause)
    {
    }
}
