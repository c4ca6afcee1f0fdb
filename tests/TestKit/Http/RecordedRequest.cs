using System.Collections.Immutable;
using System.Text;

namespace Observability.TestKit;

/// <summary>A request as it arrived. Header names are compared without case; <see cref="Body"/> is what was sent, still compressed if it was.</summary>
public sealed record RecordedRequest(
    string Method, string Path, string Query, ImmutableDictionary<string, string> Headers, byte[] Body, DateTimeOffset ReceivedAt)
{
    public string Text => Encoding.UTF8.GetString(Body);
}
