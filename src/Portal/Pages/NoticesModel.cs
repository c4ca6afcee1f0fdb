using Observability.Contracts;
using Observability.Portal.Reading;
using Observability.Portal.Wording;

namespace Observability.Portal.Pages;

/// <summary>Did it go out, and what did they see?</summary>
public sealed record NoticesModel
{
    /// <summary>A list that nobody scrolls to its end; older ones are found from their alert.</summary>
    private const int Listed = 100;

    public required Frame Frame { get; init; }

    public required Answer<IReadOnlyList<NoticeView>> List { get; init; }

    /// <summary>The notice that the address names, else the newest.</summary>
    public NoticeView? Chosen { get; init; }

    /// <summary>True when the address names one: a phone shows the list or the notice.</summary>
    public required bool IsDetail { get; init; }

    public required string Status { get; init; }

    public required Answer<IReadOnlyList<ReceiverView>> Receivers { get; init; }

    internal static async Task<NoticesModel> ReadAsync(string? id, HttpContext http, PortalApi api, FrameReading frames)
    {
        var status = http.Request.Query["status"].ToString();
        var environment = http.Request.Query["environment"].ToString();
        // "pr" stands for many environments: it is filtered here.
        var filter = Links.With($"?limit={Listed}", ("status", status), ("environment", environment == "pr" ? null : environment));
        var (frame, list, receivers) = (frames.ReadAsync(http, api), api.NoticesAsync(http, filter), api.ReceiversAsync(http));
        var chosen = id is null ? null : (await api.NoticeAsync(http, id)).Value;
        var around = await frame;
        var shown = await list is { Value: { } all } ? new Answer<IReadOnlyList<NoticeView>>([.. all.Where(notice => around.Shows(notice.Environment))]) : await list;
        return new NoticesModel
        {
            Frame = around,
            List = shown,
            Chosen = chosen ?? (id is null && shown.Value is [var newest, ..] ? newest : null),
            IsDetail = id is not null,
            Status = status,
            Receivers = await receivers,
        };
    }

    public string ListAnswer
    {
        get
        {
            if (List.Value is not { } notices)
            {
                return "Notices cannot be read";
            }
            if (notices.Count == 0)
            {
                return Status.Length > 0 || Frame.Environment.Length > 0 ? "No notice like that" : "Nothing was sent yet";
            }
            var failed = notices.Count(static notice => notice.Status == "failed");
            var waiting = notices.Count(static notice => notice.Status == "waiting");
            var problems = new[] { failed > 0 ? $"{failed} not sent" : "", waiting > 0 ? $"{waiting} waiting" : "" }.Where(static text => text.Length > 0).ToList();
            return $"{Words.Of(notices.Count, "notice")}, {(problems.Count == 0 ? "none is stuck" : string.Join(", ", problems))}";
        }
    }

    /// <summary>The chosen notice's answer.</summary>
    public string ChosenAnswer => Chosen is null ? "" : $"{NoticeText.Title(Chosen)}: {NoticeText.Outcome(Chosen)}";

    /// <summary>The chain of its first alert, and then the route's own words.</summary>
    public IReadOnlyList<WhyStep> Why => Chosen is not { } notice ? [] :
    [
        .. notice.Alerts.Select(static alert => alert.Why).FirstOrDefault() ?? [],
        .. notice.RouteReason.Length > 0 ? [new WhyStep("route", true, notice.RouteReason)] : Array.Empty<WhyStep>(),
        new WhyStep("told", notice.Status is not ("failed" or "superseded"), NoticeText.Line(notice), notice.SettledAt),
    ];
}
