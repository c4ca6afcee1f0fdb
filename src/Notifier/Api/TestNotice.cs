using System.Globalization;
using Observability.Configuration;
using Observability.Contracts;
using Observability.Notifier.Delivering;
using Observability.Notifier.Recording;

namespace Observability.Notifier.Api;

/// <summary>
/// Sends a marked test through each integration of a receiver: one attempt, by the same code and with the same record as an alert. It waits for nothing that
/// waits at that endpoint, so a person gets an answer now.
/// </summary>
internal sealed class TestNotice(NoticeJournal journal, DeliveryStep step, ActiveConfiguration configuration, TimeProvider time)
{
    private long _last;

    /// <returns>Null when there is no such receiver.</returns>
    public async Task<TestResult?> SendAsync(string receiverName, CancellationToken cancellationToken)
    {
        var current = configuration.Current;
        if (current.Alerting.FindReceiver(receiverName) is not { } receiver)
        {
            return null;
        }
        IReadOnlyList<string> integrations = receiver.Integrations.Count > 0 ? [.. receiver.Integrations.Select(integration => integration.Name)] : ["preview[0]"];
        var environment = current.Policy.For(receiverName).Environments is [var first, ..] && !first.Contains('*', StringComparison.Ordinal)
            ? first
            : DeploymentEnvironment.UnknownName;
        var results = await Task.WhenAll(integrations.Select(integration => SendOneAsync(receiverName, integration, environment, cancellationToken)));
        return new TestResult(receiverName, results);
    }

    private async Task<TestedIntegration> SendOneAsync(string receiver, string integration, string environment, CancellationToken cancellationToken)
    {
        var intent = Intent(receiver, integration, environment);
        var row = DeliveryRow.Of(intent, time.GetUtcNow());
        await journal.AddAsync([new NewNotice(intent, row)], [], cancellationToken);
        // A caller that hangs up must not leave a test half recorded.
        var final = await step.RunOnceAsync(row, CancellationToken.None);
        var detail = final.Attempts is [.., var last] && last.Detail.Length > 0 ? last.Detail : final.Reason;
        return new TestedIntegration(integration, final.Status.ToString().ToLowerInvariant(), detail, final.Id);
    }

    private NotificationIntent Intent(string receiver, string integration, string environment)
    {
        var now = time.GetUtcNow();
        var ordinal = NextOrdinal(now);
        const string GroupKey = "test";
        return new NotificationIntent
        {
            Id = NotificationIntent.IdOf(GroupKey, receiver, integration, ordinal),
            GroupKey = GroupKey,
            Receiver = receiver,
            Integration = integration,
            Ordinal = ordinal,
            Incident = ordinal,
            Kind = IntentKind.Test,
            Environment = environment,
            DecidedAt = now,
            GroupLabels = new Dictionary<string, string>(StringComparer.Ordinal) { ["alertname"] = "Test" },
            Alerts =
            [
                new NoticeAlert
                {
                    Fingerprint = ordinal.ToString("x16", CultureInfo.InvariantCulture),
                    Firing = true,
                    Labels = new Dictionary<string, string>(StringComparer.Ordinal) { ["alertname"] = "Test", ["environment"] = environment, ["severity"] = "info" },
                    Annotations = new Dictionary<string, string>(StringComparer.Ordinal) { ["summary"] = $"Test of {receiver}" },
                    StartsAt = now,
                },
            ],
            RouteReason = "somebody asked for a test of this receiver",
        };
    }

    /// <summary>The clock, but never the same number twice.</summary>
    private long NextOrdinal(DateTimeOffset now)
    {
        while (true)
        {
            var last = Interlocked.Read(ref _last);
            var next = Math.Max(last + 1, now.UtcTicks);
            if (Interlocked.CompareExchange(ref _last, next, last) == last)
            {
                return next;
            }
        }
    }
}
