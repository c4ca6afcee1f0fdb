using Observability.Contracts;

namespace Observability.Notifier.Rendering;

/// <summary>The facts beside an alert. What the source did not send is left out, never shown as a dash.</summary>
internal static class NoticeFacts
{
    public static IReadOnlyList<NoticeFact> Of(NotificationIntent intent, NoticeAlert alert, NoticeLinks links, DateTimeOffset now) =>
        intent.Kind == IntentKind.Test ? [] : [.. intent.Kind == IntentKind.Resolved ? Ended(intent, alert, links, now) : Firing(intent, alert, links, now)];

    private static IEnumerable<NoticeFact> Firing(NotificationIntent intent, NoticeAlert alert, NoticeLinks links, DateTimeOffset now)
    {
        if (alert.Run is { } run)
        {
            foreach (var fact in RunFactsOf(run, links.Run(run, intent.Environment), now))
            {
                yield return fact;
            }
            if (run.LastGoodAt is { } good)
            {
                yield return new NoticeFact("Last good", $"{Wording.Time(good, now)}, {Wording.Duration((now - good).TotalSeconds)} ago", At: good);
            }
        }
        else
        {
            yield return new NoticeFact("Since", Wording.Time(alert.StartsAt, now), At: alert.StartsAt);
        }
        if (alert.Occurrences > 1)
        {
            yield return new NoticeFact("Happened", $"{Wording.Count(alert.Occurrences, "time", "times")} since {Wording.Time(alert.StartsAt, now)}");
        }
    }

    private static IEnumerable<NoticeFact> Ended(NotificationIntent intent, NoticeAlert alert, NoticeLinks links, DateTimeOffset now)
    {
        yield return new NoticeFact("Began", Wording.Time(alert.StartsAt, now), At: alert.StartsAt);
        if (alert.EndsAt is { } end)
        {
            yield return new NoticeFact("Resolved", Wording.Time(end, now), At: end);
        }
        if (alert.Occurrences > 1)
        {
            yield return new NoticeFact("Happened", Wording.Count(alert.Occurrences, "time", "times"));
        }
        if (alert.Run is { } run)
        {
            foreach (var fact in RunFactsOf(run, links.Run(run, intent.Environment), now))
            {
                yield return fact;
            }
        }
    }

    private static IEnumerable<NoticeFact> RunFactsOf(RunFacts run, string url, DateTimeOffset now)
    {
        if (run.RunId.Length > 0)
        {
            yield return new NoticeFact("Run", PlainText.OneLine(run.RunId, 80) + (run.Attempt > 1 ? $", attempt {run.Attempt}" : ""), url);
        }
        if (run.DurationSeconds is { } lasted)
        {
            var usual = run.UsualDurationSeconds is { } usually ? $", usually {Wording.Duration(usually)}" : "";
            yield return new NoticeFact("Lasted", Wording.Duration(lasted) + usual);
        }
        if (run.Rows is { } rows)
        {
            yield return new NoticeFact("Rows", Wording.Number(rows));
        }
        if (run.Commit.Length > 0)
        {
            yield return new NoticeFact("Commit", Wording.Commit(run.Commit));
        }
    }
}
