using Observability.Collector.Normalizing;
using Observability.Collector.Receiving;
using Observability.Collector.Tests.Support;
using Observability.Configuration;
using Observability.ServiceDefaults.Access;
using Observability.Telemetry;

namespace Observability.Collector.Tests.Normalizing;

public sealed class EventNormalizerTests
{
    private static readonly RunEvent Failed = new()
    {
        Source = "github",
        Pipeline = "orders_daily",
        RunId = "7",
        Status = RunStatus.Failed,
        Error = "could not reach https://loader:hunter2@proxy",
        EventTimeMilliseconds = (Decoding.Received / 1_000_000) - 1000,
        Branch = "main",
        Tasks = [new TaskResult("fct_orders", RunStatus.Failed, "model", "column x"), new TaskResult("dim", RunStatus.Succeeded)],
    };

    [Theory]
    [InlineData("unknown", "", "main", null, "prod")]
    [InlineData("unknown", "", "feature/x", null, "unknown")]
    [InlineData("unknown", "dev", "main", null, "dev")]
    [InlineData("Production", "dev", "main", null, "prod")]
    [InlineData("production", "dev", "main", "staging", "staging")]
    [InlineData("pr-12", "", "", null, "pr-12")]
    [InlineData("mars", "dev", "main", null, "unknown")]
    public void The_environment_is_that_of_endpoint_event_address_or_branch_in_this_order(string own, string address, string branch, string? ofEndpoint, string expected)
    {
        var endpoint = ofEndpoint is null ? null : Configurations.Endpoint("github", "x", environment: ofEndpoint);
        var lines = Normalize(Failed with { Environment = own, Branch = branch }, endpoint, address);
        Assert.Equal($"frame {expected} github unsigned", lines[0]);
        Assert.Contains($"environment={expected}", lines[1], StringComparison.Ordinal);
        Assert.Equal(own == "mars", lines[1].Contains("environment.raw:Text=mars", StringComparison.Ordinal));
    }

    [Fact]
    public void A_run_is_kept_as_event_and_as_rows_that_people_can_read_without_secrets()
    {
        var lines = Normalize(Failed, null, "prod");
        Assert.Equal(
            [
                "frame prod github unsigned",
                $"log {Failed.EventTimeMilliseconds * 1_000_000} 17 'orders_daily failed: could not reach https://loader:<redacted>@proxy' trace= span= "
                + "{environment=prod, source=github, pipeline=orders_daily} [] cicd.pipeline.name:Text=orders_daily cicd.pipeline.run.id:Text=7 cicd.pipeline.result:Text=failure "
                + "vcs.ref.head.name:Text=main exception.message:Text=could not reach https://loader:<redacted>@proxy",
                $"log {Failed.EventTimeMilliseconds * 1_000_000} 17 'orders_daily failed in fct_orders: column x' trace= span= "
                + "{environment=prod, source=github, pipeline=orders_daily, task=fct_orders} [] cicd.pipeline.name:Text=orders_daily cicd.pipeline.run.id:Text=7 "
                + "cicd.pipeline.task.name:Text=fct_orders cicd.pipeline.task.run.result:Text=failure vcs.ref.head.name:Text=main exception.message:Text=column x",
                "run github orders_daily prod 7#1  Failed",
            ],
            lines);
    }

    [Fact]
    public void A_row_of_an_old_recording_stands_at_its_receipt_and_says_when_it_happened()
    {
        var lines = Normalize(Failed with { EventTimeMilliseconds = 1_600_000_000_000, Tasks = [] }, null, "prod");
        Assert.StartsWith($"log {Decoding.Received} ", lines[1], StringComparison.Ordinal);
        Assert.Contains("obs.event_time:Text=2020-09-13T12:26:40", lines[1], StringComparison.Ordinal);
    }

    [Fact]
    public void Events_of_two_environments_are_two_frames()
    {
        using var writers = new EnvironmentWriters();
        var normalized = Normalizer().Normalize(writers, "run", [Failed with { Environment = "prod" }, Failed with { Environment = "dev" }], null, "", Actor.Unsigned, Decoding.Received);
        Assert.Equal(["prod", "dev"], normalized.Frames.Select(frame => TelemetryFrame.PeekHeader(frame.Span).Environment));
    }

    [Fact]
    public void The_endpoints_owner_is_a_hint_for_events_without_one()
    {
        using var writers = new EnvironmentWriters();
        var endpoint = Configurations.Endpoint("github", "orders", owner: "team-orders");
        var frame = TelemetryFrame.Open(Assert.Single(Normalizer().Normalize(writers, "github", [Failed], endpoint, "", Actor.Unsigned, Decoding.Received).Frames));
        var run = Assert.Single(frame.ReadRuns());
        Assert.Equal(("team-orders", "owner of github/orders in sources.yaml"), (run.OwnerHint, run.OwnerHintOrigin));
    }

    [Fact]
    public void A_key_of_another_environment_is_refused_and_nothing_is_made()
    {
        using var writers = new EnvironmentWriters();
        var actor = Actor.OfKey(new ApiKey { Name = "dev-key", Line = 1, Sha256 = new byte[32], Roles = AccessRoles.Ingest, Environments = ["dev", "pr-*"] });
        var normalized = Normalizer().Normalize(writers, "run", [Failed with { Environment = "dev" }, Failed with { Environment = "prod" }], null, "", actor, Decoding.Received);
        Assert.Equal(RefusalKind.Forbidden, normalized.Refusal?.Kind);
        Assert.Empty(normalized.Frames);
    }

    private static IReadOnlyList<string> Normalize(RunEvent runEvent, SourceEndpoint? endpoint, string address)
    {
        using var writers = new EnvironmentWriters();
        return FrameText.Of(Normalizer().Normalize(writers, "github", [runEvent], endpoint, address, Actor.Unsigned, Decoding.Received).Frames);
    }

    private static EventNormalizer Normalizer() => new(new EnvironmentResolver(() => Configurations.Shipped), () => Configurations.Shipped);
}
