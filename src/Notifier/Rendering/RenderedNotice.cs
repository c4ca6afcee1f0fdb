namespace Observability.Notifier.Rendering;

/// <summary>A notice as people see it, in every medium, whichever of them it is sent by.</summary>
/// <param name="Slack">The JSON of the message.</param>
/// <param name="Mail">The mail.</param>
/// <param name="TemplateErrors">What was wrong with the receiver's own templates; the default text stands in their place.</param>
internal sealed record RenderedNotice(string Slack, RenderedMail Mail, IReadOnlyList<string> TemplateErrors);

/// <param name="Html">Empty when the receiver's settings say that there is no such part; <paramref name="Text"/> alike.</param>
internal sealed record RenderedMail(string Subject, string Html, string Text);
