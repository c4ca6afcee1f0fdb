using System.Text.Json;
using Observability.Query.LogQL.Lines;
using Observability.Query.LogQL.Pipelines;
using Observability.Query.LogQL.Syntax;
using Observability.Telemetry;

namespace Observability.Query.LogQL.Detecting;

/// <summary>
/// Finds the fields of a sample of lines: structured metadata, what the query's own parsers found and, where it has none, what <c>json</c> or else
/// <c>logfmt</c> would find.
/// </summary>
/// <param name="maximumFields">Further fields are not looked at.</param>
public sealed class FieldDetection(int maximumFields)
{
    private static readonly LogfmtStage s_everyPair = new(default, IsStrict: false, KeepsEmpty: false, []);

    private readonly JsonStep _json = new();
    private readonly LogfmtStep _logfmt = new(s_everyPair);
    private readonly LineLabels _labels = new();
    private readonly Dictionary<string, Found> _fields = new(StringComparer.Ordinal);

    /// <summary>What was found so far, by name.</summary>
    public IReadOnlyList<DetectedField> Fields =>
    [
        .. _fields.OrderBy(static found => found.Key, StringComparer.Ordinal)
            .Select(static found => new DetectedField(found.Key, found.Value.Type, found.Value.Values, [.. found.Value.Parsers], found.Value.JsonPath)),
    ];

    public void Add(LogEntry entry)
    {
        AddAll(entry.StructuredMetadata, "");
        if (entry.Parsed.Count > 0)
        {
            AddAll(entry.Parsed, "");
            return;
        }
        _labels.Reset(new LogRecord { TimeUnixNanoseconds = entry.TimeUnixNanoseconds, ReceivedUnixNanoseconds = entry.TimeUnixNanoseconds, Stream = entry.Stream });
        var line = entry.Line;
        if (line.AsSpan().TrimStart().StartsWith("{", StringComparison.Ordinal) && _json.Process(entry.TimeUnixNanoseconds, ref line, _labels) && !_labels.HasError)
        {
            AddAll(Parsed(), "json");
            AddPaths(entry);
        }
        else
        {
            _labels.ClearError();
            _labels.ClearErrorDetails();
            _logfmt.Process(entry.TimeUnixNanoseconds, ref line, _labels);
            AddAll(Parsed(), "logfmt");
        }
    }

    private IEnumerable<Label> Parsed() => _labels.ToList().Where(static entry => entry.Origin == LabelOrigin.Parsed).Select(static entry => entry.Label);

    private void AddAll(IEnumerable<Label> labels, string parser)
    {
        foreach (var label in labels)
        {
            if (label.Name is LogQLLabels.Error or LogQLLabels.ErrorDetails)
            {
                continue;
            }
            if (!_fields.TryGetValue(label.Name, out var field))
            {
                if (_fields.Count == maximumFields)
                {
                    continue;
                }
                _fields.Add(label.Name, field = new Found());
            }
            if (parser.Length > 0)
            {
                field.Parsers.Add(parser);
            }
            field.Add(label.Value);
        }
    }

    // The parser joins the keys with underscores; who wants to write | json x="a.b" needs them apart.
    private void AddPaths(LogEntry entry)
    {
        using var document = JsonDocument.Parse(entry.Line);
        AddPaths(document.RootElement, [], "", entry.Stream);
    }

    private void AddPaths(JsonElement element, List<string> path, string prefix, LabelSet stream)
    {
        foreach (var member in element.EnumerateObject())
        {
            var part = LogQLLabels.NameFrom(member.Name, prefix.Length == 0);
            var name = prefix.Length == 0 ? part : $"{prefix}_{part}";
            path.Add(member.Name);
            if (member.Value.ValueKind == JsonValueKind.Object)
            {
                AddPaths(member.Value, path, name, stream);
            }
            else if (_fields.TryGetValue(stream.Has(name) ? name + LogQLLabels.DuplicateSuffix : name, out var field) && field.JsonPath.Count == 0)
            {
                field.JsonPath = [.. path];
            }
            path.RemoveAt(path.Count - 1);
        }
    }

    private sealed class Found
    {
        private readonly HashSet<string> _seen = new(StringComparer.Ordinal);

        public SortedSet<string> Parsers { get; } = new(StringComparer.Ordinal);

        public List<string> Values { get; } = [];

        public DetectedFieldType Type { get; private set; }

        public IReadOnlyList<string> JsonPath { get; set; } = [];

        public void Add(string value)
        {
            if (!_seen.Add(value))
            {
                return;
            }
            var type = FieldTypes.Of(value);
            Type = Values.Count == 0 || Type == type ? type : DetectedFieldType.String;
            Values.Add(value);
        }
    }
}
