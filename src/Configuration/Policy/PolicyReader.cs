using Observability.Configuration.Yaml;

namespace Observability.Configuration;

/// <summary>Reads <c>policy.yaml</c>. Names of receivers and environments are checked against the files that define them.</summary>
public static class PolicyReader
{
    public static ConfigurationResult<PolicyConfiguration> Read(
        string text,
        string file,
        AlertingConfiguration alerting,
        EnvironmentsConfiguration environments,
        Func<string, string?>? variables = null)
    {
        var context = new ReadingContext(file, "", variables ?? Environment.GetEnvironmentVariable);
        var root = MappingReader.OfRoot(YamlTree.Read(text, context), context);
        return context.Finish(root is null ? null : ReadRoot(root, alerting, environments));
    }

    private static PolicyConfiguration ReadRoot(MappingReader root, AlertingConfiguration alerting, EnvironmentsConfiguration environments)
    {
        var names = alerting.Receivers.Select(receiver => receiver.Name).ToList();
        var fallback = root.RequiredText("fallback", "the receiver that hears of alerts without a known environment or owner");
        if (fallback.Length > 0 && !names.Contains(fallback))
        {
            root.Error("fallback", $"receiver '{fallback}' is not defined in alerting.yaml; {NearestName.Hint(fallback, names)}");
        }
        var receivers = new Dictionary<string, ReceiverPolicy>(StringComparer.Ordinal);
        foreach (var (name, value) in root.Mapping("receivers")?.Entries() ?? [])
        {
            if (!names.Contains(name.Value))
            {
                root.Context.Error(name, value.Path, $"receiver '{name.Value}' is not defined in alerting.yaml; {NearestName.Hint(name.Value, names)}");
            }
            if (value.AsMapping() is { } mapping)
            {
                receivers[name.Value] = ReadReceiver(mapping, name.Line, environments);
            }
        }
        root.Finish();
        foreach (var receiver in alerting.Receivers.Where(receiver => receivers.GetValueOrDefault(receiver.Name)?.Environments is null))
        {
            root.Warn("receivers", $"receiver '{receiver.Name}' may hear of every environment; list its 'environments' here to restrict it");
        }
        return new PolicyConfiguration { Fallback = fallback, Receivers = receivers };
    }

    private static ReceiverPolicy ReadReceiver(MappingReader mapping, int line, EnvironmentsConfiguration environments)
    {
        var policy = new ReceiverPolicy
        {
            Line = line,
            Environments = EnvironmentNames.Read(mapping, "environments", environments),
            Team = mapping.Text("team"),
            Threads = mapping.Flag("threads", otherwise: true),
            MessagesPerMinute = mapping.Value("messages_per_minute")?.AsInteger(1, 6000) is { } rate ? (int)rate : null,
        };
        mapping.Finish();
        return policy;
    }
}
