using System.Diagnostics.CodeAnalysis;
using Observability.Query.LogQL;
using Observability.Query.LogQL.Units;
using Observability.Templates;

namespace Observability.Portal.Api;

/// <summary>Makes the templates of <c>line_format</c> and <c>label_format</c> with the product's own interpreter of Go's templates and Loki's functions.</summary>
internal sealed class LogTemplateCompiler(TimeProvider time) : ILogTemplateCompiler
{
    private readonly TemplateFunctions _functions = TemplateFunctions.Loki(time).With(
        new TemplateFunction("bytes", 1, call => LogUnits.TryParseBytes(call.Text(0), out var bytes) ? bytes : throw NotA("size such as 10KB", call)),
        new TemplateFunction("duration", 1, Seconds),
        new TemplateFunction("duration_seconds", 1, Seconds));

    public ILogTemplate Compile(string template)
    {
        var line = new CurrentLine();
        try
        {
            return new LogTemplate(Template.Parse("template", template, _functions.With(line.Functions)), line);
        }
        catch (TemplateException exception)
        {
            throw new FormatException(exception.Message, exception);
        }
    }

    private static TemplateValue Seconds(FunctionCall call) =>
        LogUnits.TryParseDuration(call.Text(0), out var seconds) ? seconds : throw NotA("duration such as 1m30s", call);

    private static TemplateFunctionException NotA(string expected, FunctionCall call) => new($"\"{call.Text(0)}\" is not a {expected}");

    /// <summary>What the two functions without arguments read; set before each rendering.</summary>
    private sealed class CurrentLine
    {
        public LogTemplateInput Input { get; set; }

        public IReadOnlyList<TemplateFunction> Functions =>
        [
            new("__line__", 0, _ => Input.Line),
            new("__timestamp__", 0, _ => TemplateValue.From(DateTimeOffset.UnixEpoch.AddTicks(Input.TimeUnixNanoseconds / TimeSpan.NanosecondsPerTick))),
        ];
    }

    private sealed class LogTemplate(Template template, CurrentLine current) : ILogTemplate
    {
        // A line of a log is smaller than a mail; the default steps would let one query hold a processor for minutes.
        private readonly RenderOptions _options = RenderOptions.Default with
        {
            Limits = new RenderLimits { OutputCharacters = 256 * 1024, Steps = 100_000 },
            Expressions = new CompiledExpressions(),
        };

        public bool TryRender(in LogTemplateInput input, [NotNullWhen(true)] out string? rendered, [NotNullWhen(false)] out string? fault)
        {
            current.Input = input;
            var (find, list) = (input.ValueOf, input.Labels);
            var labels = TemplateMap.OfTexts(find, () => list().Select(static label => KeyValuePair.Create(label.Name, label.Value)));
            try
            {
                (rendered, fault) = (template.Render(TemplateValue.From(labels), _options), null);
                return true;
            }
            catch (TemplateException exception)
            {
                (rendered, fault) = (null, exception.Message);
                return false;
            }
        }
    }
}
