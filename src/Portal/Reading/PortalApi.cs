using System.Net;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace Observability.Portal.Reading;

/// <summary>What a page asked for, or in words why it is not there. A page shows the rest of itself.</summary>
public readonly record struct Answer<T>(T? Value, string Problem = "", bool IsMissing = false)
    where T : class
{
    public bool IsKnown => Value is not null;
}

/// <summary>Where each service is: its name for service discovery, or in Standalone this process.</summary>
internal sealed class BackendAddresses(PortalShape shape, Func<Uri> ownAddress)
{
    public Uri Of(string service) => shape == PortalShape.Standalone ? ownAddress() : new Uri($"http://{service}");
}

/// <summary>
/// The pages' only way to the other services: typed reads over HTTP, the same in both shapes. It speaks with the reader's own credentials, so a page never
/// shows what its reader may not see.
/// </summary>
internal sealed class PortalApi(HttpClient client, BackendAddresses addresses, ILogger<PortalApi> logger)
{
    /// <summary>Longer, and a page of which one part hangs is a page that hangs; people press reload after about that time.</summary>
    public static readonly TimeSpan Timeout = TimeSpan.FromSeconds(5);

    private static readonly string[] CredentialHeaders = ["Authorization", "X-Api-Key"];

    /// <summary>Firing and pending alerts.</summary>
    public async Task<Answer<AlertList>> OpenAlertsAsync(HttpContext reader) => ListOf(await ReadAsync(reader, Api.ServiceRoutes.RuleEngine, "/api/v1/alerts", BackendJson.Default.AlertListAnswer));

    /// <summary>The last closed ones, newest first.</summary>
    public async Task<Answer<AlertList>> ClosedAlertsAsync(HttpContext reader) =>
        ListOf(await ReadAsync(reader, Api.ServiceRoutes.RuleEngine, "/api/v1/alerts?state=closed", BackendJson.Default.AlertListAnswer));

    public Task<Answer<WhyAnswer>> WhyAsync(HttpContext reader, string fingerprint) =>
        ReadAsync(reader, Api.ServiceRoutes.RuleEngine, $"/api/v1/why?alert={Uri.EscapeDataString(fingerprint)}", BackendJson.Default.WhyAnswer);

    /// <param name="reader">The request that a page is made for.</param>
    /// <param name="query">Of <c>/api/v1/runs</c>, with its question mark.</param>
    public Task<Answer<RunPage>> RunsAsync(HttpContext reader, string query) => ReadAsync(reader, Api.ServiceRoutes.RuleEngine, $"/api/v1/runs{query}", BackendJson.Default.RunPage);

    public Task<Answer<RunDetail>> RunAsync(HttpContext reader, string id) =>
        ReadAsync(reader, Api.ServiceRoutes.RuleEngine, $"/api/v1/runs/{Uri.EscapeDataString(id)}", BackendJson.Default.RunDetail);

    /// <param name="reader">The request that a page is made for.</param>
    /// <param name="query">Of <c>/api/v1/notices</c>, with its question mark.</param>
    public Task<Answer<IReadOnlyList<NoticeView>>> NoticesAsync(HttpContext reader, string query) =>
        ReadAsync(reader, Api.ServiceRoutes.Notifier, $"/api/v1/notices{query}", BackendJson.Default.IReadOnlyListNoticeView);

    public Task<Answer<NoticeView>> NoticeAsync(HttpContext reader, string id) =>
        ReadAsync(reader, Api.ServiceRoutes.Notifier, $"/api/v1/notices/{Uri.EscapeDataString(id)}", BackendJson.Default.NoticeView);

    public Task<Answer<IReadOnlyList<ReceiverView>>> ReceiversAsync(HttpContext reader) =>
        ReadAsync(reader, Api.ServiceRoutes.Notifier, "/api/v2/receivers", BackendJson.Default.IReadOnlyListReceiverView);

    public Task<Answer<IReadOnlyList<SourceView>>> SourcesAsync(HttpContext reader) =>
        ReadAsync(reader, Api.ServiceRoutes.Collector, "/api/v1/sources", BackendJson.Default.IReadOnlyListSourceView);

    private static Answer<AlertList> ListOf(Answer<AlertListAnswer> answer) => new(answer.Value?.Data, answer.Problem, answer.IsMissing);

    private async Task<Answer<T>> ReadAsync<T>(HttpContext reader, string service, string address, JsonTypeInfo<T> type)
        where T : class
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(addresses.Of(service), address));
        foreach (var name in CredentialHeaders)
        {
            if (reader.Request.Headers.TryGetValue(name, out var value))
            {
                request.Headers.TryAddWithoutValidation(name, value.AsEnumerable());
            }
        }
        try
        {
            using var response = await client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, reader.RequestAborted);
            if (response.StatusCode == HttpStatusCode.NotFound)
            {
                return new Answer<T>(null, "not known", IsMissing: true);
            }
            if (!response.IsSuccessStatusCode)
            {
                return Unreadable<T>(address, $"the {service} service answered {(int)response.StatusCode}");
            }
            await using var body = await response.Content.ReadAsStreamAsync(reader.RequestAborted);
            return await JsonSerializer.DeserializeAsync(body, type, reader.RequestAborted) is { } value
                ? new Answer<T>(value)
                : Unreadable<T>(address, $"the {service} service answered nothing");
        }
        catch (HttpRequestException exception)
        {
            return Unreadable<T>(address, $"the {service} service cannot be reached: {exception.Message}");
        }
        catch (JsonException exception)
        {
            return Unreadable<T>(address, $"the {service} service answered what this version cannot read: {exception.Message}");
        }
        catch (OperationCanceledException) when (!reader.RequestAborted.IsCancellationRequested)
        {
            return Unreadable<T>(address, $"the {service} service did not answer within {Timeout.TotalSeconds:0} s");
        }
    }

    private Answer<T> Unreadable<T>(string address, string reason)
        where T : class
    {
        Log.PartUnreadable(logger, address, reason);
        return new Answer<T>(null, reason);
    }
}
