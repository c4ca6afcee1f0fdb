using System.Globalization;
using System.Text.Json;
using Observability.Query.PromQL;
using Observability.Query.Values;
using Observability.Telemetry;

namespace Observability.MetricStore.Tests.Peers;

/// <summary>An answer in a form that can be compared: points by labels and time, or the fact that the query was refused.</summary>
internal sealed record PeerAnswer(string? Refusal, IReadOnlyDictionary<(string Labels, long Time), double> Points)
{
    /// <summary>Sums in another order differ in their last digits, and differences of large sums in more of them.</summary>
    private const double Tolerance = 1e-8;

    private static readonly Dictionary<(string Labels, long Time), double> None = [];

    /// <summary>Start and end are the same for an instant query.</summary>
    public static PeerAnswer Ours(string query, ISeriesSource store, long start, long end, long step)
    {
        var engine = new PromQLEngine();
        try
        {
            var expression = PromQLParser.Parse(query);
            var result = start == end ? engine.EvaluateInstant(expression, store, start) : engine.EvaluateRange(expression, store, start, end, step);
            return new PeerAnswer(null, result.Value switch
            {
                Scalar scalar => new Dictionary<(string, long), double> { [("", start)] = scalar.Value },
                InstantVector vector => vector.Samples.ToDictionary(static sample => Text(sample.Labels.Select(static label => (label.Name, label.Value))), static sample => sample.Value)
                    .ToDictionary(pair => (pair.Key, start), static pair => pair.Value),
                RangeMatrix matrix => matrix.Series.SelectMany(static series => Enumerable.Range(0, series.Timestamps.Length).Select(i =>
                    (Key: (Text(series.Labels.Select(static label => (label.Name, label.Value))), series.Timestamps.Span[i]), Value: series.Values.Span[i])))
                    .ToDictionary(static point => point.Key, static point => point.Value),
                _ => None,
            });
        }
        catch (QueryException exception)
        {
            return new PeerAnswer(exception.Message, None);
        }
    }

    public static async Task<PeerAnswer> TheirsAsync(string query, HttpClient http, Uri server, long start, long end, long step, CancellationToken cancellationToken)
    {
        string Seconds(long milliseconds) => (milliseconds / 1000).ToString(CultureInfo.InvariantCulture);
        using var form = new FormUrlEncodedContent(start == end
            ? [new("query", query), new("time", Seconds(start))]
            : [new("query", query), new("start", Seconds(start)), new("end", Seconds(end)), new("step", Seconds(step))]);
        using var response = await http.PostAsync(new Uri(server, start == end ? "api/v1/query" : "api/v1/query_range"), form, cancellationToken);
        using var document = JsonDocument.Parse(await response.Content.ReadAsByteArrayAsync(cancellationToken));
        if (document.RootElement.GetProperty("status").GetString() != "success")
        {
            return new PeerAnswer(document.RootElement.GetProperty("error").GetString(), None);
        }
        var data = document.RootElement.GetProperty("data");
        var result = data.GetProperty("result");
        return new PeerAnswer(null, data.GetProperty("resultType").GetString() switch
        {
            "scalar" => new Dictionary<(string, long), double> { [("", Time(result))] = Value(result) },
            "vector" => result.EnumerateArray().ToDictionary(static series => (LabelsOf(series), Time(series.GetProperty("value"))), static series => Value(series.GetProperty("value"))),
            _ => result.EnumerateArray().SelectMany(static series => series.GetProperty("values").EnumerateArray().Select(point => (Key: (LabelsOf(series), Time(point)), Value: Value(point))))
                .ToDictionary(static point => point.Key, static point => point.Value),
        });
    }

    /// <summary>Null when they are equal, else the first difference.</summary>
    public static string? Difference(PeerAnswer ours, PeerAnswer theirs)
    {
        if (ours.Refusal is not null || theirs.Refusal is not null)
        {
            return (ours.Refusal is null) == (theirs.Refusal is null) ? null : $"refused by {(ours.Refusal is null ? "Prometheus" : "us")} alone: {ours.Refusal ?? theirs.Refusal}";
        }
        foreach (var ((labels, time), value) in theirs.Points)
        {
            if (!ours.Points.TryGetValue((labels, time), out var own))
            {
                var instead = ours.Points.Where(point => point.Key.Time == time && !theirs.Points.ContainsKey(point.Key)).Select(static point => $"{point.Key.Labels} with {point.Value:R}");
                return $"{labels} at {time} is missing, Prometheus says {value:R}; we have {string.Join(" and ", instead)}";
            }
            if (!AreEqual(own, value))
            {
                return $"{labels} at {time} is {own:R}; Prometheus says {value:R}";
            }
        }
        return ours.Points.Count == theirs.Points.Count ? null : $"we have {ours.Points.Count} points, Prometheus {theirs.Points.Count}: {ours.Points.Keys.Except(theirs.Points.Keys).First()}";
    }

    private static bool AreEqual(double left, double right) =>
        left.Equals(right) || Math.Abs(left - right) <= Tolerance * Math.Max(1, Math.Max(Math.Abs(left), Math.Abs(right)));

    private static string LabelsOf(JsonElement series) => Text(series.GetProperty("metric").EnumerateObject().Select(static label => (label.Name, label.Value.GetString()!)));

    private static string Text(IEnumerable<(string Name, string Value)> labels) =>
        string.Join(',', labels.OrderBy(static label => label.Name, StringComparer.Ordinal).Select(static label => $"{label.Name}={label.Value}"));

    private static long Time(JsonElement point) => (long)Math.Round(point[0].GetDouble() * 1000);

    private static double Value(JsonElement point) => point[1].GetString() switch
    {
        "NaN" => double.NaN,
        "+Inf" => double.PositiveInfinity,
        "-Inf" => double.NegativeInfinity,
        { } text => double.Parse(text, CultureInfo.InvariantCulture),
        null => throw new FormatException("a value that is no text"),
    };
}
