using System.Text.Json;
using System.Text.Json.Nodes;

namespace Observability.Standalone.Demo;

internal enum DbtOutcome
{
    Good,

    /// <summary>What depends on the model is skipped, its test too.</summary>
    ModelFailed,

    /// <summary>Everything is built, and a test then finds rows that should not exist.</summary>
    TestFailed,
}

/// <summary>What dbt writes into <c>run_results.json</c> (version 6).</summary>
internal static class DbtPayload
{
    private const string Error = "Database Error in model fct_orders (models/marts/fct_orders.sql)\n  column \"discount_pct\" does not exist\n  LINE 41:   , o.discount_pct * o.gross_amount as discount_amount";

    public static DemoPayload Build(string environment, string pipeline, string invocation, DateTimeOffset started, DateTimeOffset finished, DbtOutcome outcome)
    {
        var failed = outcome == DbtOutcome.ModelFailed;
        var results = new JsonArray(
            Node("model.shop.stg_orders", "success", "SELECT 48211", started, finished),
            Node("test.shop.not_null_stg_orders_id.a1b2c3", "pass", null, started, finished, failures: 0),
            Node("model.shop.fct_orders", failed ? "error" : "success", failed ? Error : "SELECT 1204311", started, finished),
            UniqueTest(outcome, started, finished),
            Node("model.shop.revenue_overview", failed ? "skipped" : "success", failed ? "Skipping relation revenue_overview due to ephemeral model error" : "SELECT 365", started, finished));
        var body = new JsonObject
        {
            ["metadata"] = new JsonObject
            {
                ["dbt_schema_version"] = "https://schemas.getdbt.com/dbt/run-results/v6.json",
                ["dbt_version"] = "1.9.4",
                ["generated_at"] = Iso(finished),
                ["invocation_id"] = invocation,
                ["env"] = new JsonObject(),
            },
            ["results"] = results,
            ["elapsed_time"] = (finished - started).TotalSeconds,
            ["args"] = new JsonObject { ["which"] = "build", ["target"] = environment },
        };
        return new DemoPayload($"/webhooks/dbt?environment={environment}&pipeline={pipeline}", body.ToJsonString());
    }

    private static JsonObject UniqueTest(DbtOutcome outcome, DateTimeOffset started, DateTimeOffset finished)
    {
        const string Id = "test.shop.unique_fct_orders_id.d4e5f6";
        return outcome switch
        {
            DbtOutcome.ModelFailed => Node(Id, "skipped", "Skipping due to upstream error", started, finished),
            DbtOutcome.TestFailed => Node(Id, "fail", "Got 37 results, configured to fail if != 0", started, finished, failures: 37),
            _ => Node(Id, "pass", null, started, finished, failures: 0),
        };
    }

    private static JsonObject Node(string id, string status, string? message, DateTimeOffset started, DateTimeOffset finished, int? failures = null) => new()
    {
        ["unique_id"] = id,
        ["status"] = status,
        ["message"] = message,
        ["failures"] = failures,
        ["execution_time"] = (finished - started).TotalSeconds / 5,
        ["thread_id"] = "Thread-1 (worker)",
        ["adapter_response"] = new JsonObject(),
        ["timing"] = status == "skipped" ? new JsonArray() : new JsonArray(new JsonObject
        {
            ["name"] = "execute",
            ["started_at"] = Iso(started),
            ["completed_at"] = Iso(finished),
        }),
    };

    internal static string Iso(DateTimeOffset time) => time.UtcDateTime.ToString("yyyy-MM-ddTHH:mm:ss.ffffffZ", System.Globalization.CultureInfo.InvariantCulture);
}

/// <summary>What GitHub posts for workflow runs and deployments, cut to the fields that matter.</summary>
internal static class GitHubPayload
{
    /// <summary>What a workflow run waits for a runner on a busy morning.</summary>
    private static readonly TimeSpan Queued = TimeSpan.FromSeconds(35);

