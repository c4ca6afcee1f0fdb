using Observability.Portal.Reading;
using Observability.Portal.Wording;

namespace Observability.Portal.Pages;

/// <summary>What the first page shows: does anything need me?</summary>
public sealed record NowModel
{
    /// <summary>Notices read to say whom each alert was told to. More alerts than this many notices cover say nothing rather than something wrong.</summary>
    private const int NoticesRead = 200;

    private const int ClosedShown = 8;

    private const int SourcesShown = 8;

    public required Frame Frame { get; init; }

    public required Answer<AlertList> Closed { get; init; }

    public required Answer<IReadOnlyList<NoticeView>> Notices { get; init; }

    /// <summary>True while nothing has ever reported: no source, no run, no alert.</summary>
    public required bool IsFirstRun { get; init; }

    public required bool OnlyUnowned { get; init; }

    /// <summary>The row that the address says is open.</summary>
    public required string OpenRow { get; init; }

    internal static async Task<NowModel> ReadAsync(HttpContext http, PortalApi api, FrameReading frames)
    {
        var (frame, closed, notices, runs) = (frames.ReadAsync(http, api), api.ClosedAlertsAsync(http), api.NoticesAsync(http, $"?limit={NoticesRead}"), api.RunsAsync(http, "?limit=1"));
        var around = await frame;
        return new NowModel
        {
            Frame = around,
            Closed = await closed,
            Notices = await notices,
            IsFirstRun = around.Sources is { IsKnown: true } && around.LastEventAt is null && around.Open.Value is { Alerts.Count: 0 } && (await runs).Value is { Runs.Count: 0 },
            OnlyUnowned = http.Request.Query["owner"] == "unowned",
            OpenRow = http.Request.Query["open"].ToString(),
        };
    }

    /// <summary>All that fire in the chosen environment.</summary>
    public IReadOnlyList<AlertView> Firing => [.. Frame.Firing.Where(alert => Frame.Shows(alert.Environment))];

    public IReadOnlyList<AlertView> Pending => [.. (Frame.Open.Value?.Alerts ?? []).Where(alert => alert.IsPending && Frame.Shows(alert.Environment))];

    /// <summary>The last day's.</summary>
    public IReadOnlyList<AlertView> ClosedLately =>
        [.. (Closed.Value?.Alerts ?? []).Where(alert => Frame.Shows(alert.Environment) && alert.ResolvedAt > Frame.Now.AddDays(-1)).OrderByDescending(alert => alert.ResolvedAt)];

    public IReadOnlyList<AlertView> ClosedListed => [.. ClosedLately.Take(ClosedShown)];

    /// <summary>What reports, for a quiet page.</summary>
    public IReadOnlyList<SourceView> Reporting => [.. new SourcesModel(Frame).Shown.Take(SourcesShown)];

    /// <summary>Environments in their order; inside by severity, then newest.</summary>
    public IReadOnlyList<(string Environment, IReadOnlyList<AlertView> Alerts)> Sections =>
    [
        .. InOrder(Firing.Where(alert => !OnlyUnowned || alert.IsUnowned)).GroupBy(static alert => alert.Environment)
            .Select(static group => (group.Key, (IReadOnlyList<AlertView>)[.. group])),
    ];

    /// <summary>The order of the page's rows, which is also the order of previous and next on the page of an alert.</summary>
    internal static IReadOnlyList<AlertView> InOrder(IEnumerable<AlertView> alerts) =>
    [
        .. alerts.OrderBy(static alert => Names.OrderOf(alert.Environment)).ThenBy(static alert => alert.Environment, StringComparer.Ordinal)
            .ThenBy(static alert => Names.OrderOfSeverity(alert.Severity)).ThenByDescending(static alert => alert.Since).ThenBy(static alert => alert.Fingerprint, StringComparer.Ordinal),
    ];

    /// <summary>The page's answer, as a sentence with real counts.</summary>
    public string Answer
    {
        get
        {
            if (!Frame.Open.IsKnown)
            {
                return "Alerts cannot be read";
            }
            if (IsFirstRun)
            {
                return "Nothing has reported yet";
            }
            if (Firing.Count == 0)
            {
                return Frame.Environment.Length == 0 ? "Nothing is firing" : $"Nothing is firing in {(Frame.Environment == "pr" ? "pull requests" : Frame.Environment)}";
            }
            var first = Firing.GroupBy(static alert => alert.Environment).OrderBy(static group => Names.OrderOf(group.Key)).First();
            var worst = first.GroupBy(static alert => Names.SeverityOf(alert.Severity)).OrderBy(static group => Names.OrderOfSeverity(group.Key)).First();
            var count = worst.Count();
            var what = worst.Key switch { "critical" => "critical alert", "info" => "note", var severity => severity };
            var sentence = $"{(count == 1 ? what : what + "s")} in {first.Key} {(count == 1 ? "is" : "are")} waiting for somebody";
            return Frame.Environment.Length > 0 || first.Key == "prod" ? $"{Words.Start(count)} {sentence}" : $"Prod is quiet, {Words.Start(count).ToLowerInvariant()} {sentence}";
        }
    }

    /// <summary>The line below it.</summary>
    public string Counts
    {
        get
        {
            var parts = new List<string>(3);
            if (Firing.Count > 0)
            {
                var inProd = Firing.Count(static alert => alert.Environment == "prod");
                parts.Add(Frame.Environment.Length > 0 ? $"{Firing.Count} firing" : $"{inProd} firing in prod, {Firing.Count - inProd} elsewhere");
            }
            else if (ClosedLately is [{ ResolvedAt: { } at }, ..])
            {
                parts.Add($"Last alert closed {Frame.Time(at)}");
            }
            var rest = new List<string>(2) { $"{Pending.Count} pending" };
            if (Closed.IsKnown)
            {
                rest.Add($"{ClosedLately.Count} closed in the last 24 h");
            }
            parts.Add(string.Join(", ", rest));
            return string.Join(". ", parts) + ".";
        }
    }

    /// <summary>Who heard of an alert and when, from the notices.</summary>
    public (string Who, string When) ToldAbout(AlertView alert)
    {
        if (Notices.Value is not { } notices)
        {
            return ("", "Notices cannot be read");
        }
        var about = notices.Where(notice => notice.At >= alert.ActiveAt && notice.Alerts.Any(told => told.Fingerprint == alert.Fingerprint)).ToList();
        if (about.Count == 0)
        {
            return ("Nobody yet", "");
        }
        var who = string.Join(", ", about.Select(static notice => notice.Receiver).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal));
        if (about.Where(static notice => notice.Status is "delivered" or "kept").MinBy(static notice => notice.At) is not { } first)
        {
            return (who, about.Exists(static notice => notice.Status == "failed") ? "Could not be told" : "Not accepted yet");
        }
        return (who, $"{(first.Status == "kept" ? "Kept for preview" : "Told")} {Frame.Zone.Brief(first.SettledAt ?? first.At, Frame.Now)}");
    }
}
