using System.Buffers;
using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Observability.Telemetry;

namespace Observability.LogStore.Elasticsearch;

/// <summary>
/// Searches in Elasticsearch's words. The query only narrows: whatever it lets through is judged again here, so matchers and line filters mean exactly what
/// they mean in every other store.
/// </summary>
internal static class SearchRequest
{
    /// <summary>Longer texts are looked for by their beginning; long wildcard patterns cost the node more than they save.</summary>
    private const int PatternCharacters = 100;

    /// <summary>Signs that mean themselves in an expression, and the one that stands between names.</summary>
    private static readonly SearchValues<char> s_literals = SearchValues.Create("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-/: |");

    /// <param name="search">What to find.</param>
    /// <param name="size">Records in the answer.</param>
    /// <param name="after">Sort values of the last record of the page before. Time and order name a record uniquely and never change, so pages need no point in time.</param>
    public static byte[] Page(LogSearch search, int size, JsonElement? after)
    {
        var direction = search.NewestFirst ? "desc" : "asc";
        var request = new JsonObject
        {
            ["size"] = size,
            ["track_total_hits"] = false,
            ["query"] = Query(search.Range, search.Stream, search.Lines, search.TraceId),
            ["sort"] = new JsonArray(Sort(Fields.Time, "long", direction), Sort(Fields.Order, "keyword", direction)),
        };
        if (after is { } values)
        {
            request["search_after"] = JsonNode.Parse(values.GetRawText());
        }
        return JsonSerializer.SerializeToUtf8Bytes(request);
    }

    /// <summary>One page of distinct streams.</summary>
    public static byte[] Streams(LogRange range, IReadOnlyList<LabelMatcher> matchers, int size, string? after)
    {
        var composite = new JsonObject
        {
            ["size"] = size,
            ["sources"] = new JsonArray(new JsonObject { ["stream"] = new JsonObject { ["terms"] = new JsonObject { ["field"] = Fields.Stream } } }),
        };
        if (after is not null)
        {
            composite["after"] = new JsonObject { ["stream"] = after };
        }
        return JsonSerializer.SerializeToUtf8Bytes(new JsonObject
        {
            ["size"] = 0,
            ["track_total_hits"] = false,
            ["query"] = Query(range, matchers, []),
            ["aggs"] = new JsonObject { ["streams"] = new JsonObject { ["composite"] = composite } },
        });
    }

    /// <summary>One page of counts: streams times steps.</summary>
    public static byte[] Counts(LogCountQuery query, int size, JsonElement? after)
    {
        var steps = new JsonObject
        {
            // Steps that begin a nanosecond behind a millisecond are steps of the milliseconds before.
            ["field"] = query.PhaseIn(LogCountQuery.Millisecond) == 0 ? Fields.Timestamp : Fields.MillisecondBefore,
            ["fixed_interval"] = Milliseconds(query.StepNanoseconds),
            ["offset"] = Milliseconds(query.PhaseIn(query.StepNanoseconds)),
        };
        var composite = new JsonObject
        {
            ["size"] = size,
            ["sources"] = new JsonArray(
                new JsonObject { ["stream"] = Single("terms", "field", Fields.Stream) },
                new JsonObject { ["start"] = new JsonObject { ["date_histogram"] = steps } }),
        };
        if (after is { } key)
        {
            composite["after"] = JsonNode.Parse(key.GetRawText());
        }
        return JsonSerializer.SerializeToUtf8Bytes(new JsonObject
        {
            ["size"] = 0,
            ["track_total_hits"] = false,
            ["query"] = Query(query.Range, query.Stream, []),
            ["aggs"] = new JsonObject { ["counts"] = new JsonObject { ["composite"] = composite } },
        });
    }

    private static string Milliseconds(long nanoseconds) => string.Create(CultureInfo.InvariantCulture, $"{nanoseconds / LogCountQuery.Millisecond}ms");

    private static JsonObject Query(LogRange range, IReadOnlyList<LabelMatcher> matchers, IReadOnlyList<LineFilter> lines, string traceId = "")
    {
        var filters = new JsonArray(
            new JsonObject { ["range"] = new JsonObject { [Fields.Time] = new JsonObject { ["gte"] = range.StartNanoseconds, ["lt"] = range.EndNanoseconds } } });
        foreach (var matcher in matchers)
        {
            if (IndexTemplate.MappedLabels.Contains(matcher.Name) && Condition(matcher) is { } condition)
            {
                filters.Add(condition);
            }
        }
        if (traceId.Length > 0)
        {
            filters.Add(Single("term", Fields.TraceId, traceId));
        }
        foreach (var piece in lines.Where(line => !line.Negated).SelectMany(line => PiecesOf(line.Text)))
        {
            // A run that the analyzer cut may hide the piece at a cut: such bodies are all judged here.
            var mayHold = new JsonArray(Single("wildcard", Fields.Body, new JsonObject { ["value"] = $"*{Escaped(piece)}*" }), Single("term", Fields.HasLongRun, true));
            filters.Add(Single("bool", "should", mayHold));
        }
        return Single("bool", "filter", filters);
    }

    /// <summary>
    /// What a matcher says about the index of a label, or null where the index cannot say it: a missing label is the empty value, long values are not in the
    /// index, and expressions are written differently in Lucene. Lists of names, as dashboards make them (<c>=~"a|b"</c>), are no expressions.
    /// </summary>
    private static JsonObject? Condition(LabelMatcher matcher)
    {
        var field = $"{Fields.Labels}.{matcher.Name}";
        string[] values = matcher.Operator is MatchOperator.Equal or MatchOperator.NotEqual ? [matcher.Value] : matcher.Value.Split('|');
        var isExpression = matcher.Operator is not (MatchOperator.Equal or MatchOperator.NotEqual) && matcher.Value.AsSpan().ContainsAnyExcept(s_literals);
        if (isExpression || !values.All(static value => value.Length is > 0 and <= IndexTemplate.IndexedCharacters))
        {
            return null;
        }
        var terms = Single("terms", field, new JsonArray([.. values.Select(static value => JsonValue.Create(value))]));
        return matcher.Operator is MatchOperator.Equal or MatchOperator.Regex ? terms : Single("bool", "must_not", terms);
    }

    /// <summary>Parts without white space of any kind: each lies within one token of the body.</summary>
    private static IEnumerable<string> PiecesOf(string text)
    {
        var start = 0;
        for (var i = 0; i <= text.Length; i++)
        {
            if (i == text.Length || char.IsWhiteSpace(text[i]) || char.IsControl(text[i]))
            {
                if (i > start)
                {
                    yield return text[start..Math.Min(i, start + PatternCharacters)];
                }
                start = i + 1;
            }
        }
    }

    private static string Escaped(string piece) =>
        piece.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("*", "\\*", StringComparison.Ordinal).Replace("?", "\\?", StringComparison.Ordinal);

    private static JsonObject Single(string outer, string inner, JsonNode value) => new() { [outer] = new JsonObject { [inner] = value } };

    // An index that has no record yet has no mapping of its own template's age; naming the type keeps the sort from failing there.
    private static JsonObject Sort(string field, string type, string direction) =>
        new() { [field] = new JsonObject { ["order"] = direction, ["unmapped_type"] = type } };
}
