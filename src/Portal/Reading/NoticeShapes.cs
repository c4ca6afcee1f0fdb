using System.Text.Json;

namespace Observability.Portal.Reading;

/// <summary>One row of the Notifier's <c>/api/v1/notices</c>.</summary>
public sealed record NoticeView
{
    public string Id { get; set; } = "";

    public string Receiver { get; set; } = "";

    /// <summary>The kind of channel: <c>slack</c>, <c>email</c>, <c>webhook</c>, <c>preview</c>.</summary>
    public string Channel { get; set; } = "";

    public string Environment { get; set; } = "unknown";

    /// <summary><c>waiting</c>, <c>delivered</c>, <c>kept</c> (preview), <c>superseded</c>, <c>failed</c>.</summary>
    public string Status { get; set; } = "";

    /// <summary>Why it is kept, failed or redirected.</summary>
    public string Reason { get; set; } = "";

    /// <summary>Which integration of the receiver: <c>slack[0]</c>.</summary>
    public string Integration { get; set; } = "";

    /// <summary>When it was accepted, kept or given up; null while it waits.</summary>
    public DateTimeOffset? SettledAt { get; init; }

    /// <summary><c>firing</c>, <c>resolved</c>, <c>notice</c>, <c>test</c>.</summary>
    public string Kind { get; set; } = "";

    /// <summary>True when it changes what was said before: another run failed, an alert more.</summary>
    public bool IsUpdate { get; init; }

    public IReadOnlyList<NoticeAlertView> Alerts { get; set; } = [];

    public NoticeRendering? Rendered { get; init; }

    public IReadOnlyList<AttemptView> Attempts { get; set; } = [];

    public string RouteReason { get; set; } = "";

    public IReadOnlyList<string> TemplateError { get; set; } = [];

    public DateTimeOffset At { get; init; }
}

/// <summary>One alert inside a notice.</summary>
public sealed record NoticeAlertView
{
    public string Fingerprint { get; set; } = "";

    public bool Firing { get; init; }

    public IReadOnlyDictionary<string, string> Labels { get; set; } = new Dictionary<string, string>();

    public IReadOnlyDictionary<string, string> Annotations { get; set; } = new Dictionary<string, string>();

    public IReadOnlyList<Contracts.WhyStep> Why { get; set; } = [];
}

/// <summary>What was sent, as each medium shows it.</summary>
public sealed record NoticeRendering
{
    /// <summary>The message as it is posted to Slack.</summary>
    public JsonElement? Slack { get; init; }

    public MailView? Mail { get; init; }
}

public sealed record MailView
{
    public string Subject { get; set; } = "";

    public string To { get; set; } = "";

    public string Html { get; set; } = "";

    public string Text { get; set; } = "";
}

/// <summary>One try to deliver.</summary>
public sealed record AttemptView
{
    public DateTimeOffset At { get; init; }

    public string Outcome { get; set; } = "";

    public string Detail { get; set; } = "";

    public double? DurationMs { get; init; }

    public bool PossibleRepeat { get; init; }
}

/// <summary>One row of Alertmanager's <c>/api/v2/receivers</c>.</summary>
public sealed record ReceiverView(string Name);
