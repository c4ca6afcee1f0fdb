using System.Security.Cryptography;
using System.Text;

namespace Observability.Configuration;

/// <summary>What a key may do. <see cref="Admin"/> may do everything. Stored with writes: numbers never change.</summary>
[Flags]
public enum AccessRoles
{
    None = 0,
    Ingest = 1,
    Read = 2,
    Edit = 4,
    Admin = 8,
}

/// <summary><c>access.yaml</c>. Without the file the product listens on loopback only and asks for no key.</summary>
public sealed record AccessConfiguration
{
    public required IReadOnlyList<ApiKey> Keys { get; init; }

    /// <summary>
    /// The key whose SHA-256 is that of <paramref name="presented"/>, or null. Every key is compared, in constant time each, so that the answer's time tells
    /// nothing about how near a guess was.
    /// </summary>
    public ApiKey? Find(string presented)
    {
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(Encoding.UTF8.GetBytes(presented), hash);
        ApiKey? found = null;
        foreach (var key in Keys)
        {
            if (CryptographicOperations.FixedTimeEquals(key.Sha256.Span, hash))
            {
                found = key;
            }
        }
        return found;
    }
}
