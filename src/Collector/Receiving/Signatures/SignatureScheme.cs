namespace Observability.Collector.Receiving.Signatures;

/// <summary>How a sender proves that it knows the secret.</summary>
internal enum SignatureAlgorithm
{
    /// <summary>The system signs nothing: an API key is asked for.</summary>
    None,
    HmacSha256,
    HmacSha512,

    /// <summary>The header holds the secret itself.</summary>
    Token,
}

/// <summary>Where a system puts its signature and what it looks like; always over the raw bytes of the body, never over JSON written anew.</summary>
/// <param name="Algorithm">SHA-1 is not among them: what still offers it offers SHA-256 too.</param>
/// <param name="Header">Name of the header.</param>
/// <param name="Prefix">Before the hexadecimal digits: <c>sha256=</c>, <c>v1=</c>, or nothing.</param>
/// <param name="IsList">The header holds several, separated by commas (CircleCI: one per version of the scheme); one with our prefix must match.</param>
/// <param name="TimestampHeader">When set, the signed text is that header's value, a colon, and the body.</param>
internal sealed record SignatureScheme(
    SignatureAlgorithm Algorithm, string Header = "", string Prefix = "", bool IsList = false, string? TimestampHeader = null)
{
    public static SignatureScheme None { get; } = new(SignatureAlgorithm.None);
}
