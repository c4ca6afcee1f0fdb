using System.Globalization;
using System.Text.Json;

namespace Observability.Dashboards.Tests.Demo;

/// <summary>What a panel gets: series with all their points, or lines.</summary>
internal sealed record PanelAnswer(IReadOnlyList<PanelSeries> Series, IReadOnlyList<string> Lines);

internal sealed record PanelSeries(IReadOnlyDictionary<string, string> Labels, IReadOnlyList<double> Values);

/// <summary>
/// Asks as Grafana's built-in data sources ask: at the address and with the headers of the provisioning file, its variables taken from the environment.
/// </summary>
internal sealed class GrafanaClient(IReadOnlyDictionary<string, string> environment) : IDisposable
{
    private readonly HttpClient _http = new() { Timeout = TimeSpan.FromSeconds(30) };

    public void Dispose() => _http.Dispose();

    /// <param name="query">Of a Prometheus or Loki panel.</param>
    /// <param name="width">Of its panel, in columns.</param>
    /// <param name="chosen">By variable; what is left out stands at "All".</param>
    /// <param name="now">The right end of the dashboard's time.</param>
    /// <param name="range">How far it looks back.</param>
    public async Task<PanelAnswer> QueryAsync(PanelQuery query, int width, IReadOnlyDictionary<string, string[]> chosen, DateTimeOffset now, TimeSpan range)
    {
        var source = ProvisionedDataSource.ByUid(query.DataSourceUid);
        if (source.Type == "prometheus")
        {
            var time = PanelTime.ForPrometheus(now, range, width, source.Settings["timeInterval"]);
            var expression = Variables.Replace(query.Expression, chosen, time.Variables);
            return Read(query.IsInstant
                ? await SendAsync(source, "api/v1/query", ("query", expression), ("time", Seconds(now)))
                : await SendAsync(source, "api/v1/query_range", ("query", expression), ("start", Seconds(time.From)), ("end", Seconds(time.To)), ("step", Number(time.Step.TotalSeconds))));
        }
        var times = PanelTime.ForLoki(now, range, width);
        return Read(await SendAsync(source, "loki/api/v1/query_range",
            ("query", Variables.Replace(query.Expression, chosen, times.Variables)),
            ("start", Nanoseconds(times.From)), ("end", Nanoseconds(times.To)), ("step", PanelTime.Text(times.Step)), ("direction", "backward"), ("limit", source.Settings["maxLines"])));
    }

    /// <summary>One request to a data source; the answer has to be a success.</summary>
    public async Task<JsonElement> SendAsync(ProvisionedDataSource source, string path, params (string Name, string Value)[] parameters)
    {
        using var form = new FormUrlEncodedContent(parameters.Select(pair => KeyValuePair.Create(pair.Name, pair.Value)));
        var posts = source.Settings.GetValueOrDefault("httpMethod") == "POST" && !path.Contains("/label/", StringComparison.Ordinal);
        var query = posts ? "" : "?" + await form.ReadAsStringAsync();
        using var request = new HttpRequestMessage(posts ? HttpMethod.Post : HttpMethod.Get, new Uri(new Uri(FromEnvironment(source.Url)), path + query));
        request.Content = posts ? form : null;
        request.Headers.TryAddWithoutValidation(source.Settings["httpHeaderName1"], FromEnvironment(source.Secrets["httpHeaderValue1"]));
        if (source.Type == "loki")
        {
            request.Headers.Add("X-Loki-Response-Encoding-Flags", "categorize-labels");
        }
        using var response = await _http.SendAsync(request);
        var text = await response.Content.ReadAsStringAsync();
        Assert.True(response.IsSuccessStatusCode, $"{path} {string.Join(' ', parameters)}: {(int)response.StatusCode} {text}");
        return JsonSerializer.Deserialize<JsonElement>(text);
    }

    private string FromEnvironment(string text) => environment.Aggregate(text, (sofar, variable) => sofar.Replace("$" + variable.Key, variable.Value, StringComparison.Ordinal));

    private static PanelAnswer Read(JsonElement answer)
    {
        var data = answer.GetProperty("data");
        var result = data.GetProperty("result").EnumerateArray().ToList();
        return data.GetProperty("resultType").GetString() == "streams"
            ? new PanelAnswer([], [.. result.SelectMany(stream => stream.GetProperty("values").EnumerateArray()).OrderByDescending(line => line[0].GetString(), StringComparer.Ordinal).Select(line => line[1].GetString()!)])
            : new PanelAnswer([.. result.Select(ReadSeries)], []);
    }

    private static PanelSeries ReadSeries(JsonElement series)
    {
        IEnumerable<JsonElement> points = series.TryGetProperty("values", out var values) ? values.EnumerateArray() : [series.GetProperty("value")];
        return new PanelSeries(
            series.GetProperty("metric").EnumerateObject().ToDictionary(label => label.Name, label => label.Value.GetString()!, StringComparer.Ordinal),
            [.. points.Select(point => double.Parse(point[1].GetString()!, CultureInfo.InvariantCulture))]);
    }

    private static string Seconds(DateTimeOffset time) => Number(time.ToUnixTimeMilliseconds() / 1000.0);

    private static string Nanoseconds(DateTimeOffset time) => string.Create(CultureInfo.InvariantCulture, $"{time.ToUnixTimeMilliseconds()}000000");

    private static string Number(double value) => value.ToString("0.###", CultureInfo.InvariantCulture);
}
