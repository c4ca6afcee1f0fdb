using Observability.Configuration.Yaml;

namespace Observability.Configuration;

/// <summary>Reads <c>sources.yaml</c>.</summary>
public static class SourcesReader
{
    public static ConfigurationResult<SourcesConfiguration> Read(
        string text,
        string file,
        string directory,
        EnvironmentsConfiguration environments,
        OwnersConfiguration owners,
        Func<string, string?>? variables = null)
    {
        var context = new ReadingContext(file, directory, variables ?? Environment.GetEnvironmentVariable);
        var root = MappingReader.OfRoot(YamlTree.Read(text, context), context);
        return context.Finish(root is null ? null : ReadRoot(root, environments, owners));
    }

    private static SourcesConfiguration ReadRoot(MappingReader root, EnvironmentsConfiguration environments, OwnersConfiguration owners)
    {
        var endpoints = new List<SourceEndpoint>();
        foreach (var (name, value) in root.Mapping("sources")?.Entries() ?? [])
        {
            // An endpoint without settings is still an endpoint: "github/orders:" declares that it exists.
            var mapping = value.Node is YamlScalar { IsNull: true }
                ? new MappingReader(new YamlMapping([], name.Line, name.Column), value.Path, value.Context)
                : value.AsMapping();
            if (mapping is not null)
            {
                endpoints.Add(ReadEndpoint(name, mapping, environments, owners));
            }
        }
        var branches = ReadBranches(root, environments);
        root.Finish();
        return new SourcesConfiguration { Branches = branches, Endpoints = endpoints };
    }

    private static SourceEndpoint ReadEndpoint(YamlScalar name, MappingReader mapping, EnvironmentsConfiguration environments, OwnersConfiguration owners)
    {
        var slash = name.Value.IndexOf('/', StringComparison.Ordinal);
        var (source, endpoint) = slash < 0 ? (name.Value, "") : (name.Value[..slash], name.Value[(slash + 1)..]);
        if (!IsSegment(source) || (slash >= 0 && !IsSegment(endpoint)))
        {
            const string Expected = "must be SOURCE or SOURCE/ENDPOINT, as in the address /webhooks/SOURCE/ENDPOINT (letters, digits, '-', '_', '.')";
            mapping.Context.Error(name, mapping.Path, $"{Expected}, not '{name.Value}'");
        }
        var settings = new SourceEndpoint
        {
            Source = source,
            Endpoint = endpoint,
            Line = name.Line,
            Secret = OwnSecretReader.Read(mapping, "secret", "secret_file"),
            PreviousSecret = OwnSecretReader.Read(mapping, "previous_secret", "previous_secret_file"),
            Environment = mapping.Value("environment") is { } environment ? EnvironmentNames.ReadOne(environment, environments, allowPattern: false) : null,
            Branches = ReadBranches(mapping, environments),
            Owner = mapping.Text("owner"),
            TopicArn = mapping.Text("topic_arn"),
        };
        if (settings.PreviousSecret is not null && settings.Secret is null)
        {
            mapping.Error("a previous secret needs a present one: write secret_file");
        }
        if (settings is { Environment: not null, Branches.Count: > 0 })
        {
            mapping.Error("branches", "'environment' already decides for every branch; keep one of the two");
        }
        if (settings.Owner is { } owner && owners.Find(owner) is null)
        {
            mapping.Warn("owner", $"'{owner}' is neither a team nor a person of owners.yaml, so this hint never helps");
        }
        if (settings.TopicArn is { } arn && !arn.StartsWith("arn:", StringComparison.Ordinal))
        {
            mapping.Error("topic_arn", $"must begin with arn:, not '{arn}'");
        }
        mapping.Finish();
        return settings;
    }

    private static List<BranchRule> ReadBranches(MappingReader parent, EnvironmentsConfiguration environments)
    {
        var rules = new List<BranchRule>();
        foreach (var (pattern, value) in parent.Mapping("branches")?.Entries() ?? [])
        {
            if (EnvironmentNames.ReadOne(value, environments, allowPattern: false) is { } environment)
            {
                rules.Add(new BranchRule(pattern.Value, environment, pattern.Line));
            }
        }
        return rules;
    }

    private static bool IsSegment(string text) => text.Length is > 0 and <= 100 && text.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_' or '.');
}
