using Observability.Contracts;

namespace Observability.Notifier.Rendering;

/// <summary>The sentence under the headline and the one at the end.</summary>
internal static class NoticeLead
{
    private const int MostCharacters = 600;

    public static string Of(NotificationIntent intent, NoticeAlert alert, NoticeContext context, DateTimeOffset now) => intent.Kind switch
    {
        IntentKind.Test => $"Somebody asked for a test. {intent.Receiver} is reached by {intent.Integration}; nothing is broken.",
        IntentKind.Resolved => Ended(alert, context, now),
        _ => Begun(intent, alert, context, now),
    };

    public static string OutlookOf(NotificationIntent intent, NoticeAlert alert, DateTimeOffset now) => intent.Kind switch
    {
        IntentKind.Firing => "You will get one more message in this conversation when it is resolved.",
        IntentKind.Resolved => $"This closes what began at {Wording.Time(alert.StartsAt, now)}.",
        _ => "",
    };

    private static string Begun(NotificationIntent intent, NoticeAlert alert, NoticeContext context, DateTimeOffset now)
    {
        var update = intent.IsUpdate && !context.TellsTheBeginning ? "Still broken. " : "";
        if (alert.Run is { Error.Length: > 0 } run)
        {
            var attempt = run.Attempt > 1 ? $"Attempt {run.Attempt}" : "It";
            return update + $"{attempt} ended at {Wording.Time(run.FinishedAt ?? alert.StartsAt, now)}.";
        }
        return update + PlainText.OneLine(alert.Annotations.GetValueOrDefault("description", ""), MostCharacters);
    }

    private static string Ended(NoticeAlert alert, NoticeContext context, DateTimeOffset now)
    {
        var end = alert.EndsAt ?? now;
        var after = Wording.Duration(Math.Max(0, (end - alert.StartsAt).TotalSeconds));
        var lead = alert.EndReason.Length > 0 ? $"Ended after {after}: {PlainText.OneLine(alert.EndReason, MostCharacters)}."
            : SucceededAgain(alert) ? $"Succeeded again after {after}."
            : $"Over after {after}.";
        return context.TellsTheBeginning ? $"Fired and resolved before it could be told. {lead}" : lead;
    }

    private static bool SucceededAgain(NoticeAlert alert) =>
        alert.Run is { Error.Length: 0, FailedTask.Length: 0, FinishedAt: { } finished } && finished > alert.StartsAt;
}
