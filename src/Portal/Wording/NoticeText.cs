using Observability.Portal.Reading;

namespace Observability.Portal.Wording;

/// <summary>A notice in words.</summary>
internal static class NoticeText
{
    public static string Title(NoticeView notice)
    {
        if (notice.Kind == "test")
        {
            return $"Test of {notice.Receiver}";
        }
        if (notice.Alerts.Count == 0)
        {
            return "Notice without alerts";
        }
        var first = notice.Alerts[0];
        var title = AlertText.Title(first.Labels, first.Annotations);
        return notice.Alerts.Count > 1 ? $"{title} and {Words.Of(notice.Alerts.Count - 1, "other")}" : title;
    }

    public static string Severity(NoticeView notice) => notice.Kind is "resolved" or "test" or "notice" ? "info"
        : notice.Alerts.Select(static alert => Names.SeverityOf(alert.Labels.GetValueOrDefault("severity") ?? "")).OrderBy(Names.OrderOfSeverity).FirstOrDefault() ?? "info";

    public static string Outcome(NoticeView notice) => notice.Status switch
    {
        "delivered" => "accepted",
        "kept" => "kept for preview",
        "superseded" => "a newer one told it",
        "failed" => "not sent",
        "waiting" => "waiting",
        var other => other,
    };

    public static string Symbol(NoticeView notice) => notice.Status switch { "delivered" or "kept" => "r-ok", "failed" => "r-failed", "superseded" => "r-skipped", _ => "r-queued" };

    /// <summary>How a row stresses its outcome: what was not sent is trouble, what waits is not yet.</summary>
    public static string Stress(NoticeView notice) => notice.Status switch { "failed" => "bad", "waiting" => "late", _ => "" };

    /// <summary>One attempt: <c>Slack took it for orders</c>.</summary>
    public static string Attempt(NoticeView notice, AttemptView attempt)
    {
        var channel = Names.ChannelOf(notice.Channel);
        var what = (attempt.Outcome, notice.Channel) switch
        {
            ("delivered", "preview") => $"Kept for {notice.Receiver}",
            ("delivered", _) => $"{channel} accepted it for {notice.Receiver}",
            ("attempting", _) => $"{channel} to {notice.Receiver}: on its way",
            var (outcome, _) => $"{channel} to {notice.Receiver}: {outcome.Replace('_', ' ')}",
        };
        return attempt.PossibleRepeat ? what + ", may be a repeat" : what;
    }

    /// <summary>What the channel answered and after how long; a time below what people notice is left out.</summary>
    public static string Receipt(AttemptView attempt)
    {
        var took = attempt.DurationMs is >= 50 and var milliseconds ? $"after {Words.Duration(milliseconds / 1000)}" : "";
        return string.Join(" ", new[] { attempt.Detail, took }.Where(static text => text.Length > 0));
    }

    /// <summary>What stands at the end of a row: the time to acceptance, or why there is none.</summary>
    public static string Took(NoticeView notice) => notice switch
    {
        { Status: "delivered", SettledAt: { } settled } => Words.Duration(settled - notice.At),
        { Status: "kept" } => "preview",
        { Status: "superseded" } => "newer one",
        _ => Outcome(notice),
    };

    /// <summary>For timelines: <c>Told slack-orders by Slack</c>.</summary>
    public static string Line(NoticeView notice) => notice.Status switch
    {
        "delivered" => $"Told {notice.Receiver} by {Names.ChannelOf(notice.Channel)} that it {Says(notice)}",
        "kept" => $"Kept for {notice.Receiver} as a preview that it {Says(notice)}",
        "failed" => $"Could not tell {notice.Receiver} by {Names.ChannelOf(notice.Channel)}: {notice.Reason}",
        "superseded" => $"Not told {notice.Receiver}: a newer notice said it",
        _ => $"{notice.Receiver} is to be told by {Names.ChannelOf(notice.Channel)}",
    };

    private static string Says(NoticeView notice) => notice.Kind switch { "resolved" => "is over", "test" => "is a test", "notice" => "happened", _ => notice.IsUpdate ? "still fires" : "fires" };
}
