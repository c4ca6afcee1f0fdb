using Observability.Query.LogQL.Lines;
using Observability.Query.LogQL.Syntax;
using Observability.Query.Values;

namespace Observability.Query.LogQL.Pipelines;

/// <summary>Makes steps of stages, and refuses those that are not evaluated yet.</summary>
internal sealed class StageCompiler(ILogTemplateCompiler? templates)
{
    public LineStep Compile(PipelineStage stage) => stage switch
    {
        LineFilterStage filter => new LineFilterStep(filter),
        LabelFilterStage filter => new LabelFilterStep(filter.Filter),
        JsonStage { Extractions.Count: 0 } => new JsonStep(),
        JsonStage json => new JsonExtractionStep(json),
        LogfmtStage logfmt => new LogfmtStep(logfmt),
        RegexpStage regexp => new RegexpStep(regexp.Compiled!),
        PatternStage pattern => new PatternStep(LinePattern.ForParser(pattern.Expression)),
        UnpackStage => new UnpackStep(),
        DecolorizeStage => new DecolorizeStep(),
        DropStage drop => new DropStep(drop),
        KeepStage keep => new KeepStep(keep),
        LineFormatStage format => new LineFormatStep(CompileTemplate(format.Template, format.Position)),
        LabelFormatStage format => new LabelFormatStep([.. format.Formats.Select(
            item => (item, item.IsTemplate ? CompileTemplate(item.Value, item.Position) : null))]),
        _ => throw NotYet("the xml parser", stage.Position),
    };

    internal static QueryException NotYet(string what, QueryPosition position) => new(QueryFault.Execution, $"{what} is not yet evaluated", position);

    private ILogTemplate CompileTemplate(string template, QueryPosition position)
    {
        if (PlainTemplate.TryCompile(template, out var plain))
        {
            return plain;
        }
        try
        {
            return templates?.Compile(template) ?? throw NotYet("a template with more than {{.label}} in it", position);
        }
        catch (FormatException malformed)
        {
            throw new QueryException(QueryFault.Syntax, malformed.Message, position);
        }
    }
}
