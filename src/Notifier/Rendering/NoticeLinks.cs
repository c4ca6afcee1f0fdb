using System.Globalization;
using Observability.Contracts;

namespace Observability.Notifier.Rendering;

/// <summary>Addresses of the Portal. All begin with <c>external_url</c> of settings.yaml.</summary>
internal sealed class NoticeLinks(string externalUrl)
{
    /// <summary>Logs around a failure: what came before explains it, what came after shows what it did.</summary>
    private static readonly TimeSpan LogsBefore = TimeSpan.FromMinutes(15);
    private static readonly TimeSpan LogsAfter = TimeSpan.FromMinutes(5);

    /// <summary>Names from payloads may be of any length. Slack takes 3,000 and a link stands in several places of a mail of at most 100 KB.</summary>
    private const int MostCharacters = 1500;

    public string Alert(string fingerprint) => $"{externalUrl}/alerts/{Uri.EscapeDataString(fingerprint)}";

    public string Why(string fingerprint) => Alert(fingerprint) + "#why";

    /// <summary>Empty without a run id, or with names that make no address: then there is no page of its own.</summary>
    public string Run(RunFacts? run, string environment)
    {
        if (run is null || run.RunId.Length == 0)
        {
            return "";
        }
        var url = $"{externalUrl}/runs/{Uri.EscapeDataString(run.RunId)}?source={Uri.EscapeDataString(run.Source)}"
            + $"&pipeline={Uri.EscapeDataString(run.Pipeline)}&environment={Uri.EscapeDataString(environment)}"
            + $"&attempt={run.Attempt.ToString(CultureInfo.InvariantCulture)}";
        return url.Length <= MostCharacters ? url : "";
    }

    public string Logs(string environment, string pipeline, DateTimeOffset at)
    {
        var selector = pipeline.Length == 0 ? $"{{environment={Quoted(environment)}}}" : $"{{environment={Quoted(environment)}, pipeline={Quoted(pipeline)}}}";
        var url = $"{externalUrl}/logs?query={Uri.EscapeDataString(selector)}&from={Moment(at - LogsBefore)}&to={Moment(at + LogsAfter)}";
        return url.Length <= MostCharacters || pipeline.Length == 0 ? url : Logs(environment, "", at);
    }

    public string Notices => $"{externalUrl}/notices";

    private static string Quoted(string value) =>
        "\"" + value.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal).Replace("\n", "\\n", StringComparison.Ordinal) + "\"";

    private static string Moment(DateTimeOffset at) =>
        Uri.EscapeDataString(at.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture));
}
