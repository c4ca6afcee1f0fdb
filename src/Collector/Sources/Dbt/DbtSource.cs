using Observability.Collector.Receiving.Signatures;

namespace Observability.Collector.Sources.Dbt;

/// <summary>
/// Artifacts that dbt leaves in its target folder, posted after a run (schemas.getdbt.com). Which one it is follows from its own schema version.
/// </summary>
internal sealed class DbtSource : ISource
{
    public string Name => "dbt";

    /// <summary>dbt Core sends nothing by itself; whoever posts the file signs like GitHub does.</summary>
    public SignatureScheme Signature { get; } = new(SignatureAlgorithm.HmacSha256, "X-Hub-Signature-256", "sha256=");

    public bool TakesForms => false;

    public SourceResult Read(SourcePayload payload)
    {
        var schema = payload.Json.Text("metadata", "dbt_schema_version");
        if (schema.Contains("/run-results/", StringComparison.Ordinal))
        {
            return RunResults.Read(payload);
        }
        if (schema.Contains("/manifest/", StringComparison.Ordinal) || schema.Contains("/sources/", StringComparison.Ordinal) || schema.Contains("/catalog/", StringComparison.Ordinal))
        {
            return SourceResult.Ignored($"'{schema}' is not yet read; only run_results.json is");
        }
        return SourceResult.NotUnderstood("metadata.dbt_schema_version is none of dbt's; post the file run_results.json as dbt wrote it");
    }
}
