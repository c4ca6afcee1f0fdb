namespace Observability.Configuration;

/// <summary>Says which integrations of each receiver can deliver now; the others go to preview, and a warning says why.</summary>
internal static class ReceiverChecks
{
    public static Dictionary<string, ReceiverReadiness> Judge(AlertingConfiguration alerting, IFileReader files, List<ConfigurationWarning> warnings)
    {
        var readiness = new Dictionary<string, ReceiverReadiness>(StringComparer.Ordinal);
        foreach (var receiver in alerting.Receivers)
        {
            var problems = new List<string>();
            var ready = new List<Integration>();
            foreach (var integration in receiver.Integrations)
            {
                if (ProblemOf(integration, files) is { } problem)
                {
                    problems.Add($"{integration.Name}: {problem}");
                    Warn(warnings, integration.Line, receiver, $"{integration.Name} cannot deliver: {problem}");
                }
                else
                {
                    ready.Add(integration);
                }
            }
            string? reason = null;
            if (ready.Count == 0)
            {
                reason = problems.Count > 0 ? string.Join("; ", problems) : "it has no integrations that this product delivers";
                Warn(warnings, receiver.Line, receiver, $"receiver '{receiver.Name}' delivers to preview: {reason}");
            }
            readiness[receiver.Name] = new ReceiverReadiness(ready, reason);
        }
        return readiness;
    }

    private static string? ProblemOf(Integration integration, IFileReader files) =>
        integration.Secrets.Select(secret => secret.Read(files).Problem).FirstOrDefault(problem => problem is not null);

    private static void Warn(List<ConfigurationWarning> warnings, int line, Receiver receiver, string message) =>
        warnings.Add(new ConfigurationWarning("alerting.yaml", line, 1, $"receivers.{receiver.Name}", message));
}
