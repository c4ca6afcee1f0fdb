using Observability.Configuration;
using Observability.Portal.Assets;
using Observability.Portal.Reading;
using Observability.Portal.Wording;

namespace Observability.Portal.Pages;

/// <summary>What stands around every page: the environments with their counts, the reader's zone, what is live, and how links keep the filter.</summary>
public sealed record Frame
{
    public required ReaderZone Zone { get; init; }

    public required DateTimeOffset Now { get; init; }

    /// <summary>Path and query of this page.</summary>
    public required string Address { get; init; }

    /// <summary>The environment that the reader chose, <c>pr</c> for all pull requests; empty for all.</summary>
    public required string Environment { get; init; }

    /// <summary>The address that people and senders reach this Portal under, without a slash at its end.</summary>
    public required string OwnAddress { get; init; }

    public required AssetCatalog Assets { get; init; }

    public required SettingsConfiguration Settings { get; init; }

    public required Answer<AlertList> Open { get; init; }

    public required Answer<IReadOnlyList<SourceView>> Sources { get; init; }

    /// <summary>The newest notice that waits for its channel and the newest that was given up, if there are such.</summary>
    public required Answer<IReadOnlyList<NoticeView>> Unsent { get; init; }

    /// <summary>Whether what was decided was also sent, for the foot of the navigation: a sentence and the list behind it. A failure is said for a day.</summary>
    public (string Sentence, string? Link) Delivery => Unsent.Value is not { } unsent ? ("Notices cannot be read", null)
        : unsent.Any(notice => notice.Status == "failed" && notice.At > Now.AddDays(-1)) ? ("A notice was not sent", "/notices?status=failed")
        : unsent.Any(static notice => notice.Status == "waiting") ? ("Notices wait to be sent", "/notices?status=waiting")
        : ("Nothing waits to be sent", null);

    public IReadOnlyList<AlertView> Firing => [.. (Open.Value?.Alerts ?? []).Where(static alert => !alert.IsPending && !alert.IsClosed)];

    public DateTimeOffset? LastEventAt => (Sources.Value ?? []).Max(static source => source.LastEventAt);

    /// <summary>Environments for the top bar with the number of alerts that fire there; prod always, pull requests together.</summary>
    public IReadOnlyList<(string Name, string Plate, string Word, int Count)> EnvironmentCounts
    {
        get
        {
            var counts = Firing.GroupBy(static alert => FilterOf(alert.Environment)).ToDictionary(static group => group.Key, static group => group.Count(), StringComparer.Ordinal);
            counts.TryAdd("prod", 0);
            foreach (var name in (Sources.Value ?? []).Select(static source => FilterOf(source.LastEnvironment)).Where(static name => name.Length > 0).Append(Environment).Where(static name => name.Length > 0))
            {
                counts.TryAdd(name, 0);
            }
            return
            [
                .. counts.OrderBy(static pair => Names.OrderOf(pair.Key == "pr" ? "pr-" : pair.Key)).ThenBy(static pair => pair.Key, StringComparer.Ordinal)
                    .Select(static pair => (pair.Key, pair.Key == "pr" ? "pr" : Names.PlateOf(pair.Key), pair.Key == "pr" ? "PRs" : pair.Key, pair.Value)),
            ];
        }
    }

    public bool Shows(string environment) => Environment.Length == 0 || Environment == environment || Environment == FilterOf(environment);

    /// <summary>A link that keeps the chosen environment.</summary>
    public string Link(string path) => Environment.Length == 0 || path.Contains("environment=", StringComparison.Ordinal) ? path : Links.With(path, ("environment", Environment));

    /// <summary>This page with another environment chosen.</summary>
    public string AddressWith(string environment)
    {
        var question = Address.IndexOf('?', StringComparison.Ordinal);
        var path = question < 0 ? Address : Address[..question];
        var kept = question < 0 ? [] : Address[(question + 1)..].Split('&').Where(static part => part.Length > 0 && !part.StartsWith("environment=", StringComparison.Ordinal));
        var all = environment.Length == 0 ? kept : kept.Append($"environment={Uri.EscapeDataString(environment)}");
        return string.Join('&', all) is { Length: > 0 } query ? $"{path}?{query}" : path;
    }

    public string Time(DateTimeOffset time) => Zone.Full(time, Now);

    public string Ago(DateTimeOffset time) => Words.Age(Now - time) + " ago";

    private static string FilterOf(string environment) => Names.PlateOf(environment) == "pr" ? "pr" : environment;
}

/// <summary>Reads the frame of a page.</summary>
internal sealed class FrameReading(AssetCatalog assets, ActiveConfiguration configuration, TimeProvider time)
{
    public async Task<Frame> ReadAsync(HttpContext http, PortalApi api)
    {
        var (open, sources, waiting, failed) = (api.OpenAlertsAsync(http), api.SourcesAsync(http), api.NoticesAsync(http, "?status=waiting&limit=1"), api.NoticesAsync(http, "?status=failed&limit=1"));
        var request = http.Request;
        return new Frame
        {
            Zone = ReaderZone.OfCookie(request.Cookies[ReaderZone.CookieName]),
            Now = time.GetUtcNow(),
            Address = request.Path.ToUriComponent() + request.QueryString.ToUriComponent(),
            Environment = request.Query["environment"].ToString(),
            OwnAddress = $"{request.Scheme}://{request.Host.ToUriComponent()}",
            Assets = assets,
            Settings = configuration.Current.Settings,
            Open = await open,
            Sources = await sources,
            Unsent = await waiting is { Value: { } first } && await failed is { Value: { } second } ? new Answer<IReadOnlyList<NoticeView>>([.. first, .. second]) : new Answer<IReadOnlyList<NoticeView>>(null, (await waiting).Problem),
        };
    }
}
