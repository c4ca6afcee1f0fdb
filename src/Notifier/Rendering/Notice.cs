using Observability.Configuration;
using Observability.Telemetry;

namespace Observability.Notifier.Rendering;

/// <summary>
/// What a notice says, before it is put into a medium: plain texts in their order, nothing escaped, nothing coloured. Every medium tells the same facts
/// in the same words because it can only take them from here.
/// </summary>
internal sealed record Notice
{
    public required string Environment { get; init; }

    public required EnvironmentClass EnvironmentClass { get; init; }

    public required NoticeTone Tone { get; init; }

    /// <summary><c>Critical</c>, <c>Resolved</c>, <c>Done</c>, <c>Test</c>.</summary>
    public required string ToneWord { get; init; }

    public bool IsUpdate { get; init; }

    /// <summary><c>orders_daily failed in fct_orders</c>, without environment and severity.</summary>
    public required string Headline { get; init; }

    /// <summary>What the conversation is about: a mail's subject says it at the beginning and at the end alike.</summary>
    public required string SubjectTopic { get; init; }

    /// <summary>One sentence under the headline; may be empty.</summary>
    public string Lead { get; init; } = "";

    public required string OwnerName { get; init; }

    /// <summary>A Slack id to mention; empty for updates and ends, which page nobody.</summary>
    public string MentionId { get; init; } = "";

    public ErrorExcerpt Error { get; init; } = ErrorExcerpt.None;

    public IReadOnlyList<NoticeFact> Facts { get; init; } = [];

    /// <summary>The other alerts of the group, one line each.</summary>
    public IReadOnlyList<OtherAlert> Others { get; init; } = [];

    public int OthersNotListed { get; init; }

    /// <summary>Opened by buttons, the most useful first.</summary>
    public IReadOnlyList<NoticeLink> Actions { get; init; } = [];

    public IReadOnlyList<NoticeWhy> Why { get; init; } = [];

    public required string WhyUrl { get; init; }

    public required NoticeLink Logs { get; init; }

    /// <summary>When it happened.</summary>
    public required DateTimeOffset At { get; init; }

    /// <summary>What the reader must know about the message itself: a possible repeat, a broken template, a wrong clock.</summary>
    public IReadOnlyList<string> Remarks { get; init; } = [];

    /// <summary>The last line: what comes next.</summary>
    public string Outlook { get; init; } = "";
}

/// <summary>Decides colour and symbol; the word stands beside them always.</summary>
internal enum NoticeTone
{
    Information = Severity.Info,
    Warning = Severity.Warning,
    Error = Severity.Error,
    Critical = Severity.Critical,

    /// <summary>Good: over, succeeded, deployed.</summary>
    Good = 10,
}

/// <param name="Url">Empty: no link.</param>
/// <param name="At">When the value is a moment: Slack shows it in the reader's zone.</param>
internal sealed record NoticeFact(string Name, string Value, string Url = "", DateTimeOffset? At = null);

internal sealed record NoticeLink(string Text, string Url);

internal sealed record NoticeWhy(string Stage, string Reason);

internal sealed record OtherAlert(NoticeTone Tone, string Title, string Url, string OwnerName, DateTimeOffset At);
