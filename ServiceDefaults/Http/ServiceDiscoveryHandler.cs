using Microsoft.Extensions.Configuration;

namespace Observability.ServiceDefaults.Http;

/// <summary>
/// <c>http://rule-engine/…</c> goes to the addresses in <c>services__rule-engine__http__0</c>, <c>…__1</c> in turn (the names that .NET service discovery
/// and Aspire use). A host without such addresses is left to DNS.
/// </summary>
public sealed class ServiceDiscoveryHandler(IConfiguration configuration) : DelegatingHandler
{
    // The request as written: a repetition must be looked up again, not sent to the address of the first try.
    private static readonly HttpRequestOptionsKey<Uri> AsWritten = new("Observability.AsWritten");

    private uint _next;

    protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        if (request.RequestUri is { } current)
        {
            if (!request.Options.TryGetValue(AsWritten, out var written))
            {
                request.Options.Set(AsWritten, written = current);
            }
            request.RequestUri = Resolve(written);
        }
        return base.SendAsync(request, cancellationToken);
    }

    private Uri Resolve(Uri written)
    {
        var addresses = configuration.GetSection($"services:{written.Host}:{written.Scheme}").GetChildren()
            .Select(static child => child.Value).OfType<string>().ToArray();
        return addresses.Length == 0
            ? written
            : new Uri(new Uri(addresses[Interlocked.Increment(ref _next) % addresses.Length]), written.PathAndQuery);
    }
}
