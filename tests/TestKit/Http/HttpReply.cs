using System.Collections.Immutable;

namespace Observability.TestKit;

/// <summary>What a <see cref="ScriptedHttpServer"/> answers to one request.</summary>
public sealed record HttpReply
{
    public int Status { get; init; } = 200;

    public string Body { get; init; } = "ok";

    public string ContentType { get; init; } = "text/plain; charset=utf-8";

    public ImmutableDictionary<string, string> Headers { get; init; } = ImmutableDictionary<string, string>.Empty;

    /// <summary>Real time between the request and the answer; <see cref="Timeout.InfiniteTimeSpan"/> never answers.</summary>
    public TimeSpan Delay { get; init; }

    /// <summary>True: after <see cref="Delay"/> the connection is reset instead of an answer.</summary>
    public bool CutsConnection { get; init; }

    public static HttpReply Ok(string body = "ok") => new() { Body = body };

    public static HttpReply Json(string body, int status = 200) => new() { Status = status, Body = body, ContentType = "application/json" };

    public static HttpReply Error(int status, string body = "") => new() { Status = status, Body = body };

    public static HttpReply RateLimited(int retryAfterSeconds) =>
        Error(429, "rate limited").With("Retry-After", retryAfterSeconds.ToString(System.Globalization.CultureInfo.InvariantCulture));

    public static HttpReply Cut() => new() { CutsConnection = true };

    /// <summary>Reads the request and never answers: what a hung endpoint does until the client gives up.</summary>
    public static HttpReply Hang() => new() { Delay = Timeout.InfiniteTimeSpan };

    public HttpReply With(string header, string value) => this with { Headers = Headers.SetItem(header, value) };

    public HttpReply After(TimeSpan delay) => this with { Delay = delay };
}
