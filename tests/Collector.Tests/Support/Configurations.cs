using Observability.Configuration;

namespace Observability.Collector.Tests.Support;

internal static class Configurations
{
    public static readonly CollectorConfiguration Shipped = CollectorConfiguration.Of(ConfigurationDirectory.LoadShipped().Configuration!);

    public static CollectorConfiguration With(LimitSettings? limits = null, AccessConfiguration? access = null, params SourceEndpoint[] endpoints) => Shipped with
    {
        Limits = limits ?? Shipped.Limits,
        Access = access,
        Sources = Shipped.Sources with { Endpoints = endpoints },
    };

    public static SourceEndpoint Endpoint(string source, string endpoint, string? secret = null, string? environment = null, string? owner = null) => new()
    {
        Source = source,
        Endpoint = endpoint,
        Line = 1,
        Secret = secret is null ? null : Secret.FromText(secret),
        Environment = environment,
        Owner = owner,
    };
}
