using System.Diagnostics.CodeAnalysis;
using Observability.Telemetry;

namespace Observability.Query.LogQL;

/// <summary>
/// Where the Go templates of <c>line_format</c> and <c>label_format</c> come from. Without one, the engine renders plain text and <c>{{.label}}</c> itself and refuses the rest.
/// </summary>
public interface ILogTemplateCompiler
{
    /// <exception cref="FormatException">Not a template; the text says where and why.</exception>
    ILogTemplate Compile(string template);
}

/// <summary>A compiled template; used by one query at a time.</summary>
public interface ILogTemplate
{
    /// <summary>False when the template failed on this line, which then keeps its text and gets <c>__error__="TemplateFormatErr"</c> with <paramref name="fault"/> as details.</summary>
    bool TryRender(in LogTemplateInput input, [NotNullWhen(true)] out string? rendered, [NotNullWhen(false)] out string? fault);
}

/// <summary>What a template sees of one line.</summary>
/// <param name="TimeUnixNanoseconds"><c>__timestamp__</c>.</param>
/// <param name="Line"><c>__line__</c>.</param>
/// <param name="ValueOf">A label's value, empty when it is missing: <c>.name</c>.</param>
/// <param name="Labels">All labels: what <c>range</c> over the dot needs. Builds a set, so a template that names its labels should not call it.</param>
public readonly record struct LogTemplateInput(long TimeUnixNanoseconds, string Line, Func<string, string> ValueOf, Func<LabelSet> Labels);
