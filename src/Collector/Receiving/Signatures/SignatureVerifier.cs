using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace Observability.Collector.Receiving.Signatures;

/// <summary>How a proof was judged. Also the value of a metric label.</summary>
internal enum SignatureVerdict
{
    Verified,

    /// <summary>The header is not there.</summary>
    Missing,

    /// <summary>The header is there, but not in the scheme's form.</summary>
    Unreadable,

    /// <summary>In form, but made with another secret or over other bytes.</summary>
    Wrong,

    /// <summary>The signed time is too far from now: a recording of an older request.</summary>
    Stale,
}

/// <summary>The one place that compares signatures. Every comparison takes the same time whatever the guess.</summary>
internal sealed class SignatureVerifier(TimeProvider time)
{
    /// <summary>How far a signed timestamp may be from now. Bigger: a longer replay window; smaller refuses senders whose clock is off.</summary>
    public static readonly TimeSpan Tolerance = TimeSpan.FromMinutes(5);

    /// <param name="scheme">Of the source.</param>
    /// <param name="headers">Of the request.</param>
    /// <param name="body">The raw bytes.</param>
    /// <param name="secrets">The present secret, and the one before while senders are moved over; any may match.</param>
    public SignatureVerdict Verify(SignatureScheme scheme, IHeaderDictionary headers, ReadOnlySpan<byte> body, IReadOnlyList<string> secrets)
    {
        var presented = headers[scheme.Header].ToString();
        if (presented.Length == 0)
        {
            return SignatureVerdict.Missing;
        }
        if (scheme.Algorithm == SignatureAlgorithm.Token)
        {
            return IsToken(presented, secrets) ? SignatureVerdict.Verified : SignatureVerdict.Wrong;
        }
        var timestamp = "";
        if (scheme.TimestampHeader is { } timestampHeader)
        {
            timestamp = headers[timestampHeader].ToString();
            if (CheckTime(timestamp) is { } refused)
            {
                return refused;
            }
        }
        return VerifyDigest(scheme, presented, timestamp, body, secrets);
    }

    private static SignatureVerdict VerifyDigest(SignatureScheme scheme, string presented, string timestamp, ReadOnlySpan<byte> body, IReadOnlyList<string> secrets)
    {
        var verdict = SignatureVerdict.Unreadable;
        foreach (var candidate in scheme.IsList ? presented.Split(',', StringSplitOptions.TrimEntries) : [presented.Trim()])
        {
            if (DigestOf(candidate, scheme) is not { } digest)
            {
                continue;
            }
            verdict = SignatureVerdict.Wrong;
            foreach (var secret in secrets)
            {
                if (CryptographicOperations.FixedTimeEquals(Sign(scheme.Algorithm, secret, timestamp, body), digest))
                {
                    return SignatureVerdict.Verified;
                }
            }
        }
        return verdict;
    }

    private static byte[]? DigestOf(string candidate, SignatureScheme scheme)
    {
        if (!candidate.StartsWith(scheme.Prefix, StringComparison.Ordinal))
        {
            return null;
        }
        var digest = new byte[scheme.Algorithm == SignatureAlgorithm.HmacSha512 ? HMACSHA512.HashSizeInBytes : HMACSHA256.HashSizeInBytes];
        var hexadecimal = candidate.AsSpan(scheme.Prefix.Length);
        return hexadecimal.Length == digest.Length * 2 && Convert.FromHexString(hexadecimal, digest, out _, out _) == System.Buffers.OperationStatus.Done ? digest : null;
    }

    private static byte[] Sign(SignatureAlgorithm algorithm, string secret, string timestamp, ReadOnlySpan<byte> body)
    {
        using var hmac = IncrementalHash.CreateHMAC(
            algorithm == SignatureAlgorithm.HmacSha512 ? HashAlgorithmName.SHA512 : HashAlgorithmName.SHA256, Encoding.UTF8.GetBytes(secret));
        if (timestamp.Length > 0)
        {
            hmac.AppendData(Encoding.UTF8.GetBytes(timestamp + ":"));
        }
        hmac.AppendData(body);
        return hmac.GetHashAndReset();
    }

    private static bool IsToken(string presented, IReadOnlyList<string> secrets)
    {
        // Hashes have one length: comparing the texts themselves would tell how long the secret is.
        var hash = SHA256.HashData(Encoding.UTF8.GetBytes(presented));
        var found = false;
        foreach (var secret in secrets)
        {
            found |= CryptographicOperations.FixedTimeEquals(SHA256.HashData(Encoding.UTF8.GetBytes(secret)), hash);
        }
        return found;
    }

    private SignatureVerdict? CheckTime(string timestamp)
    {
        if (timestamp.Length == 0)
        {
            return SignatureVerdict.Missing;
        }
        if (!long.TryParse(timestamp, NumberStyles.None, CultureInfo.InvariantCulture, out var seconds))
        {
            return SignatureVerdict.Unreadable;
        }
        var away = Math.Abs(time.GetUtcNow().ToUnixTimeSeconds() - seconds);
        return away > (long)Tolerance.TotalSeconds ? SignatureVerdict.Stale : null;
    }
}
