using Observability.Configuration;
using Observability.Contracts;
using Observability.Telemetry;

namespace Observability.Notifier.Rendering;

/// <summary>Turns an intent into what is to be said. Pure: the same intent at the same time says the same.</summary>
internal sealed class NoticeComposer(LoadedConfiguration configuration, DateTimeOffset now)
{
    /// <summary>A message lists this many of the group's other alerts; the Portal has all.</summary>
    private const int MostOthers = 5;

    private readonly NoticeLinks _links = new(configuration.Settings.ExternalUrl);

    /// <param name="intent">At least one alert, or a test.</param>
    /// <param name="context">What is known about its delivery.</param>
    public Notice Compose(NotificationIntent intent, NoticeContext context)
    {
        var first = intent.Alerts.Count > 0 ? intent.Alerts[0] : Nothing(intent);
        var topic = AlertTitle.Of(first);
        var at = first.EndsAt is { } end && intent.Kind == IntentKind.Resolved ? end : EventTime(first);
        var pipeline = first.Labels.GetValueOrDefault("pipeline", "");
        return new Notice
        {
            Environment = intent.Environment,
            EnvironmentClass = configuration.Environments.Find(intent.Environment)?.Class ?? EnvironmentClass.Staging,
            Tone = ToneOf(intent, first),
            ToneWord = ToneWordOf(intent, first),
            IsUpdate = intent.IsUpdate && !context.TellsTheBeginning,
            SubjectTopic = intent.Kind == IntentKind.Test ? HeadlineOf(intent, topic, pipeline, context) : topic,
            Headline = HeadlineOf(intent, topic, pipeline, context),
            Lead = NoticeLead.Of(intent, first, context, now),
            OwnerName = OwnerName(first),
            MentionId = Mentions(intent, context) ? first.Owner?.SlackId ?? "" : "",
            Error = intent.Kind == IntentKind.Firing ? ErrorExcerpt.Of(first.Run?.Error ?? "") : ErrorExcerpt.None,
            Facts = NoticeFacts.Of(intent, first, _links, now),
            Others = [.. intent.Alerts.Skip(1).Take(MostOthers).Select(Other)],
            OthersNotListed = Math.Max(0, intent.Alerts.Count - 1 - MostOthers) + intent.OmittedAlerts,
            Actions = Actions(intent, first),
            Why = [.. WhySteps(intent, first)],
            WhyUrl = _links.Why(first.Fingerprint),
            Logs = new NoticeLink($"Logs at {Wording.Time(at, now)}", _links.Logs(intent.Environment, pipeline, at)),
            At = at,
            Remarks = [.. Remarks(first, context)],
            Outlook = NoticeLead.OutlookOf(intent, first, now),
        };
    }

    /// <summary>Only a first message pages: an update or an end must not wake anybody a second time.</summary>
    private static bool Mentions(NotificationIntent intent, NoticeContext context) =>
        intent.Kind == IntentKind.Firing && (!intent.IsUpdate || context.TellsTheBeginning);

    private static string HeadlineOf(NotificationIntent intent, string topic, string pipeline, NoticeContext context)
    {
        var others = intent.Alerts.Count - 1 + intent.OmittedAlerts;
        var more = others > 0 ? $", and {Wording.Number(others)} more" : "";
        return intent.Kind switch
        {
            IntentKind.Test => "Test of " + intent.Receiver,
            IntentKind.Resolved when context.TellsTheBeginning => $"{topic}{more}, and is resolved",
            IntentKind.Resolved => (pipeline.Length > 0 ? PlainText.OneLine(pipeline, 80) : topic) + more + (others > 0 ? " are resolved" : " is resolved"),
            _ => topic + more,
        };
    }

    private static NoticeTone ToneOf(NotificationIntent intent, NoticeAlert first) => intent.Kind switch
    {
        IntentKind.Resolved or IntentKind.Notice => NoticeTone.Good,
        IntentKind.Test => NoticeTone.Information,
        _ => AlertTone(first),
    };

