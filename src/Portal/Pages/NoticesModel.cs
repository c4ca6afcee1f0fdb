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

    /// <summary>The page's name in tabs and history: the environment first.</summary>
    public string Title => IsDetail && Chosen is { } notice ? $"{notice.Environment}: {ChosenAnswer}" : "Notices";

    /// <summary>What the channel said, or why there is none.</summary>
    public string Sentence => Chosen is not { } notice ? ""
        : $"{NoticeText.Line(notice)}, {Frame.Time(notice.SettledAt ?? notice.At)}." + (notice is { Reason.Length: > 0, Status: not "failed" } ? $" Receiver {notice.Receiver}: {notice.Reason}." : "");

    /// <summary>The chain of its first alert, why it went out then, and how that ended.</summary>
    public IReadOnlyList<LinkedStep> Why => Chosen is not { } notice ? [] :
    [
        .. (notice.Alerts.Select(static alert => alert.Why).FirstOrDefault() ?? []).Select(static step => new LinkedStep(step)),
        .. notice.RouteReason.Length > 0 ? [new LinkedStep(new WhyStep("sent", true, notice.RouteReason, notice.At))] : Array.Empty<LinkedStep>(),
        new LinkedStep(new WhyStep("told", notice.Status is not ("failed" or "superseded"), NoticeText.Line(notice), notice.SettledAt)),
    ];
}
