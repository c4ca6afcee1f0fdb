using System.Collections.Frozen;
using System.Diagnostics.CodeAnalysis;

namespace Observability.Templates;

/// <summary>
/// The functions that a template may call, and the variables that its first line finds. Sets are immutable and composed:
/// start from <see cref="Standard"/>, <see cref="Prometheus"/>, <see cref="Alertmanager"/> or <see cref="Loki"/> and add with <see cref="With"/>.
/// </summary>
public sealed class TemplateFunctions
{
    private readonly FrozenDictionary<string, TemplateFunction> _functions;

    private TemplateFunctions(IEnumerable<KeyValuePair<string, TemplateFunction>> functions, IReadOnlyDictionary<string, string> rootVariables)
    {
        _functions = functions.ToFrozenDictionary(StringComparer.Ordinal);
        RootVariables = rootVariables;
    }

    /// <summary>What Go's text/template knows by itself: and, call, eq, ge, gt, html, index, js, le, len, lt, ne, not, or, print, printf, println, slice, urlquery.</summary>
    public static TemplateFunctions Standard { get; } = Of([.. StandardFunctions.All, .. ComparisonFunctions.All, .. PrintFunctions.All], NoVariables);

    /// <summary>Variables declared before the first character, each with the field of the data it reads: <c>$labels</c> is <c>.Labels</c>.</summary>
    internal IReadOnlyDictionary<string, string> RootVariables { get; }

    internal IEnumerable<string> Names => _functions.Keys;

    private static Dictionary<string, string> NoVariables => new(StringComparer.Ordinal);

    /// <summary>The template language of rule labels and annotations (Prometheus documentation, "Template reference").</summary>
    /// <param name="querySource">Answers <c>query</c>; without one it is refused when called.</param>
    /// <param name="externalUrl">What <c>externalURL</c> and <c>pathPrefix</c> read.</param>
    public static TemplateFunctions Prometheus(IQuerySource? querySource = null, Uri? externalUrl = null)
    {
        var variables = new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["$labels"] = "Labels",
            ["$externalLabels"] = "ExternalLabels",
            ["$externalURL"] = "ExternalURL",
            ["$value"] = "Value",
        };
        return Of(
            [
                .. Standard._functions.Values,
                .. SharedFunctions.All,
                .. HumanizeFunctions.All,
                .. PrometheusFunctions.All(querySource, externalUrl),
            ],
            variables);
    }

    /// <summary>The language of notifications (Alertmanager documentation, "Notification template reference").</summary>
    /// <param name="timeProvider">What <c>since</c> and <c>now</c> read.</param>
    public static TemplateFunctions Alertmanager(TimeProvider timeProvider) =>
        Of([.. Standard._functions.Values, .. SharedFunctions.All, HumanizeFunctions.Duration, .. AlertmanagerFunctions.All(timeProvider)], NoVariables);

    /// <summary>
    /// The language of <c>line_format</c> and <c>label_format</c> (Loki documentation, "Template functions"), without what reads the line itself and units of
    /// LogQL: <c>__line__</c>, <c>__timestamp__</c>, <c>bytes</c>, <c>duration</c>, <c>duration_seconds</c>. Who evaluates the query adds those.
    /// </summary>
    /// <param name="timeProvider">What <c>now</c> reads.</param>
    public static TemplateFunctions Loki(TimeProvider timeProvider) =>
        Of([.. Standard._functions.Values, .. LokiTextFunctions.All, .. LokiNumberFunctions.All, .. LokiTimeFunctions.All(timeProvider)], NoVariables);

    /// <summary>This set and some more; a function of the same name is replaced.</summary>
    public TemplateFunctions With(params IEnumerable<TemplateFunction> functions) => Of([.. _functions.Values, .. functions], RootVariables);

    internal bool TryGet(string name, [MaybeNullWhen(false)] out TemplateFunction function) => _functions.TryGetValue(name, out function);

    /// <summary>"; did you mean …?" for a name that differs by its case or by one letter, else nothing.</summary>
    internal string SuggestionFor(string name)
    {
        var near = _functions.Keys.Order(StringComparer.Ordinal).FirstOrDefault(known =>
            known.Equals(name, StringComparison.OrdinalIgnoreCase) || DiffersByOneLetter(known, name));
        return near is null ? "" : $"; did you mean \"{near}\"?";
    }

    private static TemplateFunctions Of(IEnumerable<TemplateFunction> functions, IReadOnlyDictionary<string, string> variables)
    {
        var byName = new Dictionary<string, TemplateFunction>(StringComparer.Ordinal);
        foreach (var function in functions)
        {
            byName[function.Name] = function;
        }
        return new TemplateFunctions(byName, variables);
    }

    private static bool DiffersByOneLetter(string known, string written)
    {
        var (shorter, longer) = known.Length <= written.Length ? (known, written) : (written, known);
        if (longer.Length - shorter.Length > 1 || shorter.Length < 3)
        {
            return false;
        }
        var same = shorter.AsSpan().CommonPrefixLength(longer);
        var tail = longer.AsSpan(Math.Min(same + 1, longer.Length));
        return shorter.AsSpan(Math.Min(same + (longer.Length == shorter.Length ? 1 : 0), shorter.Length)).SequenceEqual(tail);
    }
}
