using System.Text.Json.Serialization.Metadata;
using Observability.Contracts;
using Observability.RuleEngine.Configuration;
using Observability.RuleEngine.Grouping;
using Observability.RuleEngine.Runs;
using Observability.RuleEngine.Tracking;
using Observability.Telemetry;

namespace Observability.RuleEngine.Tests.Stored;

/// <summary>One of everything that the engine stores or sends, with every member set, and the code that reads it.</summary>
internal static class StoredSamples
{
    private static readonly DateTimeOffset At = TestAlerts.Start;

    private static readonly NoticeOwner Owner = new("team-orders", "owners.yaml assets: orders_*", "orders@example.com", "S0ORDERS", "#orders");

    private static readonly WhyStep Step = new("rule", true, "PipelineRunFailed became true", At);

    private static readonly ToldAddress Address = new("00112233aabbccdd", """{"type":"slack","kind":"slack","index":0,"line":12}""", SendResolved: false);

    private static readonly RunFacts Facts = new()
    {
        Source = "dbt", Pipeline = "orders", RunId = "41", Attempt = 2, FailedTask = "fct_orders", FailedTaskCount = 3, Error = "column does not exist",
        Url = "https://ci/41", Commit = "c07d2aa", StartedAt = At, FinishedAt = At, DurationSeconds = 1.5, UsualDurationSeconds = 2.5, Rows = 7, LastGoodAt = At,
        OwnerHint = "team-orders", OwnerHintOrigin = "meta.owner", ClockSkew = true,
    };

    private static readonly NoticeAlert Alert = new()
    {
        Fingerprint = "b7c41f0a9d2e6635", Firing = false, Labels = Map("pipeline", "orders"), Annotations = Map("summary", "orders failed"), StartsAt = At, EndsAt = At,
        EndReason = "rule removed", GeneratorUrl = "https://obs/graph", Owner = Owner, Run = Facts, Occurrences = 2, Why = [Step],
    };

    private static readonly NotificationIntent Intent = new()
    {
        Version = 1, Id = "0123456789abcdef0123456789abcdef", GroupKey = "{}:{}", Receiver = "prod", Integration = "slack[0]", Ordinal = 2, Incident = 1,
        Kind = IntentKind.Resolved, IsUpdate = true, Environment = "prod", Epoch = 3, ConfigurationVersion = 4, DecidedAt = At, GroupLabels = Map("pipeline", "orders"),
        Alerts = [Alert], OmittedAlerts = 5, Address = Address, RouteReason = "all that was told is over",
    };

    private static readonly TaskResult Task = new("fct_orders", RunStatus.Failed, "model", "boom", 1, 2, 3);

    private static readonly RunEvent Report = new()
    {
        Kind = RunKind.Deployment, Source = "dbt", Pipeline = "orders", Environment = "prod", RunId = "41", Attempt = 2, Task = "fct", Status = RunStatus.Failed,
        EventTimeMilliseconds = 1, QueuedAtMilliseconds = 2, StartedAtMilliseconds = 3, FinishedAtMilliseconds = 4, Url = "u", Error = "e", Rows = 5, Commit = "c",
        PreviousCommit = "p", Branch = "b", Version = "v", Slot = "blue", DeploymentId = "d", FullRefresh = true, OwnerHint = "o", OwnerHintOrigin = "meta.owner",
        Actor = "ana", Team = "data", Tier = "critical", Tests = new TestCounts(1, 2, 3, 4, 5), Tasks = [Task], Recovered = true, DeliveryId = "delivery",
    };

    private static readonly ToldState Told = new()
    {
        Ordinal = 2, Incident = 1, At = At, AddressId = Address.Id, Firing = new Dictionary<ulong, int> { [7] = 2 }, Owners = new Dictionary<ulong, NoticeOwner> { [7] = Owner },
    };

    private static readonly AlertGroup Group = new()
    {
        Key = "{}:{}:prod", RouteKey = "{}", Receiver = "prod", Labels = LabelSet.Of(("pipeline", "orders")), Members = [7], Departed = [7], NextFlush = At, ClosedAt = At,
        HasFlushed = true, Told = new Dictionary<string, ToldState> { ["slack[0]"] = Told },
    };