    private static string ToneWordOf(NotificationIntent intent, NoticeAlert first) => intent.Kind switch
    {
        IntentKind.Resolved => "Resolved",
        IntentKind.Notice => "Done",
        IntentKind.Test => "Test",
        _ => AlertTone(first) switch
        {
            NoticeTone.Critical => "Critical",
            NoticeTone.Warning => "Warning",
            NoticeTone.Information => "Info",
            _ => "Error",
        },
    };

    private static NoticeTone AlertTone(NoticeAlert alert) =>
        SeverityText.TryParse(alert.Labels.GetValueOrDefault("severity", ""), out var severity) ? (NoticeTone)severity : NoticeTone.Error;

    private static string OwnerName(NoticeAlert alert) => PlainText.OneLine(alert.Owner?.Name ?? NoticeOwner.Unowned, 80);

    private static DateTimeOffset EventTime(NoticeAlert alert) => alert.Run?.FinishedAt ?? alert.StartsAt;

    private OtherAlert Other(NoticeAlert alert) => new(
        alert.Firing ? AlertTone(alert) : NoticeTone.Good, AlertTitle.Of(alert), _links.Alert(alert.Fingerprint), OwnerName(alert), EventTime(alert));

    private List<NoticeLink> Actions(NotificationIntent intent, NoticeAlert first)
    {
        if (intent.Kind == IntentKind.Test)
        {
            return [new NoticeLink("Open notices", _links.Notices)];
        }
        var actions = new List<NoticeLink> { new("Open alert", _links.Alert(first.Fingerprint)) };
        if (_links.Run(first.Run, intent.Environment) is { Length: > 0 } run)
        {
            actions.Add(new NoticeLink("Open run", run));
        }
        if (WebAddress.Of(first.Run?.Url) is { } source)
        {
            actions.Add(new NoticeLink("Open in " + PlainText.OneLine(first.Run!.Source, 40), source));
        }
        if (WebAddress.Of(first.Annotations.GetValueOrDefault("runbook_url")) is { } runbook)
        {
            actions.Add(new NoticeLink("Runbook", runbook));
        }
        return actions;
    }

    private static IEnumerable<NoticeWhy> WhySteps(NotificationIntent intent, NoticeAlert first)
    {
        foreach (var step in first.Why.Where(step => step.Passed))
        {
            yield return new NoticeWhy(PlainText.OneLine(step.Stage, 20), PlainText.OneLine(step.Reason, 200));
        }
        if (intent.RouteReason.Length > 0 && !first.Why.Any(step => step.Stage.Equals("route", StringComparison.OrdinalIgnoreCase)))
        {
            yield return new NoticeWhy("Route", PlainText.OneLine(intent.RouteReason, 200));
        }
    }

    private static IEnumerable<string> Remarks(NoticeAlert first, NoticeContext context)
    {
        if (context.FallbackReason.Length > 0)
        {
            yield return PlainText.OneLine(context.FallbackReason, 300);
        }
        if (context.PossibleRepeat)
        {
            yield return "Possible repeat: an earlier attempt to send this may have arrived.";
        }
        if (first.Run?.ClockSkew == true)
        {
            yield return "The clock of the sender is more than six hours off, so its times may be wrong.";
        }
        foreach (var error in context.TemplateErrors)
        {
            yield return PlainText.OneLine("A template of this receiver is wrong and the default text is shown: " + error, 300);
        }
    }

    private static NoticeAlert Nothing(NotificationIntent intent) => new()
    {
        Fingerprint = "0000000000000000",
        Firing = intent.Kind == IntentKind.Firing,
        Labels = intent.GroupLabels,
        StartsAt = intent.DecidedAt,
    };
}

/// <summary>What a rendering depends on besides the intent.</summary>
/// <param name="TellsTheBeginning">Nobody was told before: the message says beginning and end, or pages though it was meant as an update.</param>
/// <param name="PossibleRepeat">An earlier attempt may have arrived.</param>
/// <param name="FallbackReason">Why the fallback receiver is told; empty for everybody else.</param>
internal sealed record NoticeContext(bool TellsTheBeginning = false, bool PossibleRepeat = false, string FallbackReason = "")
{
    public IReadOnlyList<string> TemplateErrors { get; init; } = [];
}
