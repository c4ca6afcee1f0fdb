using System.Globalization;
using Observability.Telemetry;

namespace Observability.Configuration.Yaml;

/// <summary>
/// One value and the place where it stands. Each <c>As…</c> gives the value in the asked form, or notes what was expected and gives null.
/// </summary>
internal readonly struct NodeReader(YamlNode node, string path, ReadingContext context)
{
    public YamlNode Node => node;

    public string Path => path;

    public ReadingContext Context => context;

    public void Error(string message) => context.Error(node, path, message);

    public void Warn(string message) => context.Warn(node, path, message);

    /// <summary>The text of any single value: <c>1</c> and <c>true</c> are texts too, as in the programs whose formats these are.</summary>
    public string? AsText()
    {
        if (node is YamlScalar scalar)
        {
            return context.Variables is null ? scalar.Value : VariableExpansion.Expand(scalar.Value, this, context.Variables);
        }
        Error($"must be a text, not {node.Description}");
        return null;
    }

    public bool? AsFlag()
    {
        switch (node is YamlScalar { IsPlain: true } ? AsText()?.ToLowerInvariant() : null)
        {
            case "true" or "yes" or "on" or "y":
                return true;
            case "false" or "no" or "off" or "n":
                return false;
            default:
                Error($"must be true or false, not {node.Description}");
                return null;
        }
    }

    public long? AsInteger(long minimum, long maximum)
    {
        if (node is YamlScalar
            && long.TryParse(AsText(), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var value)
            && value >= minimum && value <= maximum)
        {
            return value;
        }
        Error(maximum == long.MaxValue || maximum == int.MaxValue
            ? $"must be a whole number of at least {minimum}, not {node.Description}"
            : $"must be a whole number from {minimum} to {maximum}, not {node.Description}");
        return null;
    }

    public TimeSpan? AsDuration()
    {
        if (node is YamlScalar && AsText() is { } text && PrometheusDuration.TryParse(text, out var duration))
        {
            return duration;
        }
        Error($"must be a duration such as 30s, 5m or 1d12h (units y, w, d, h, m, s, ms, biggest first), not {node.Description}");
        return null;
    }

    /// <summary>A number of bytes: <c>512</c>, <c>64KiB</c>, <c>10GiB</c>; KB, MB and GB mean the same units of 1024 here.</summary>
    public long? AsBytes()
    {
        if (node is YamlScalar && AsText() is { } text && ByteSize.TryParse(text, out var bytes))
        {
            return bytes;
        }
        Error($"must be a number of bytes such as 512KiB, 16MiB or 10GiB, not {node.Description}");
        return null;
    }

    /// <summary>An absolute http or https address. The message never repeats the value: it may hold a token.</summary>
    public string? AsUrl()
    {
        var text = AsText();
        if (text is not null && Uri.TryCreate(text, UriKind.Absolute, out var url) && url.Scheme is "http" or "https" && url.Host.Length > 0)
        {
            return text;
        }
        if (text is not null)
        {
            Error("must be an address that begins with http:// or https:// and names a host");
        }
        return null;
    }

    public MappingReader? AsMapping()
    {
        if (node is YamlMapping mapping)
        {
            return new MappingReader(mapping, path, context);
        }
        Error($"must be a mapping (key: value), not {node.Description}");
        return null;
    }

    public IEnumerable<NodeReader> AsItems()
    {
        if (node is not YamlSequence sequence)
        {
            Error($"must be a list, not {node.Description}");
            return [];
        }
        var (prefix, shared) = (path, context);
        return sequence.Items.Select((item, index) => new NodeReader(item, $"{prefix}[{index.ToString(CultureInfo.InvariantCulture)}]", shared));
    }

    public LabelMatcher? AsMatcher(string name, MatchOperator matchOperator)
    {
        if (AsText() is not { } value)
        {
            return null;
        }
        try
        {
            return new LabelMatcher(name, matchOperator, value);
        }
        catch (ArgumentException exception)
        {
            Error(exception.Message);
            return null;
        }
    }
}