    public static DemoPayload WorkflowRun(string repository, string branch, string runId, string conclusion, DateTimeOffset started, DateTimeOffset finished)
    {
        var body = new JsonObject
        {
            ["action"] = "completed",
            ["workflow_run"] = new JsonObject
            {
                ["id"] = long.Parse(runId, System.Globalization.CultureInfo.InvariantCulture),
                ["name"] = repository.Split('/')[1],
                ["run_attempt"] = 1,
                ["status"] = "completed",
                ["conclusion"] = conclusion,
                ["head_branch"] = branch,
                ["head_sha"] = "7be01d4c07d2aa9d1c44e2a41f9c2b7c41f0a9d2",
                ["run_started_at"] = DbtPayload.Iso(started),
                ["created_at"] = DbtPayload.Iso(started - Queued),
                ["updated_at"] = DbtPayload.Iso(finished),
                ["html_url"] = $"https://github.com/{repository}/actions/runs/{runId}",
                ["triggering_actor"] = new JsonObject { ["login"] = "ana-silva" },
            },
            ["workflow"] = new JsonObject { ["name"] = repository.Split('/')[1] },
            ["repository"] = new JsonObject { ["full_name"] = repository },
        };
        return new DemoPayload("/webhooks/github", body.ToJsonString(), ("X-GitHub-Event", "workflow_run"), ("X-GitHub-Delivery", $"run-{runId}"));
    }

    public static DemoPayload DeploymentStatus(string repository, string environment, string id, string state, DateTimeOffset at)
    {
        var body = new JsonObject
        {
            ["action"] = "created",
            ["deployment_status"] = new JsonObject
            {
                ["id"] = long.Parse(id, System.Globalization.CultureInfo.InvariantCulture),
                ["state"] = state,
                ["environment"] = environment,
                ["created_at"] = DbtPayload.Iso(at),
                ["updated_at"] = DbtPayload.Iso(at),
                ["target_url"] = $"https://github.com/{repository}/deployments",
            },
            ["deployment"] = new JsonObject
            {
                ["id"] = long.Parse(id, System.Globalization.CultureInfo.InvariantCulture),
                ["sha"] = "c07d2aa9d1c44e2a41f9c2b7c41f0a9d27be01d4",
                ["ref"] = "v41",
                ["environment"] = environment,
            },
            ["repository"] = new JsonObject { ["full_name"] = repository },
        };
        return new DemoPayload("/webhooks/github", body.ToJsonString(), ("X-GitHub-Event", "deployment_status"), ("X-GitHub-Delivery", $"deployment-{id}"));
    }
}

/// <summary>Our own run JSON, as a cron job sends it.</summary>
internal static class RunPayload
{
    public static DemoPayload Of(string pipeline, string environment, string status, string runId, DateTimeOffset started, DateTimeOffset finished, long rows)
    {
        var body = new JsonObject
        {
            ["source"] = "cron",
            ["pipeline"] = pipeline,
            ["environment"] = environment,
            ["status"] = status,
            ["run_id"] = runId,
            ["started_at"] = DbtPayload.Iso(started),
            ["finished_at"] = DbtPayload.Iso(finished),
            ["rows"] = rows,
        };
        return new DemoPayload("/webhooks/run", body.ToJsonString());
    }
}

/// <summary>OTLP over HTTP in JSON, as an OpenTelemetry SDK sends it.</summary>
internal static class OtlpPayload
{
    private static readonly string[] Lines = ["loaded partition of orders, 48,211 rows", "checkpoint written", "slow query on dim_customer, 4.2 s", "connection pool at 80 %"];

    public static DemoPayload Logs(DateTimeOffset at, int second)
    {
        var body = $$$"""
            {"resourceLogs":[{"resource":{{{Resource}}},"scopeLogs":[{"logRecords":[
            {"timeUnixNano":"{{{Nanoseconds(at)}}}","severityNumber":{{{(second % 12 == 9 ? 13 : 9)}}},"body":{"stringValue":{{{JsonSerializer.Serialize(Lines[second / 3 % Lines.Length])}}}},
             "attributes":[{"key":"rows","value":{"intValue":"{{{second * 1000}}}"}}]}]}]}]}
            """;
        return new DemoPayload("/v1/logs", body);
    }

    public static DemoPayload Metrics(DateTimeOffset at, int second)
    {
        var body = $$$"""
            {"resourceMetrics":[{"resource":{{{Resource}}},"scopeMetrics":[{"metrics":[{"name":"warehouse.queue.depth","unit":"{query}",
             "gauge":{"dataPoints":[{"timeUnixNano":"{{{Nanoseconds(at)}}}","asInt":"{{{second % 20}}}"}]}}]}]}]}
            """;
        return new DemoPayload("/v1/metrics", body);
    }

    private const string Resource = """
        {"attributes":[{"key":"service.name","value":{"stringValue":"warehouse"}},{"key":"deployment.environment.name","value":{"stringValue":"production"}}]}
        """;

    private static long Nanoseconds(DateTimeOffset at) => at.ToUnixTimeMilliseconds() * 1_000_000;
}
