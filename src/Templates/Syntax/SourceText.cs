namespace Observability.Templates;

/// <summary>The text of one template file and the way from an offset to a line and column.</summary>
internal sealed record SourceText(string Name, string Text)
{
    public TemplateFault FaultAt(int offset, string reason)
    {
        var before = Text.AsSpan(0, Math.Min(offset, Text.Length));
        var line = before.Count('\n') + 1;
        var column = before.Length - (before.LastIndexOf('\n') + 1) + 1;
        return new TemplateFault(Name, line, column, reason);
    }

    public TemplateException ErrorAt(int offset, string reason, Exception? cause = null) => new(FaultAt(offset, reason), cause);
}
