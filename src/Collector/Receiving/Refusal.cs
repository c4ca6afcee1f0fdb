namespace Observability.Collector.Receiving;

/// <summary>Why a request was not taken. Also the value of a metric label and, in snake case, the <c>error</c> of the answer.</summary>
internal enum RefusalKind
{
    /// <summary>400: the bytes are not what their content type or protocol says.</summary>
    Malformed,

    /// <summary>401: a signature or token is missing or wrong.</summary>
    Forged,

    /// <summary>403: the sender may not write that environment, or not unsigned.</summary>
    Forbidden,

    /// <summary>404: no source of that name.</summary>
    UnknownSource,

    /// <summary>413: more bytes, records or nesting than a request may hold.</summary>
    TooLarge,

    /// <summary>415: a content type or content encoding that the endpoint does not read.</summary>
    UnsupportedContentType,

    /// <summary>503: the spool is full, the disk failed, a secret cannot be read, or more requests are in flight than memory was set aside for.</summary>
    Unavailable,
}

/// <summary>An expected failure of a request; the answer is made from it.</summary>
/// <param name="Kind">Decides the status code.</param>
/// <param name="Reason">What was wrong, what was expected, what to do.</param>
/// <param name="Position">Where in the payload: <c>line 3, byte 17</c>, <c>byte 210</c>, or a field's path; null when it is about the whole.</param>
internal sealed record Refusal(RefusalKind Kind, string Reason, string? Position = null)
{
    public int StatusCode => Kind switch
    {
        RefusalKind.Malformed => StatusCodes.Status400BadRequest,
        RefusalKind.Forged => StatusCodes.Status401Unauthorized,
        RefusalKind.Forbidden => StatusCodes.Status403Forbidden,
        RefusalKind.UnknownSource => StatusCodes.Status404NotFound,
        RefusalKind.TooLarge => StatusCodes.Status413PayloadTooLarge,
        RefusalKind.UnsupportedContentType => StatusCodes.Status415UnsupportedMediaType,
        _ => StatusCodes.Status503ServiceUnavailable,
    };

    public string Error => Kind switch
    {
        RefusalKind.Malformed => "malformed",
        RefusalKind.Forged => "forged",
        RefusalKind.Forbidden => "forbidden",
        RefusalKind.UnknownSource => "unknown_source",
        RefusalKind.TooLarge => "too_large",
        RefusalKind.UnsupportedContentType => "unsupported_content_type",
        _ => "unavailable",
    };
}

/// <summary>
/// Thrown inside decoders only, where a value would have to pass through every level of nesting; caught at the one place that called the decoder.
/// </summary>
internal sealed class MalformedPayloadException(string reason, string position, RefusalKind kind = RefusalKind.Malformed) : Exception(reason)
{
    public Refusal Refusal { get; } = new(kind, reason, position);
}
