using Observability.Telemetry;

namespace Observability.Collector.Sources.Dbt;

/// <summary>What the words of run_results.json mean (v1 to v6, dbt Fusion included).</summary>
internal static class DbtStatus
{
    /// <summary>State of one node; null for a word that is not known. A warning does not fail a run: dbt's own exit code says so.</summary>
    public static RunStatus? OfNode(string status) => status switch
    {
        "success" or "pass" or "warn" or "no-op" or "reused" => RunStatus.Succeeded,
        "error" or "fail" or "runtime error" => RunStatus.Failed,
        "partial success" => RunStatus.Partial,
        "skipped" => RunStatus.Skipped,
        _ => null,
    };

    public static bool IsTest(string kind) => kind is "test" or "unit_test";
}
