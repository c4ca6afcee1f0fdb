using System.Globalization;
using System.Text;
using Observability.Query.Values;
using Observability.Telemetry;

namespace Observability.RuleEngine.Consuming;

/// <summary>Samples of one frame that came behind the out-of-order window, for a dead letter.</summary>
/// <param name="Name">Of the frame.</param>
/// <param name="Samples">The first of them.</param>
/// <param name="Total">How many there were.</param>
internal sealed record LateSamples(FrameName Name, IReadOnlyList<MetricSample> Samples, int Total)
{
    /// <summary>
    /// Prometheus' text format (series, value, Unix milliseconds), below a comment that says why: what people read can be loaded again as it is.
    /// </summary>
    public byte[] ToText()
    {
        var text = new StringBuilder();
        text.Append(CultureInfo.InvariantCulture, $"# {Total} samples came later than the out-of-order window allows and are in no answer; the first {Samples.Count}:\n");
        foreach (var (labels, timestamp, value) in Samples)
        {
            text.Append(CultureInfo.InvariantCulture, $"{labels} {NumberText.Format(value)} {timestamp}\n");
        }
        return Encoding.UTF8.GetBytes(text.ToString());
    }
}
