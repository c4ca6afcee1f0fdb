using Observability.Query.LogQL.Lines;
using Observability.Query.LogQL.Syntax;

namespace Observability.Query.LogQL.Pipelines;

internal sealed class DecolorizeStep : LineStep
{
    public override bool ReadsLabels => false;

    public override bool Process(long timeUnixNanoseconds, ref string line, LineLabels labels)
    {
        line = TerminalText.Strip(line);
        return true;
    }
}

internal sealed class LineFormatStep(ILogTemplate template) : LineStep
{
    public override bool Process(long timeUnixNanoseconds, ref string line, LineLabels labels)
    {
        if (template.TryRender(new LogTemplateInput(timeUnixNanoseconds, line, labels.ValueOf, labels.ToLabelSet), out var rendered, out var fault))
        {
            line = rendered;
        }
        else
        {
            labels.Fail(PipelineErrors.Template, fault);
        }
        return true;
    }
}

/// <summary>Renames and writes labels, in the order of the query.</summary>
internal sealed class LabelFormatStep(IReadOnlyList<(LabelFormat Format, ILogTemplate? Template)> formats) : LineStep
{
    public override bool Process(long timeUnixNanoseconds, ref string line, LineLabels labels)
    {
        foreach (var (format, template) in formats)
        {
            if (template is null)
            {
                Rename(format, labels);
            }
            else if (template.TryRender(new LogTemplateInput(timeUnixNanoseconds, line, labels.ValueOf, labels.ToLabelSet), out var value, out var fault))
            {
                labels.Delete(format.Target);
                labels.Set(format.Target, value, LabelOrigin.Parsed);
            }
            else
            {
                labels.Fail(PipelineErrors.Template, fault);
            }
        }
        return true;
    }

    private static void Rename(LabelFormat format, LineLabels labels)
    {
        if (labels.TryGet(format.Value, out var value, out var origin) && format.Value != format.Target)
        {
            labels.Delete(format.Target);
            labels.Set(format.Target, value, origin);
            labels.Delete(format.Value);
        }
    }
}

internal sealed class DropStep(DropStage stage) : LineStep
{
    public override bool Process(long timeUnixNanoseconds, ref string line, LineLabels labels)
    {
        foreach (var selection in stage.Labels)
        {
            if (!selection.Selects(selection.Name, labels.ValueOf(selection.Name)))
            {
                continue;
            }
            switch (selection.Name)
            {
                case LogQLLabels.Error:
                    labels.ClearError();
                    break;
                case LogQLLabels.ErrorDetails:
                    labels.ClearErrorDetails();
                    break;
                default:
                    labels.Delete(selection.Name);
                    break;
            }
        }
        return true;
    }
}

/// <summary>Drops all labels that no selection names; errors stay.</summary>
internal sealed class KeepStep(KeepStage stage) : LineStep
{
    public override bool Process(long timeUnixNanoseconds, ref string line, LineLabels labels)
    {
        foreach (var (label, _) in labels.ToList())
        {
            if (label.Name is not (LogQLLabels.Error or LogQLLabels.ErrorDetails) && !stage.Labels.Any(selection => selection.Selects(label.Name, label.Value)))
            {
                labels.Delete(label.Name);
            }
        }
        return true;
    }
}
