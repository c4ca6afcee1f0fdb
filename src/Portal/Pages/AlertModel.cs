using Observability.Contracts;
using Observability.Portal.Reading;
using Observability.Portal.Wording;

namespace Observability.Portal.Pages;

/// <summary>What happened, why was somebody told, and how did it end? A closed alert keeps its page.</summary>
public sealed record AlertModel
{
    public required Frame Frame { get; init; }

    public required string Fingerprint { get; init; }

    /// <summary>Null when no open and no kept closed alert has the fingerprint, or they cannot be read.</summary>
    public AlertView? Alert { get; init; }

    public required Answer<WhyAnswer> Why { get; init; }

    public required Answer<IReadOnlyList<NoticeView>> Notices { get; init; }

    internal static async Task<AlertModel> ReadAsync(string fingerprint, HttpContext http, PortalApi api, FrameReading frames)
    {
        var (frame, closed, why, notices) = (frames.ReadAsync(http, api), api.ClosedAlertsAsync(http), api.WhyAsync(http, fingerprint),
            api.NoticesAsync(http, $"?limit=50&alert={Uri.EscapeDataString(fingerprint)}"));
        var around = await frame;
        return new AlertModel
        {
            Frame = around,
            Fingerprint = fingerprint,
            Alert = (around.Open.Value?.Alerts ?? []).Concat((await closed).Value?.Alerts ?? []).FirstOrDefault(alert => alert.Fingerprint == fingerprint),
            Why = await why,
            Notices = await notices,
        };
    }

    /// <summary>The engine's chain to its end: also whom it was told to, each with its notice.</summary>
    public IReadOnlyList<LinkedStep> Steps => Why.Value is { } answer
        ? [.. LinkedStep.Of(answer.Steps, Alert), .. answer.Told.Select(told => new LinkedStep(new WhyStep("told", true, $"{told.Receiver}: {told.Reason}", NoticeOf(told)?.SettledAt), NoticeOf(told) is { } notice ? Links.Notice(notice.Id) : null))]
        : LinkedStep.Of(Alert?.Why ?? [], Alert);

    /// <summary>The receivers that were not told, each with the step that stopped it.</summary>
    public IReadOnlyList<LinkedStep> NotTold =>
        [.. (Why.Value?.NotTold ?? []).Select(static receiver => new LinkedStep(new WhyStep(receiver.Stage, false, $"{receiver.Receiver}: {receiver.Reason}")))];

    public string State => Alert is null ? "" : Alert.IsPending ? "Pending" : "Fires";

    /// <summary>Newest first. What happened at the same time stands in the order of its cause.</summary>
    public IReadOnlyList<AlertEvent> Timeline
    {
        get
        {
            if (Alert is not { } alert)
            {
                return [];
            }
            var events = new List<AlertEvent> { new(alert.ActiveAt, "r-queued", "Its condition became true") };
            if (alert.FiredAt is { } fired)
            {
                events.Add(new(fired, "s-" + Names.SeverityOf(alert.Severity), "Fires"));
            }
            events.AddRange((Notices.Value ?? []).OrderBy(static notice => notice.At).Select(static notice => new AlertEvent(notice.SettledAt ?? notice.At, NoticeText.Symbol(notice), NoticeText.Line(notice), Links.Notice(notice.Id))));
            if (alert.ResolvedAt is { } resolved)
            {
                events.Add(new(resolved, "r-ok", alert.EndReason is { Length: > 0 } reason ? $"Closed: {reason}" : "Closed: the condition is no longer true"));
            }
            return [.. events.OrderBy(static entry => entry.At).Reverse()];
        }
    }

    /// <summary>The alert above this one in the list of the first page.</summary>
    public AlertView? Before => Neighbour(-1);

    public AlertView? After => Neighbour(1);

    private AlertView? Neighbour(int step)
    {
        var listed = NowModel.InOrder(Frame.Firing.Where(alert => Frame.Shows(alert.Environment)));
        var index = listed.ToList().FindIndex(alert => alert.Fingerprint == Fingerprint);
        return index < 0 ? null : listed.ElementAtOrDefault(index + step);
    }

    private NoticeView? NoticeOf(WhyReceiver told) => (Notices.Value ?? []).FirstOrDefault(notice => told.Intents.Contains(notice.Id));
}

/// <summary>One entry of an alert's timeline.</summary>
/// <param name="Symbol">Of the sprite.</param>
/// <param name="Address">The page that shows it; null where there is none.</param>
public sealed record AlertEvent(DateTimeOffset At, string Symbol, string What, string? Address = null);
