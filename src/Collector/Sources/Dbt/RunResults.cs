using Observability.Telemetry;

namespace Observability.Collector.Sources.Dbt;

/// <summary>
/// <c>run_results.json</c>, v1 to v6. One file is one run: its nodes become tasks, its tests are counted. The file names no pipeline: the project of its
/// nodes does, unless the address says <c>?pipeline=</c>.
/// </summary>
internal static class RunResults
{
    // Commands that build or test data; the others (compile, docs generate, list …) leave the same file behind.
    private static readonly string[] DataCommands = ["run", "build", "test", "seed", "snapshot", "retry", "clone", "run-operation", ""];

    public static SourceResult Read(SourcePayload payload)
    {
        var command = WhichOf(payload);
        if (!DataCommands.Contains(command, StringComparer.Ordinal))
        {
            return SourceResult.Ignored($"'dbt {command}' moves no data");
        }
        var nodes = payload.Json.Items("results").Select(DbtNode.Read).OfType<DbtNode>().ToList();
        var announced = payload.Json.Items("results").Count();
        if (announced > 0 && nodes.Count == 0)
        {
            return SourceResult.NotUnderstood($"none of the {announced} results has a unique_id and a status that is known");
        }
        var pipeline = PipelineOf(payload, nodes);
        if (pipeline.Length == 0)
        {
            return SourceResult.NotUnderstood("the file has no results, so it names no project; add ?pipeline= to the address");
        }
        var invocation = payload.Json.Text("metadata", "invocation_id");
        var finished = payload.Json.Time("metadata", "generated_at");
        return SourceResult.Understood(new RunEvent
        {
            Source = "dbt",
            Pipeline = pipeline,
            Environment = EnvironmentOf(payload),
            // Without an id the file's own time tells two runs apart.
            RunId = invocation.Length > 0 ? invocation : payload.Json.Text("metadata", "generated_at"),
            Status = StatusOf(nodes),
            EventTimeMilliseconds = finished ?? payload.ReceivedMilliseconds,
            StartedAtMilliseconds = StartOf(payload, nodes, finished),
            FinishedAtMilliseconds = finished ?? payload.ReceivedMilliseconds,
            Error = ErrorOf(nodes),
            Rows = nodes.Any(static node => node.Rows is not null) ? nodes.Sum(static node => node.Rows ?? 0) : null,
            FullRefresh = payload.Json.Boolean("args", "full_refresh"),
            Url = payload.Query("url"),
            Commit = payload.Query("commit"),
            Tests = TestsOf(nodes),
            Tasks = [.. nodes.Select(static node => node.ToTask())],
            DeliveryId = invocation,
        });
    }

    private static string WhichOf(SourcePayload payload) =>
        payload.Json.Text("args", "which") is { Length: > 0 } which ? which : payload.Json.Text("args", "rpc_method");

    private static string EnvironmentOf(SourcePayload payload)
    {
        if (payload.Query("environment") is { Length: > 0 } asked)
        {
            return asked;
        }
        return payload.Json.Text("args", "target") is { Length: > 0 } target ? target : "unknown";
    }

    // Packages bring nodes of their own, sometimes more than the project has. The folder is mostly named like the project; else it is the one with tests,
    // seeds and snapshots, since packages bring models.
    private static string PipelineOf(SourcePayload payload, List<DbtNode> nodes)
    {
        if (payload.Query("pipeline") is { Length: > 0 } asked)
        {
            return asked;
        }
        var folder = payload.Json.Text("args", "project_dir").Replace('\\', '/').TrimEnd('/');
        return nodes.GroupBy(static node => node.Project, StringComparer.Ordinal)
            .OrderByDescending(project => folder == project.Key || folder.EndsWith("/" + project.Key, StringComparison.Ordinal))
            .ThenByDescending(static project => project.Count(static node => node.Kind is not ("model" or "operation")))
            .ThenByDescending(static project => project.Count())
            .ThenBy(static project => project.Key, StringComparer.Ordinal)
            .FirstOrDefault()?.Key ?? "";
    }

    // Nothing to do is a success, as for dbt itself.
    private static RunStatus StatusOf(List<DbtNode> nodes)
    {
        if (nodes.Any(static node => node.Status == RunStatus.Failed))
        {
            return RunStatus.Failed;
        }
        return nodes.Any(static node => node.Status == RunStatus.Partial) ? RunStatus.Partial : RunStatus.Succeeded;
    }

    private static long? StartOf(SourcePayload payload, List<DbtNode> nodes, long? finished)
    {
        if (payload.Json.Time("metadata", "invocation_started_at") is { } stated)
        {
            return stated;
        }
        if (nodes.Min(static node => node.StartedAt) is { } earliest)
        {
            return earliest;
        }
        return finished is { } end && payload.Json.At("elapsed_time") is { ValueKind: System.Text.Json.JsonValueKind.Number } elapsed && elapsed.TryGetDouble(out var seconds)
            && seconds is >= 0 and < 1e9
            ? end - (long)(seconds * 1000)
            : null;
    }

    private static string ErrorOf(List<DbtNode> nodes)
    {
        var failed = nodes.Where(static node => node.Status.IsFailure()).ToList();
        return failed.Count switch
        {
            0 => "",
            1 => $"{failed[0].Name}: {failed[0].Message}",
            _ => $"{failed[0].Name}: {failed[0].Message}\n(and {failed.Count - 1} more failed)",
        };
    }

    private static TestCounts? TestsOf(List<DbtNode> nodes)
    {
        var words = nodes.Where(static node => DbtStatus.IsTest(node.Kind)).Select(static node => node.Word).ToList();
        return words.Count == 0
            ? null
            : new TestCounts(words.Count(static word => word is "pass" or "success"), words.Count(static word => word == "fail"),
                words.Count(static word => word == "warn"), words.Count(static word => word == "skipped"), words.Count(static word => word is "error" or "runtime error"));
    }
}
