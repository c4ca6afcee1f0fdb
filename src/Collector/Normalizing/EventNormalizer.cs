using Observability.Collector.Receiving;
using Observability.Configuration;
using Observability.ServiceDefaults.Access;
using Observability.Telemetry;

namespace Observability.Collector.Normalizing;

/// <summary>Frames of a webhook, or why its sender may not write them.</summary>
internal readonly record struct NormalizedEvents(IReadOnlyList<ReadOnlyMemory<byte>> Frames, string LastEnvironment, Refusal? Refusal);

/// <summary>Makes run events of any source alike: canonical environment, owner hint of the endpoint, tier of the asset, no secrets, bounded names. Then writes them into frames.</summary>
internal sealed class EventNormalizer(EnvironmentResolver environments, Func<CollectorConfiguration> configuration)
{
    /// <summary>Longer names are cut: they become labels of series, streams and alerts.</summary>
    private const int MaximumNameLength = 512;

    /// <param name="writers">Reset by this; the frames live in it until it is reset again.</param>
    /// <param name="source">As in the address.</param>
    /// <param name="events">Of one request; at least one.</param>
    /// <param name="endpoint">What sources.yaml says about where it arrived.</param>
    /// <param name="fromAddress">The address' <c>?environment=</c>, or empty.</param>
    /// <param name="actor">May be limited to some environments.</param>
    /// <param name="receivedUnixNanoseconds">Time of receipt.</param>
    public NormalizedEvents Normalize(EnvironmentWriters writers, string source, IReadOnlyList<RunEvent> events, SourceEndpoint? endpoint, string fromAddress,
        Actor actor, long receivedUnixNanoseconds)
    {
        writers.Reset(source, actor, receivedUnixNanoseconds);
        var lastEnvironment = "";
        foreach (var runEvent in events)
        {
            var environment = environments.ResolveEvent(runEvent, endpoint, fromAddress);
            if (!actor.Covers(environment.Name))
            {
                return Refused($"'{actor.Name}' may not write environment '{environment.Name}'");
            }
            if (writers.Of(environment.Name) is not { } writer)
            {
                return Refused($"a request may name at most {ReceiveLimits.MaximumEnvironmentsPerRequest} environments");
            }
            RunRows.Write(writer, Clean(runEvent, environment, endpoint, configuration().Owners), environment, receivedUnixNanoseconds, configuration().PageWithin);
            lastEnvironment = environment.Name;
        }
        return new NormalizedEvents(writers.Finish(), lastEnvironment, null);
    }

    private static NormalizedEvents Refused(string reason) => new([], "", new Refusal(RefusalKind.Forbidden, reason));

    private static RunEvent Clean(RunEvent runEvent, ResolvedEnvironment environment, SourceEndpoint? endpoint, OwnersConfiguration owners)
    {
        var clean = runEvent with
        {
            Environment = environment.Name,
            Pipeline = Cut(runEvent.Pipeline),
            Task = Cut(runEvent.Task),
            Tier = runEvent.Tier.Length > 0 ? runEvent.Tier : owners.TierOf(runEvent.Source, runEvent.Pipeline, runEvent.Task),
            Error = SecretRedactor.Redact(runEvent.Error),
            Url = SecretRedactor.Redact(runEvent.Url),
            Tasks = [.. runEvent.Tasks.Select(static task => task with { Name = Cut(task.Name), Error = SecretRedactor.Redact(task.Error) })],
        };
        return clean.OwnerHint.Length == 0 && endpoint?.Owner is { } owner
            ? clean with { OwnerHint = owner, OwnerHintOrigin = $"owner of {endpoint.Name} in sources.yaml" }
            : clean;
    }

    private static string Cut(string name) => name.Length <= MaximumNameLength ? name : name[..MaximumNameLength];
}
