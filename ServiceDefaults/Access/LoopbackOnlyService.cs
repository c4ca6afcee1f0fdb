using System.Net;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Hosting;

namespace Observability.ServiceDefaults.Access;

/// <summary>
/// Keeps a product without access.yaml from listening where others can reach it. Configured addresses are refused before anything listens; addresses
/// that only the server knows (listeners added in code) are checked once it is up, and then the process ends.
/// </summary>
internal sealed class LoopbackOnlyService(AccessGate gate, IServer server, IConfiguration configuration) : IHostedLifecycleService
{
    public Task StartingAsync(CancellationToken cancellationToken)
    {
        if (gate.IsOpen)
        {
            Check(ConfiguredAddresses());
        }
        return Task.CompletedTask;
    }

    public Task StartedAsync(CancellationToken cancellationToken)
    {
        if (gate.IsOpen)
        {
            Check(BoundAddresses());
        }
        return Task.CompletedTask;
    }

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    internal static bool IsLoopback(string address)
    {
        // "http://*:80" and "http://+:80" are wildcards of ASP.NET Core, which Uri does not read.
        if (!Uri.TryCreate(address, UriKind.Absolute, out var uri))
        {
            return false;
        }
        return uri.Host.Equals("localhost", StringComparison.OrdinalIgnoreCase)
            || address.StartsWith("http://unix:/", StringComparison.OrdinalIgnoreCase)
            || (IPAddress.TryParse(uri.Host.Trim('[', ']'), out var ip) && IPAddress.IsLoopback(ip));
    }

    private static void Check(IEnumerable<string> addresses)
    {
        if (addresses.FirstOrDefault(static address => !IsLoopback(address)) is { } open)
        {
            throw new InvalidOperationException(
                $"'{open}' can be reached from other machines, and there is no access.yaml that says who may do what. " +
                "Listen on 127.0.0.1 (--urls http://127.0.0.1:8080), or write an access.yaml into the configuration folder.");
        }
    }

    private IEnumerable<string> ConfiguredAddresses()
    {
        foreach (var address in (configuration["urls"] ?? "").Split(';', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))
        {
            yield return address;
        }
        foreach (var endpoint in configuration.GetSection("Kestrel:Endpoints").GetChildren())
        {
            if (endpoint["Url"] is { } address)
            {
                yield return address;
            }
        }
        foreach (var address in BoundAddresses())
        {
            yield return address;
        }
        // Ports without an address listen everywhere; they count only when no address is configured.
        if (string.IsNullOrEmpty(configuration["urls"]) && configuration["http_ports"] is { Length: > 0 } ports)
        {
            yield return $"http://*:{ports}";
        }
    }

    private ICollection<string> BoundAddresses() => server.Features.Get<IServerAddressesFeature>()?.Addresses ?? [];
}
