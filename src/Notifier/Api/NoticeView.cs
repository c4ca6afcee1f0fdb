using System.Text.Json;
using System.Text.Json.Serialization;
using Observability.Contracts;
using Observability.Notifier.Recording;
using Observability.Notifier.Rendering;

namespace Observability.Notifier.Api;

/// <summary>One notice as <c>/api/v1/notices</c> gives it.</summary>
internal sealed record NoticeView
{
    public required string Id { get; init; }

    public required string Receiver { get; init; }

    public required string Integration { get; init; }

    /// <summary>The kind of integration: <c>slack</c>, <c>email</c>, <c>webhook</c>, <c>preview</c>.</summary>
    public required string Channel { get; init; }

    public required string Environment { get; init; }

    /// <summary><c>waiting</c>, <c>delivered</c>, <c>kept</c> (preview), <c>superseded</c>, <c>failed</c>.</summary>
    public required string Status { get; init; }

    /// <summary>Why it is kept, failed or redirected; empty otherwise.</summary>
    public required string Reason { get; init; }

    /// <summary><c>firing</c>, <c>resolved</c>, <c>notice</c>, <c>test</c>.</summary>
    public required string Kind { get; init; }

    public required string Group { get; init; }

    public required long Ordinal { get; init; }

    public required long Incident { get; init; }

    public required bool IsUpdate { get; init; }

    /// <summary>When it was taken in.</summary>
    public required DateTimeOffset At { get; init; }

    public DateTimeOffset? SettledAt { get; init; }

    public string? SupersededBy { get; init; }

    public string? FallbackOf { get; init; }

    public required string RouteReason { get; init; }

    public required IReadOnlyList<NoticeAlert> Alerts { get; init; }

    public required IReadOnlyList<AttemptView> Attempts { get; init; }

    /// <summary>Null until the first attempt.</summary>
    public RenderedView? Rendered { get; init; }

    public IReadOnlyList<string> TemplateError { get; init; } = [];

    public static NoticeView Of(DeliveryRow row, NotificationIntent intent, RenderedNotice? rendered) => new()
    {
        Id = row.Id,
        Receiver = row.Receiver,
        Integration = row.Integration,
        Channel = row.Integration.Split('[', 2)[0],
        Environment = row.Environment,
        Status = row.Status.ToString().ToLowerInvariant(),
        Reason = row.Reason,
        Kind = row.Kind.ToString().ToLowerInvariant(),
        Group = row.GroupKey,
        Ordinal = row.Ordinal,
        Incident = row.Incident,
        IsUpdate = intent.IsUpdate && !row.TellsTheBeginning,
        At = row.ReceivedAt,
        SettledAt = row.SettledAt,
        SupersededBy = row.SupersededBy.Length > 0 ? row.SupersededBy : null,
        FallbackOf = row.FallbackOf.Length > 0 ? row.FallbackOf : null,
        RouteReason = intent.RouteReason,
        Alerts = intent.Alerts,
        Attempts = [.. row.Attempts.Select((attempt, index) => AttemptView.Of(attempt, isLast: index == row.Attempts.Count - 1 && !row.IsSettled))],
        Rendered = rendered is null ? null : RenderedView.Of(rendered),
        TemplateError = rendered?.TemplateErrors ?? [],
    };
}

/// <param name="Outcome"><c>delivered</c>, <c>rate_limited</c> …; <c>attempting</c> while it is under way; <c>unknown</c> when the process ended during it.</param>
internal sealed record AttemptView(DateTimeOffset At, string Outcome, string Detail, double DurationMs, bool PossibleRepeat)
{
    public static AttemptView Of(AttemptRow row, bool isLast) => new(
        row.At,
        row.Outcome is { } outcome ? JsonNamingPolicy.SnakeCaseLower.ConvertName(outcome.ToString()) : isLast ? "attempting" : "unknown",
        row.Detail, row.DurationMilliseconds, row.PossibleRepeat);
}

internal sealed record RenderedView(JsonElement Slack, RenderedMail Mail)
{
    public static RenderedView Of(RenderedNotice rendered)
    {
        using var slack = JsonDocument.Parse(rendered.Slack);
        return new RenderedView(slack.RootElement.Clone(), rendered.Mail);
    }
}

internal sealed record TestRequest(string? Receiver);

internal sealed record TestResult(string Receiver, IReadOnlyList<TestedIntegration> Results);

/// <param name="Outcome">As <see cref="NoticeView.Status"/>.</param>
internal sealed record TestedIntegration(string Integration, string Outcome, string Detail, string NoticeId);

internal sealed record ReceiverView(string Name);

internal sealed record ErrorView(string Error);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, PropertyNameCaseInsensitive = false)]
[JsonSerializable(typeof(NoticeView))]
[JsonSerializable(typeof(IReadOnlyList<NoticeView>))]
[JsonSerializable(typeof(TestRequest))]
[JsonSerializable(typeof(TestResult))]
[JsonSerializable(typeof(IReadOnlyList<ReceiverView>))]
[JsonSerializable(typeof(ErrorView))]
internal sealed partial class ApiJson : JsonSerializerContext;
