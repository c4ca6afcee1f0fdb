using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Observability.Messaging.RabbitMq;

/// <summary>A part that cannot work without the broker.</summary>
internal interface IBrokerUser
{
    /// <summary>Null while it works.</summary>
    string? Problem { get; }
}

/// <summary>Says which dependency is missing and what stands still meanwhile.</summary>
internal sealed class BrokerHealthCheck(IBrokerUser user, RabbitMqAddress address, string whatWaits) : IHealthCheck
{
    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default) =>
        Task.FromResult(user.Problem is { } problem
            ? HealthCheckResult.Unhealthy($"RabbitMQ at {address}: {problem}. {whatWaits}")
            : HealthCheckResult.Healthy($"RabbitMQ at {address}"));
}
