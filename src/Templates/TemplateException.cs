namespace Observability.Templates;

/// <summary>What is wrong with a template and where. Line and column count from 1; the column counts UTF-16 characters.</summary>
public sealed record TemplateFault(string TemplateName, int Line, int Column, string Reason)
{
    public override string ToString() => $"template \"{TemplateName}\", line {Line}, column {Column}: {Reason}";
}

/// <summary>A template that does not parse, cannot be rendered with this data, or exceeds a limit. The only exception that parsing and rendering throw.</summary>
public sealed class TemplateException(TemplateFault fault, Exception? cause = null) : Exception(fault.ToString(), cause)
{
    public TemplateFault Fault { get; } = fault;
}

/// <summary>
/// Thrown by a function, a method of an object or a query source that refuses its arguments. It has no position:
/// the renderer knows where the call stands and turns it into a <see cref="TemplateException"/>.
/// </summary>
public sealed class TemplateFunctionException(string reason, Exception? cause = null) : Exception(reason, cause);