    private static readonly AlertState Tracked = TestAlerts.Firing("prod", "orders", 2) with
    {
        ResolvedAt = At, KeepFiringSince = At, EndReason = "rule removed", Value = 1.5, Annotations = Map("summary", "s"), OccurrenceId = "41#2", Run = Facts, Owner = Owner,
        Why = [Step], GeneratorUrl = "https://obs/graph",
    };

    private static readonly ReportOrder Order = new(3, 2, 1);

    private static readonly TaskState RunTask = new()
    {
        Name = "fct_orders", Reported = new(Order, RunStatus.Failed), Kind = new(Order, "model"), Error = new(Order, "boom"), Url = new(Order, "u"), Rows = new(Order, 3),
        StartedAtMilliseconds = 1, FinishedAtMilliseconds = 2, CountsFromMilliseconds = 3, MayPage = true,
    };

    private static readonly RunState Run = new()
    {
        Key = new RunKey(new PipelineKey(RunKind.Pipeline, "dbt", "orders", "prod"), "41", 2), Reported = new(Order, RunStatus.Failed), FirstSeenMilliseconds = 1,
        CountsFromMilliseconds = 2, QueuedAtMilliseconds = 3, StartedAtMilliseconds = 4, FinishedAtMilliseconds = 5, MayPage = true, HasClockSkew = true, CountedResults = 6,
        Url = new(Order, "u"), Error = new(Order, "e"), Commit = new(Order, "c"), PreviousCommit = new(Order, "p"), Branch = new(Order, "b"), Version = new(Order, "v"),
        Slot = new(Order, "s"), DeploymentId = new(Order, "d"), Actor = new(Order, "a"), Team = new(Order, "t"), Tier = new(Order, "critical"),
        OwnerHint = new(Order, new OwnerHint("o", "meta.owner")), Rows = new(Order, 7), FullRefresh = new(Order, true), Tests = new(Order, new TestCounts(1, 2, 3, 4, 5)),
        Tasks = [RunTask], OmittedTasks = 8,
    };

    private static readonly PipelineImage Pipeline = new()
    {
        Key = Run.Key.Pipeline, LastReportMilliseconds = 1, IsRetired = true, HasDroppedRuns = true, Team = "data", Tier = "critical",
        Values = [new SeriesValue(SeriesName.Of(RunMetrics.LastRunFailed), 1)], TasksSeen = new Dictionary<string, long> { ["fct_orders"] = 2 }, Runs = [Run],
    };

    /// <summary>Parts of documents stand beside them, so that each member is looked at by itself.</summary>
    public static IReadOnlyList<StoredSample> All { get; } =
    [
        Of("intent", Intent, ContractJson.Default.NotificationIntent), Of("intent-alert", Alert, ContractJson.Default.NoticeAlert),
        Of("intent-run", Facts, ContractJson.Default.RunFacts), Of("intent-owner", Owner, ContractJson.Default.NoticeOwner), Of("intent-why", Step, ContractJson.Default.WhyStep),
        Of("run-event", Report, RunEventJson.Default.RunEvent), Of("run-event-task", Task, RunEventJson.Default.TaskResult),
        Of("alert", Tracked, EngineJson.Default.AlertState), Of("group", Group, EngineJson.Default.AlertGroup), Of("group-told", Told, EngineJson.Default.ToldState),
        Of("address", Address, EngineJson.Default.ToldAddress),
        Of("runs", new RunCatalogImage([Pipeline]), RunCatalogJson.Default.RunCatalogImage), Of("runs-pipeline", Pipeline, RunCatalogJson.Default.PipelineImage),
        Of("runs-run", Run, RunCatalogJson.Default.RunState), Of("runs-task", RunTask, RunCatalogJson.Default.TaskState),
        Of("configuration-version", new ConfigurationVersion(3, "hash", "ana", At, "files read"), ConfigurationJson.Default.ConfigurationVersion),
        Of("rule-group", new StoredRuleGroup("own", "name: own", "ana", At, 4), ConfigurationJson.Default.StoredRuleGroup),
    ];

    private static StoredSample Of<T>(string name, T value, JsonTypeInfo<T> form)
        where T : class => new(name, value, form);

    private static Dictionary<string, string> Map(string name, string value) => new(StringComparer.Ordinal) { [name] = value };
}

/// <param name="Name">Of its file in the folder Forms.</param>
internal sealed record StoredSample(string Name, object Value, JsonTypeInfo Form);
