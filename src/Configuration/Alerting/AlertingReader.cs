using Observability.Configuration.Yaml;

namespace Observability.Configuration;

/// <summary>Reads <c>alerting.yaml</c>, which is an Alertmanager configuration file and nothing else.</summary>
public static class AlertingReader
{
    /// <summary>
    /// Reads the whole file and reports everything that is wrong with it at once. What Alertmanager refuses is refused; warnings are what it would accept and
    /// somebody may not have meant.
    /// </summary>
    /// <param name="text">The file's text.</param>
    /// <param name="file">As messages name it.</param>
    /// <param name="directory">Relative paths in the file (<c>*_file</c>, templates) are taken from here.</param>
    /// <param name="smtp">Mail settings for what <c>global.smtp_*</c> leaves open (settings.yaml), or null.</param>
    public static ConfigurationResult<AlertingConfiguration> Read(string text, string file, string directory, SmtpSettings? smtp = null)
    {
        var context = new ReadingContext(file, directory);
        return context.Finish(ReadRoot(text, context, smtp));
    }

    private static AlertingConfiguration? ReadRoot(string text, ReadingContext context, SmtpSettings? smtp)
    {
        if (MappingReader.OfRoot(YamlTree.Read(text, context), context) is not { } root)
        {
            return null;
        }
        var global = GlobalReader.Read(root, smtp);
        var receivers = ReadReceivers(root, global);
        var intervals = TimeIntervalReader.ReadAll(root);
        var route = RouteReader.ReadRoot(root, receivers, intervals);
        var inhibitions = root.Items("inhibit_rules").Select(InhibitRuleReader.Read).OfType<InhibitRule>().ToList();
        var templates = root.Texts("templates").Select(context.Resolve).ToList();
        // Read by Alertmanager 0.27 and later for tracing of its own; nothing here depends on it.
        root.Know("tracing");
        root.Finish();
        return route is null ? null : new AlertingConfiguration
        {
            OriginalText = text,
            RedactedText = Redaction.Apply(text, context.Secrets),
            Global = global,
            Route = route,
            Receivers = receivers,
            InhibitRules = inhibitions,
            TimeIntervals = intervals,
            Templates = templates,
        };
    }

    private static List<Receiver> ReadReceivers(MappingReader root, GlobalSettings global)
    {
        var receivers = new List<Receiver>();
        foreach (var item in root.Items("receivers"))
        {
            if (ReceiverReader.Read(item, global) is not { } receiver)
            {
                continue;
            }
            if (receiver.Name.Length > 0 && receivers.Find(other => other.Name == receiver.Name) is { } first)
            {
                item.Error($"receiver '{receiver.Name}' is defined twice; first in line {first.Line}");
            }
            receivers.Add(receiver);
        }
        return receivers;
    }
}
