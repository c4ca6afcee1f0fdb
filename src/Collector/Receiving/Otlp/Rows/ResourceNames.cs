using System.Text;
using Observability.Telemetry;

namespace Observability.Collector.Receiving.Otlp.Rows;

/// <summary>How a protocol calls what every resource has here: which of its attributes tell the environment, and which become labels.</summary>
internal sealed class ResourceNames
{
    private readonly (byte[] Name, string Label)[] _labels;

    private ResourceNames(IEnumerable<string> environment, params (string Name, string Label)[] labels)
    {
        Environment = [.. environment.Select(Encoding.UTF8.GetBytes)];
        _labels = [.. labels.Select(static entry => (Encoding.UTF8.GetBytes(entry.Name), entry.Label))];
    }

    /// <summary>OpenTelemetry's semantic conventions, and our own short names.</summary>
    public static ResourceNames Otlp { get; } = new(
        [AttributeNames.DeploymentEnvironmentName, AttributeNames.DeploymentEnvironmentDeprecated],
        (AttributeNames.ServiceName, LabelNames.ServiceName), (AttributeNames.PipelineName, LabelNames.Pipeline),
        (LabelNames.Pipeline, LabelNames.Pipeline), (LabelNames.Team, LabelNames.Team), (LabelNames.Owner, LabelNames.Owner));

    /// <summary>
    /// The labels of streams here under their own names, and nothing else: a <c>job</c> or an <c>app</c> is no service by OTLP's mapping either. The
    /// environment also under the names that Loki gives to OpenTelemetry's attributes.
    /// </summary>
    public static ResourceNames Loki { get; } = new(
        [LabelNames.Environment, "env", "deployment_environment_name", "deployment_environment"],
        [.. new[]
        {
            LabelNames.Environment, LabelNames.Source, LabelNames.ServiceName, LabelNames.Pipeline, LabelNames.Task, LabelNames.Team, LabelNames.Owner,
        }.Select(static name => (name, name))]);

    /// <summary>The first that a resource has decides.</summary>
    public IReadOnlyList<byte[]> Environment { get; }

    public bool IsEnvironment(ReadOnlySpan<byte> name)
    {
        foreach (var known in Environment)
        {
            if (name.SequenceEqual(known))
            {
                return true;
            }
        }
        return false;
    }

    /// <summary>The label that an attribute becomes, or null for one that stays an attribute. Few values each, because every combination is a stream or series.</summary>
    public string? LabelOf(ReadOnlySpan<byte> name)
    {
        foreach (var (known, label) in _labels)
        {
            if (name.SequenceEqual(known))
            {
                return label;
            }
        }
        return null;
    }
}
