using System.Globalization;
using System.Net;

namespace Observability.Templates;

/// <summary>Answers <c>query</c> in rule templates.</summary>
public interface IQuerySource
{
    /// <summary>The instant vector of an expression at a moment, in the order of the answer.</summary>
    /// <exception cref="TemplateFunctionException">The expression does not parse, or is refused; the message says why.</exception>
    IReadOnlyList<QuerySample> Query(string expression, DateTimeOffset evaluationTime, CancellationToken cancellation);
}

/// <summary>One element of an instant vector: templates see <c>.Labels</c> and <c>.Value</c>.</summary>
/// <param name="Labels">By name, the metric's name under <c>__name__</c>.</param>
/// <param name="Value">The value at the moment of the evaluation.</param>
public sealed record QuerySample(IReadOnlyDictionary<string, string> Labels, double Value) : ITemplateObject
{
    public string TypeName => "sample";

    public string OwnText => $"{{{TemplateValue.From(TemplateMap.OfTexts(Labels))} {TemplateValue.From(Value)}}}";

    public bool TryGetField(string name, out TemplateValue value)
    {
        value = name switch
        {
            "Labels" => TemplateValue.From(TemplateMap.OfTexts(Labels)),
            "Value" => Value,
            _ => TemplateValue.Nil,
        };
        return !value.IsNil;
    }
}

/// <summary>The functions that only rule templates have.</summary>
internal static class PrometheusFunctions
{
    public static IReadOnlyList<TemplateFunction> All(IQuerySource? querySource, Uri? externalUrl) =>
    [
        new("query", 1, call => Query(call, querySource)),
        new("first", 1, call => call.List(0) is { Count: > 0 } list ? list.Items[0] : throw new TemplateFunctionException("first() called on vector with no elements")),
        new("label", 2, call => LabelOf(call, 1, call.Text(0))),
        new("value", 1, call => Sample(call, 0).Value),
        new("strvalue", 1, call => LabelOf(call, 0, "__value__")),
        new("sortByLabel", 2, SortByLabel),
        new("args", 0, TemplateFunction.Unlimited, call => TemplateValue.From(new TemplateMap(call.Arguments.Select(NamedArgument)))),
        new("tmpl", 2, call => TemplateValue.From(call.Context.RenderNamed(call.Text(0), call.Arguments[1]), TextTrust.Html)),
        new("title", 1, call => TitleCase.Of(call.Text(0), lowersRest: false)),
        new("stripPort", 1, call => HostPort.Split(call.Text(0))?.Host ?? call.Text(0)),
        new("stripDomain", 1, call => StripDomain(call.Text(0))),
        new("graphLink", 1, call => Link(call, tab: 0)),
        new("tableLink", 1, call => Link(call, tab: 1)),
        new("urlQueryEscape", 1, call => EscapedQuery(call)),
        new("parseDuration", 1, call => DurationText.ParsePrometheus(call.Text(0))
            ?? throw new TemplateFunctionException($"\"{call.Text(0)}\" is not a duration; expected units from large to small, such as 1d2h30m")),
        new("toTime", 1, call => TemplateValue.From(Timestamp.FromUnixSeconds(call.Number(0)))),
        new("toDuration", 1, call => TemplateValue.Duration(GoDuration.FromSeconds(call.Number(0)))),
        new("now", 0, call => Timestamp.ToUnixSeconds(call.EvaluationTime)),
        new("externalURL", 0, _ => externalUrl is null ? "" : externalUrl.OriginalString),
        new("pathPrefix", 0, _ => externalUrl is null || (externalUrl.AbsolutePath == "/" && !externalUrl.OriginalString.EndsWith('/')) ? "" : externalUrl.AbsolutePath),
    ];

    private static TemplateValue Query(FunctionCall call, IQuerySource? source)
    {
        if (source is null)
        {
            throw new TemplateFunctionException("no query can be asked here; query works in the annotations of rules");
        }
        var samples = source.Query(call.Text(0), call.EvaluationTime, call.Cancellation);
        call.Context.Charge(samples.Count);
        return TemplateValue.List([.. samples.Select(sample => TemplateValue.From(sample))]);
    }

    private static TemplateValue SortByLabel(FunctionCall call)
    {
        var (label, list) = (call.Text(0), call.List(1));
        call.Context.Charge(list.Count);
        var samples = list.Items.Select(item => item is { Kind: TemplateKind.Object } value && value.AsObject is QuerySample sample
            ? sample
            : throw new TemplateFunctionException($"the list holds {item.TypeName}; expected the result of query"));
        return TemplateValue.List([.. samples.OrderBy(sample => sample.Labels.GetValueOrDefault(label, ""), StringComparer.Ordinal).Select(sample => TemplateValue.From(sample))]);
    }

    private static QuerySample Sample(FunctionCall call, int index) =>
        call.Arguments[index] is { Kind: TemplateKind.Object } value && value.AsObject is QuerySample sample
            ? sample
            : throw new TemplateFunctionException($"argument {index + 1} is {call.Arguments[index].TypeName}; expected a sample of a query");

    private static TemplateValue LabelOf(FunctionCall call, int index, string label) => Sample(call, index).Labels.GetValueOrDefault(label, "");

    private static KeyValuePair<string, TemplateValue> NamedArgument(TemplateValue argument, int index) =>
        KeyValuePair.Create("arg" + index.ToString(CultureInfo.InvariantCulture), argument);

    private static string StripDomain(string text)
    {
        var parts = HostPort.Split(text);
        var host = parts?.Host ?? text;
        if (IPAddress.TryParse(host, out _) && host.AsSpan().ContainsAny('.', ':'))
        {
            return text;
        }
        var name = host.Split('.')[0];
        return parts is { Port.Length: > 0 } ? $"{name}:{parts.Value.Port}" : name;
    }

    private static TemplateValue Link(FunctionCall call, int tab) => $"/graph?g0.expr={EscapedQuery(call)}&g0.tab={tab.ToString(CultureInfo.InvariantCulture)}";

    private static string EscapedQuery(FunctionCall call)
    {
        var output = call.NewText();
        QuotedText.AppendQuery(output, call.Text(0));
        return output.ToString();
    }
}

/// <summary>Go's net.SplitHostPort.</summary>
internal static class HostPort
{
    /// <summary>Null where the text is not "host:port" or "[address]:port".</summary>
    public static (string Host, string Port)? Split(string text)
    {
        var colon = text.LastIndexOf(':');
        if (colon < 0)
        {
            return null;
        }
        var (host, port) = (text[..colon], text[(colon + 1)..]);
        if (host is ['[', .. var inner, ']'])
        {
            host = inner;
        }
        else if (host.Contains(':', StringComparison.Ordinal))
        {
            return null;
        }
        return host.AsSpan().ContainsAny('[', ']') || port.AsSpan().ContainsAny('[', ']') ? null : (host, port);
    }
}
