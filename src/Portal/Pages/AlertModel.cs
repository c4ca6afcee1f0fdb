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

    /// <summary>The engine's chain to its end: also whom it was told to.</summary>
    public IReadOnlyList<WhyStep> Steps => Why.Value is { } answer
        ? [.. answer.Steps, .. answer.Told.Select(static told => new WhyStep("told", true, $"{told.Receiver}: {told.Reason}"))]
        : Alert?.Why ?? [];

    /// <summary>The receivers that were not told, each with the step that stopped it.</summary>
    public IReadOnlyList<WhyStep> NotTold =>
        [.. (Why.Value?.NotTold ?? []).Select(static receiver => new WhyStep(receiver.Stage, false, $"{receiver.Receiver}: {receiver.Reason}"))];

    public string State => Alert is null ? "" : Alert.IsPending ? "is pending" : Alert.IsClosed ? "is closed" : "fires";

    /// <summary>Newest first, with who and where.</summary>
    public IReadOnlyList<(DateTimeOffset At, string What, string? Link)> Timeline
    {
        get
        {
            if (Alert is not { } alert)
            {
                return [];
            }
            var events = new List<(DateTimeOffset At, string What, string? Link)> { (alert.ActiveAt, "Its condition became true", null) };
            if (alert.FiredAt is { } fired)
            {
                events.Add((fired, "Fires", null));
            }
            if (alert.ResolvedAt is { } resolved)
            {
                events.Add((resolved, alert.EndReason is { Length: > 0 } reason ? $"Closed: {reason}" : "Closed: the condition is no longer true", null));
            }
            events.AddRange((Notices.Value ?? []).Select(notice => (notice.SettledAt ?? notice.At, NoticeText.Line(notice), (string?)Links.Notice(notice.Id))));
            return [.. events.OrderByDescending(static entry => entry.At)];
        }
    }
}
